// Figures in their cells: shown, replaced and removed as the page says. Tells where the
// user has zoomed to, and sees to equal pixels where a figure asks for them.

import { Figures } from "./figures.js";
import { axisRange, CellTools, colourMappers } from "./holding.js";
import { onTurned, turnedOff, turnOff } from "./legends.js";
import { canFreeze, freeze, hideFrozen, showFrozen } from "./reference.js";
import { fitLabels } from "./labels.js";
import { download, fileName, picture } from "./saving.js";
import { fitTicks, makeRoomForTimes } from "./ticks.js";

const EQUAL_ASPECT = "equal-aspect";

export class Plots {
  constructor(bridge, memory) {
    this.bridge = bridge;
    this.memory = memory;
    this.figures = new Figures(bridge);
    this.shown = new Map(); // cell id -> {name, figure, slot, view, box, watch}
    this.tools = new CellTools(memory);
    this.regions = new Map(); // cell id -> JSON of the region that the server knows
  }

  // The models of the figures on the page.
  get models() {
    return [...this.shown.values()].flatMap(({ figure }) => figure?.model ?? []);
  }

  // Shows the figure of a name in `slot`, in place of what was there.
  async show(cellId, name, slot) {
    const old = this.shown.get(cellId);
    const figure = name ? this.figures.get(name) : null;
    if (old && old.name === name && old.slot === slot && old.figure === figure) return;
    if (name && !figure) return; // it comes with one of the next messages
    const entry = { name, figure, slot, view: null, box: null, watch: null };
    this.shown.set(cellId, entry);
    if (!figure || figure.problem) {
      this.discard(old);
      return;
    }
    try {
      await this.build(cellId, entry, old);
    } catch (error) {
      figure.fail(error);
      this.discard(entry);
      this.discard(old);
    }
  }

  async build(cellId, entry, old) {
    const { figure, slot } = entry;
    const { model } = figure;
    const box = document.createElement("div");
    box.className = "figure";
    entry.box = box;
    slot.append(box);
    if (old?.figure) figure.zoomLike(old.figure);
    else figure.zoomTo(this.memory.of(cellId).zoom);
    this.applyTools(cellId, figure);
    makeRoomForTimes(model);
    const view = await this.bridge.doc.views_manager.build_view(model);
    if (this.shown.get(cellId) !== entry) {
      view.remove();
      box.remove();
      this.discard(old);
      return;
    }
    entry.view = view;
    view.build(box);
    view.canvas_view.events_el.tabIndex = -1; // it has no keys of its own
    if (!figure.isShown) onTurned(figure, () => this.noteLegend(cellId, figure));
    figure.isShown = true;
    this.discard(old);
    figure.moved = () => this.tellRegion(cellId);
    this.tellRegion(cellId);
    makeRoomForLabels(view);
    fitTicks(view);
    fitLabels(view, box);
    if (model.tags.includes(EQUAL_ASPECT)) entry.watch = keepAspect(entry);
  }

  // Returns what is wrong with the figure of a name, if anything is.
  problem(name) {
    return this.figures.get(name)?.problem ?? null;
  }

  tellRegion(cellId) {
    const { region, zoom } = this.shown.get(cellId).figure;
    this.memory.note(cellId, { zoom });
    const text = JSON.stringify(region);
    if (text === (this.regions.get(cellId) ?? "null")) return;
    this.regions.set(cellId, text);
    this.bridge.send("zoom", { cell: cellId, region });
  }

  noteLegend(cellId, figure) {
    const off = turnedOff(figure, this.memory.of(cellId).off ?? []);
    this.memory.note(cellId, { off: off.length > 0 && off });
  }

  discard(entry) {
    if (!entry) return;
    if (entry.figure) entry.figure.moved = null;
    entry.watch?.disconnect();
    entry.view?.remove();
    entry.box?.remove();
    entry.view = entry.box = null;
  }

  // Drops all cells but these, and all figures but theirs.
  keepOnly(names) {
    this.figures.keepOnly(new Set(names.values()));
    for (const [cellId, entry] of this.shown) {
      if (!names.has(cellId)) {
        this.shown.delete(cellId);
        this.regions.delete(cellId);
        this.discard(entry);
      }
    }
  }

  // Shows all of the data again.
  reset(cellId) {
    for (const name of ["x", "y", "colour"]) {
      if (this.tools.of(cellId)[name]) this.hold(cellId, name);
    }
    this.shown.get(cellId)?.view?.reset?.();
  }

  // Gives a new figure of a cell what the user has chosen for it.
  applyTools(cellId, figure) {
    const tools = this.tools.of(cellId);
    for (const name of ["x", "y"]) {
      const held = tools[name];
      const range = axisRange(figure, name);
      if (!held || range?.start === undefined) continue;
      if (held.label === figure.label(name)) range.setv({ start: held.start, end: held.end });
      figure.holdRange(range, true);
    }
    const mappers = colourMappers(figure);
    if (tools.colour && tools.colour.length === mappers.length) {
      mappers.forEach((mapper, i) => { mapper.setv(tools.colour[i]); figure.held.set(mapper, true); });
    }
    if (tools.reference) showFrozen(figure, tools.reference);
    if (tools.off) turnOff(figure, tools.off);
  }

  // Holds an axis ("x", "y") or the colours ("colour") of a cell, or lets go.
  hold(cellId, name) {
    const figure = this.shown.get(cellId)?.figure;
    if (!figure) return;
    const on = !this.tools.of(cellId)[name];
    if (name === "colour") {
      const mappers = colourMappers(figure);
      for (const mapper of mappers) figure.held.set(mapper, on);
      this.tools.change(cellId, { colour: on && mappers.map(({ low, high }) => ({ low, high })) });
      return;
    }
    const range = axisRange(figure, name);
    figure.holdRange(range, on);
    this.tools.change(cellId, { [name]: on
      && { start: range.start, end: range.end, label: figure.label(name) } });
  }

  // Freezes the curves that are shown, or takes the frozen ones away.
  reference(cellId) {
    const figure = this.shown.get(cellId)?.figure;
    if (!figure) return;
    const reference = this.tools.of(cellId).reference ? null : freeze(figure);
    this.tools.change(cellId, { reference });
    if (reference) showFrozen(figure, reference);
    else hideFrozen(figure);
  }

  // Says which tools make sense for what a cell shows.
  offers(cellId) {
    const figure = this.shown.get(cellId)?.figure;
    return { axes: axisRange(figure, "x")?.start !== undefined && figure.model.below.length > 0,
      colour: colourMappers(figure).length > 0, reference: canFreeze(figure) };
  }

  async save(cellId, name, kind) {
    const view = this.shown.get(cellId)?.view;
    if (view) download(await picture(view, kind), fileName(name, kind));
  }
}

// Bokeh lays a colour bar out once: labels that grow afterwards would be cut, and those
// that shrink leave a gap. Looked at once for all that a message changes.
function makeRoomForLabels(view) {
  for (const item of view.model.right) {
    const bar = view.renderer_views.get(item);
    let due = false;
    const look = () => {
      due = false;
      if (bar.is_destroyed) return;
      if (bar.children_views().some((part) => part.layout?.has_size_changed())) {
        view.invalidate_layout();
      }
    };
    item.color_mapper?.metrics_change?.connect(() => {
      if (!due) queueMicrotask(look);
      due = true;
    });
  }
}

// Sizes a figure's box so that one unit is equally long along both axes. Axes, labels
// and colour bar keep the room they need; only the frame between them is fitted.
function keepAspect(entry) {
  const fit = () => {
    const { view, slot, box } = entry;
    const frame = view?.frame?.bbox;
    if (!frame || !view.bbox.width || !slot.clientWidth) return;
    const { x_range: x, y_range: y } = view.model;
    const ratio = Math.abs((x.reset_end - x.reset_start) / (y.reset_end - y.reset_start));
    if (!Number.isFinite(ratio) || ratio === 0) return;
    const aside = view.bbox.width - frame.width;
    const above = view.bbox.height - frame.height;
    const room = { width: slot.clientWidth - aside, height: slot.clientHeight - above };
    const width = Math.min(room.width, room.height * ratio);
    const target = [Math.round(width + aside), Math.round(width / ratio + above)];
    if (Math.abs(box.offsetWidth - target[0]) > 1 || Math.abs(box.offsetHeight - target[1]) > 1) {
      box.style.width = `${target[0]}px`;
      box.style.height = `${target[1]}px`;
    }
  };
  const watch = new ResizeObserver(() => requestAnimationFrame(fit));
  watch.observe(entry.slot);
  watch.observe(entry.box);
  const { inner_width, inner_height } = entry.view.model.properties;
  for (const side of [inner_width, inner_height]) {
    side.change.connect(() => requestAnimationFrame(fit));
  }
  requestAnimationFrame(() => requestAnimationFrame(fit));
  return watch;
}
