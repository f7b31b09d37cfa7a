// Figures as the server sends them. Each has a Bokeh document of its own, so that nothing
// the user does with it goes to the server by itself; where the user has zoomed to is
// told apart.

import { Held } from "./holding.js";
import { releaseDocument } from "./releasing.js";

const SETTLE_MS = 250;

export class Figures {
  constructor(bridge) {
    this.bridge = bridge;
    this.figures = new Map(); // name -> Figure
    bridge.onNews("plots", (news) => this.take(...news));
  }

  // Never fails: other figures and the page itself come with the same message.
  take(_number, name, events, ids, buffers) {
    const parsed = JSON.parse(events);
    if (parsed[0].kind === "RootAdded") this.open(name);
    const figure = this.figures.get(name);
    if (!figure || figure.problem) return;
    try {
      figure.follow(parsed, new Map(ids.map((id, i) => [id, buffers[i]])));
    } catch (error) {
      figure.fail(error);
    }
  }

  // What the server has let go of meanwhile is opened again by the same name.
  open(name) {
    const old = this.figures.get(name);
    this.figures.set(name, new Figure(this.bridge.newDocument()));
    if (old) releaseDocument(old.doc);
  }

  get(name) {
    return this.figures.get(name) ?? null;
  }

  keepOnly(names) {
    for (const [name, figure] of this.figures) {
      if (names.has(name)) continue;
      this.figures.delete(name);
      releaseDocument(figure.doc);
    }
  }
}

class Figure {
  constructor(doc) {
    this.doc = doc;
    this.limits = new Map(); // id of a range -> {range, start, end} as the server has it
    this.following = false;
    this.held = new Held();
    this.moved = null; // called when the axes have rested where the user has moved them
    this.timer = null;
    this.isShown = false;
    this.problem = null; // what is wrong, once it cannot be shown or follow any more
  }

  // Has the user read that there is no figure, or an old one; the console says why.
  fail(error) {
    this.problem ??= this.isShown ? "Your browser cannot bring this plot up to date. It shows old data."
      : "Your browser cannot show this plot.";
    console.error(this.problem, error);
  }

  get model() {
    return this.doc.roots()[0] ?? null;
  }

  // Applies events of the server; ranges that the user has zoomed keep their limits.
  follow(events, buffers) {
    const zoomed = new Set([...this.limits.values()].filter(isZoomed));
    const others = events.filter((event) => !this.noteLimit(event) && !this.held.misses(event));
    this.following = true;
    try {
      this.doc.apply_json_patch({ events: others }, buffers);
      for (const limit of this.limits.values()) {
        if (!zoomed.has(limit) && !this.held.has(limit.range)) limit.range.setv({ start: limit.start, end: limit.end });
      }
    } finally {
      this.following = false;
    }
    if (this.limits.size === 0) this.findRanges();
  }

  // Takes in the new limit of a range; returns whether the event is one.
  noteLimit({ kind, model, attr, new: value }) {
    const limit = kind === "ModelChanged" ? this.limits.get(model.id) : undefined;
    if (!limit || (attr !== "start" && attr !== "end")) return false;
    limit[attr] = value?.type === "number" ? special(value.value) : value;
    return true;
  }

  // Holds the limits of an axis, or has them follow the data again.
  holdRange(range, on) {
    const limit = this.limits.get(range?.id);
    if (!limit) return;
    this.held.set(range, on);
    if (!on) range.setv({ start: limit.start, end: limit.end });
  }

  findRanges() {
    for (const range of this.model?.references() ?? []) {
      if (range.reset_start === undefined || range.start === undefined) continue;
      this.limits.set(range.id, { range, start: range.start, end: range.end });
      for (const side of [range.properties.start, range.properties.end]) {
        side.change.connect(() => this.settle());
      }
    }
  }

  settle() {
    if (this.following) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.moved?.(), SETTLE_MS); // moved is null once it is gone
  }

  // Returns [[left, right], [bottom, top]] where the user has zoomed to; null: all of
  // the data is shown, or the axes are not two of numbers.
  get region() {
    const { x_range: x, y_range: y } = this.model ?? {};
    const limits = [x, y].map((range) => this.limits.get(range?.id));
    if (!limits.every(Boolean) || !limits.some(isZoomed)) return null;
    const region = limits.map(({ range }) => [range.start, range.end]);
    return region.flat().every(Number.isFinite) ? region : null;
  }

  // Returns the limits and the label of each axis that the user has zoomed; null: none.
  get zoom() {
    const axes = ["x", "y"].flatMap((name) => {
      const limit = this.limits.get(this.model?.[`${name}_range`]?.id);
      if (!limit || this.held.has(limit.range) || !isZoomed(limit)) return [];
      const { start, end } = limit.range;
      return [start, end].every(Number.isFinite) ? [[name, { start, end, label: this.label(name) }]] : [];
    });
    return axes.length ? Object.fromEntries(axes) : null;
  }

  label(name) {
    return (name === "x" ? this.model?.below : this.model?.left)?.[0]?.axis_label ?? "";
  }

  // Shows what was zoomed to before the page was loaded anew, where there are still data.
  zoomTo(zoom) {
    for (const [name, { start, end, label }] of Object.entries(zoom ?? {})) {
      const range = this.model?.[`${name}_range`];
      if (label !== this.label(name) || range?.reset_start === undefined) continue;
      const [low, high] = [range.reset_start, range.reset_end].sort((a, b) => a - b);
      if (Math.max(start, end) > low && Math.min(start, end) < high) range.setv({ start, end });
    }
  }

  // Shows what another figure of the same data shows, where both reach equally far.
  zoomLike(other) {
    for (const name of ["x_range", "y_range"]) {
      const its = other.limits.get(other.model?.[name]?.id);
      const mine = this.model?.[name];
      if (!its || !isZoomed(its) || mine?.start === undefined) continue;
      const { start, end, reset_start, reset_end } = its.range;
      if (!close([reset_start, reset_end], [mine.reset_start, mine.reset_end])) continue;
      mine.setv({ start, end });
    }
  }
}

// A range whose limits are neither those sent last nor the reset limits was zoomed.
function isZoomed({ range, start, end }) {
  const shown = [range.start, range.end];
  return !close(shown, [start, end]) && !close(shown, [range.reset_start, range.reset_end]);
}

function close(one, other) {
  if (one.every((value, i) => Object.is(value, other[i]))) return true;
  if (![...one, ...other].every(Number.isFinite)) return false;
  const slack = 1e-9 * Math.max(Math.abs(one[1] - one[0]), Math.abs(other[1] - other[0]));
  return one.every((value, i) => Math.abs(value - other[i]) <= slack);
}

function special(text) {
  return { nan: NaN, "+inf": Infinity, "-inf": -Infinity }[text];
}
