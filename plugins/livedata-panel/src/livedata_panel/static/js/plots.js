// Figures in their cells: shown, replaced and removed as the page says. Tells where the
// user has zoomed to, and sees to equal pixels where a figure asks for them.

import { Figures } from "./figures.js";

const EQUAL_ASPECT = "equal-aspect";

export class Plots {
  constructor(bridge) {
    this.bridge = bridge;
    this.figures = new Figures(bridge);
    this.shown = new Map(); // cell id -> {name, figure, slot, view, box, watch}
    this.regions = new Map(); // cell id -> JSON of the region that the server knows
  }

  // The models of the figures on the page.
  get models() {
    return [...this.shown.values()].flatMap(({ figure }) => figure?.model ?? []);
  }

  // Shows the figure of a name in `slot`, in place of what was there.
  async show(cellId, name, slot) {
    const old = this.shown.get(cellId);
    if (old && old.name === name && old.slot === slot) return;
    const figure = name ? this.figures.get(name) : null;
    if (name && !figure) return; // it comes with one of the next messages
    const entry = { name, figure, slot, view: null, box: null, watch: null };
    this.shown.set(cellId, entry);
    if (!figure) {
      this.discard(old);
      return;
    }
    const { model } = figure;
    const box = document.createElement("div");
    box.className = "figure";
    entry.box = box;
    slot.append(box);
    if (old?.figure) figure.zoomLike(old.figure);
    const view = await this.bridge.doc.views_manager.build_view(model);
    if (this.shown.get(cellId) !== entry) {
      view.remove();
      box.remove();
      return;
    }
    entry.view = view;
    view.build(box);
    this.discard(old);
    figure.moved = () => this.tellRegion(cellId);
    this.tellRegion(cellId);
    makeRoomForLabels(view);
    if (model.tags.includes(EQUAL_ASPECT)) entry.watch = keepAspect(entry);
  }

  tellRegion(cellId) {
    const { region } = this.shown.get(cellId).figure;
    const text = JSON.stringify(region);
    if (text === (this.regions.get(cellId) ?? "null")) return;
    this.regions.set(cellId, text);
    this.bridge.send("zoom", { cell: cellId, region });
  }

  discard(entry) {
    if (!entry) return;
    if (entry.figure) entry.figure.moved = null;
    entry.watch?.disconnect();
    entry.view?.remove();
    entry.box?.remove();
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
    this.shown.get(cellId)?.view?.reset?.();
  }

  async save(cellId, name) {
    const view = this.shown.get(cellId)?.view;
    if (!view) return;
    const blob = await view.export("png").to_blob();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name.replace(/[^\w.-]+/g, "_")}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
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
    const frame = view.frame?.bbox;
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
