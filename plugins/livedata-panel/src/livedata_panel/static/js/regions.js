// Regions of interest over an image: drawn, moved, shaped, named and deleted. They lie in
// the coordinates of the axes and follow them; all sessions see the same ones.

import { h, render } from "./dom.js";

// As REGION_COLOURS of livedata_plotters.options.
const COLOURS = ["#d55e00", "#cc79a7", "#998844", "#4499dd", "#009e73", "#0072b2", "#a65628", "#7f7f7f"];
const NEAR = { mouse: 8, pen: 16, touch: 24 }; // pixels within which a click closes a polygon
const ECHO_MS = 3000;
const STEP = 0.01; // of the frame, for arrow keys
const FAR = 10_000; // pixels outside the frame, where a logarithmic axis has no place
const CHORDS = 24; // straight pieces of an edge that is curved on a logarithmic axis
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const colourOf = (index) => COLOURS[index % COLOURS.length];

export class Regions {
  constructor(plots, send, changed) {
    this.plots = plots;
    this.send = send;
    this.changed = changed;
    this.cells = new Map(); // cell id -> {cell, svg}
    this.watched = new WeakSet();
    this.selected = null; // {cell, index}
    this.drawing = null; // {cell, shape, points: [[sx, sy]], at}
    this.drag = null; // {cell, item, corner, from, moved}
    this.pending = new Map(); // "cell index" -> {x, y, until} that the server has not said yet
    window.addEventListener("pointermove", (event) => this.move(event));
    window.addEventListener("pointerup", (event) => this.drop(event));
    window.addEventListener("pointercancel", (event) => this.cancel(event));
  }

  // Begins to draw a shape on a cell.
  begin(cellId, shape) {
    this.drawing = { cell: cellId, shape, points: [], at: null };
    this.selected = null;
    this.changed();
  }

  // Returns whether there was anything to stop.
  stop() {
    if (!this.drawing && !this.selected && !this.drag) return false;
    this.drawing = this.selected = this.drag = null;
    this.changed();
    return true;
  }

  // Shows the regions of the cells on the page.
  show(cells, root) {
    for (const id of this.cells.keys()) if (!cells.some((cell) => cell.id === id)) this.cells.delete(id);
    for (const cell of cells) {
      const svg = root.querySelector(`[data-regions="${CSS.escape(cell.id)}"]`);
      if (!svg) continue;
      this.cells.set(cell.id, { cell, svg });
      this.watch(cell.id, svg);
      this.draw(cell.id);
    }
  }

  // Draws anew when the axes or the size of a figure change.
  watch(cellId, svg) {
    const { view, box } = this.plots.shown.get(cellId) ?? {};
    if (!view || this.watched.has(view)) return;
    this.watched.add(view);
    let due = false;
    const later = () => {
      if (!due) requestAnimationFrame(() => { due = false; this.draw(cellId); });
      due = true;
    };
    for (const range of [view.model.x_range, view.model.y_range]) range.change.connect(later);
    for (const side of ["inner_width", "inner_height"]) view.model.properties[side].change.connect(later);
    const sizes = new ResizeObserver(later);
    sizes.observe(box);
    sizes.observe(svg);
  }

  // Returns how coordinates and pixels of a cell go together; null: it has no frame.
  frame(cellId) {
    const { view, box } = this.plots.shown.get(cellId) ?? {};
    const svg = this.cells.get(cellId)?.svg;
    const frame = view?.frame;
    if (!svg?.isConnected || !frame?.bbox?.width) return null;
    const [outer, inner] = [svg.getBoundingClientRect(), box.getBoundingClientRect()];
    const { left, top, width, height } = frame.bbox;
    const { x_scale, y_scale } = frame;
    const shows = [(x) => Number.isFinite(x_scale.compute(x)), (y) => Number.isFinite(y_scale.compute(y))];
    return {
      shows, curved: [x_scale, y_scale].some((scale) => scale.type === "LogScale"),
      left: left + inner.left - outer.left, top: top + inner.top - outer.top, width, height,
      clientLeft: inner.left + left, clientTop: inner.top + top,
      toPixels: (x, y) => [
        shows[0](x) ? x_scale.compute(x) - left : -FAR,
        shows[1](y) ? y_scale.compute(y) - top : height + FAR,
      ],
      toData: (sx, sy) => [x_scale.invert(sx + left), y_scale.invert(sy + top)],
    };
  }

  items(cellId) {
    const items = this.cells.get(cellId)?.cell.regions?.items ?? [];
    return items.map((item) => {
      const key = `${cellId} ${item.index}`;
      const own = this.drag?.cell === cellId && this.drag.item.index === item.index ? this.drag.moved : null;
      const sent = this.pending.get(key);
      if (sent && (sent.until < Date.now() || String(sent.x) === String(item.x) && String(sent.y) === String(item.y))) {
        this.pending.delete(key);
      }
      return { ...item, ...(own ?? this.pending.get(key)) };
    });
  }

  draw(cellId) {
    const known = this.cells.get(cellId);
    const frame = this.frame(cellId);
    if (!known) return;
    if (!frame) { render(known.svg, []); return; }
    const { left: x, top: y, width, height } = frame;
    const drawing = this.drawing?.cell === cellId ? this.drawing : null;
    // A touch on what is drawn here never scrolls the page; not all browsers look at the
    // touch-action of shapes.
    render(known.svg, h("svg", { key: "frame", x, y, width, height, ontouchstart: (event) => event.preventDefault() },
      h("rect", { key: "ground", width, height, fill: "none" }),
      this.items(cellId).map((item) => this.outline(cellId, item, frame)),
      drawing ? this.canvas(drawing, frame) : null));
  }

  outline(cellId, item, frame) {
    const corners = cornersOf(item).map(([x, y]) => frame.toPixels(x, y));
    const colour = colourOf(item.index);
    const chosen = this.selected?.cell === cellId && this.selected.index === item.index;
    const grab = (corner) => (event) => this.grab(event, cellId, item, corner);
    const points = lineThrough(item, frame);
    const [left, top] = [Math.min(...corners.map((c) => c[0])), Math.min(...corners.map((c) => c[1]))];
    return h("g", { key: `region-${item.index}`, class: chosen ? "region chosen" : "region", "data-region": item.index },
      h("polygon", { key: "halo", class: "region-halo", points }),
      h("polygon", { key: "grip", class: "region-grip", points, onpointerdown: grab(null) }),
      h("polygon", { key: "line", class: "region-line", points, stroke: colour, tabindex: "0", role: "button",
        "aria-label": `Region of interest ${item.name}`, onpointerdown: grab(null),
        onfocus: () => this.select(cellId, item.index),
        onkeydown: (event) => this.key(event, cellId, item, frame) }),
      h("text", { key: "name", class: "region-name", x: left + 4, y: Math.max(top, 0) + 14, fill: colour,
        onpointerdown: grab(null) }, item.name),
      corners.map(([cx, cy], i) => h("circle", { key: `corner-${i}`, class: "region-corner", cx, cy, r: 5,
        stroke: colour, onpointerdown: grab(i) })));
  }

  canvas(drawing, frame) {
    const { points, at, shape } = drawing;
    const corners = shape === "rectangle" ? points.slice(0, 1) : points;
    const places = [...corners, ...(at ? [at] : [])].map(([sx, sy]) => frame.toData(sx, sy));
    const shown = places.length > 1 ? { shape, ...placesOf(shape, places) } : null;
    return h("g", { key: "drawing" },
      h("rect", { class: "region-canvas", x: 0, y: 0, width: frame.width, height: frame.height,
        onpointerdown: (event) => this.press(event), onpointermove: (event) => this.hover(event),
        ondblclick: (event) => { event.stopPropagation(); this.close(); } }),
      shown ? h("polygon", { class: "region-line new", points: lineThrough(shown, frame) }) : null,
      shape === "polygon" ? points.map(([cx, cy], i) => h("circle", { key: i, class: "region-corner new", cx, cy, r: 4 })) : null);
  }

  inFrame(event, cellId) {
    const frame = this.frame(cellId);
    return [clamp(event.clientX - frame.clientLeft, frame.width), clamp(event.clientY - frame.clientTop, frame.height)];
  }

  press(event) {
    event.preventDefault();
    event.stopPropagation();
    if (!event.isPrimary) return; // a second finger
    event.currentTarget.setPointerCapture(event.pointerId);
    const { drawing } = this;
    const point = this.inFrame(event, drawing.cell);
    if (drawing.shape === "polygon" && drawing.points.length > 2 && distance(point, drawing.points[0]) < NEAR[event.pointerType]) {
      this.close();
      return;
    }
    drawing.points.push(point);
    drawing.at = point;
    this.draw(drawing.cell);
  }

  hover(event) {
    if (!this.drawing || !event.isPrimary) return;
    this.drawing.at = this.inFrame(event, this.drawing.cell);
    this.draw(this.drawing.cell);
  }

  // Ends a drawing; what is too small to be meant is forgotten.
  close() {
    const { cell, shape, points, at } = this.drawing;
    const frame = this.frame(cell);
    const corners = shape === "rectangle" ? [points[0], at] : distinct(points);
    if (shape === "rectangle" ? distance(...corners) > 3 : corners.length > 2) {
      const places = corners.map(([sx, sy]) => frame.toData(sx, sy));
      this.send("add-region", { cell, shape, ...placesOf(shape, places) });
    }
    this.drawing = null;
    this.changed();
  }

  grab(event, cellId, item, corner) {
    event.preventDefault();
    event.stopPropagation();
    if (!event.isPrimary) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.select(cellId, item.index);
    const frame = this.frame(cellId);
    this.drag = { cell: cellId, item, corner, from: [event.clientX, event.clientY], moved: null,
      corners: cornersOf(item).map(([x, y]) => frame.toPixels(x, y)) };
  }

  move(event) {
    if (!this.drag || !event.isPrimary) return;
    const { cell, item, corner, from, corners } = this.drag;
    const frame = this.frame(cell);
    if (!frame) return;
    const by = [event.clientX - from[0], event.clientY - from[1]];
    this.drag.moved = shifted(item, corners, corner, by, frame);
    this.draw(cell);
  }

  drop(event) {
    if (!event.isPrimary) return;
    if (this.drawing?.shape === "rectangle" && this.drawing.points.length) this.close();
    const { drag } = this;
    this.drag = null;
    if (drag?.moved) this.put(drag.cell, drag.item.index, drag.moved);
  }

  // The system has taken the pointer away: what it did is undone, and can be begun again.
  cancel(event) {
    if (!event.isPrimary) return;
    const { drag, drawing } = this;
    this.drag = null;
    if (drag) this.draw(drag.cell);
    if (!drawing) return;
    drawing.points.pop();
    drawing.at = null;
    this.draw(drawing.cell);
  }

  put(cell, index, { x, y }) {
    this.pending.set(`${cell} ${index}`, { x, y, until: Date.now() + ECHO_MS });
    this.send("shape-region", { cell, index, x, y });
    this.draw(cell);
  }

  key(event, cell, item, frame) {
    const step = ARROWS[event.key];
    if (step) {
      const by = [step[0] * STEP * frame.width, step[1] * STEP * frame.height];
      const corners = cornersOf(item).map(([x, y]) => frame.toPixels(x, y));
      this.put(cell, item.index, shifted(item, corners, null, by, frame));
    } else if (event.key === "Delete" || event.key === "Backspace") this.remove(cell, item.index);
    else return;
    event.preventDefault();
  }

  remove(cell, index) {
    this.send("remove-region", { cell, index });
    this.selected = null;
    this.changed();
  }

  select(cell, index) {
    if (this.selected?.cell === cell && this.selected.index === index) return;
    this.selected = { cell, index };
    this.changed();
  }

  // What can be done with the region that is chosen, or how to draw one.
  bar(cell) {
    if (this.drawing?.cell === cell.id) {
      const how = this.drawing.shape === "rectangle" ? "Drag a rectangle."
        : "Click corner after corner, the first one again to finish.";
      return h("div", { key: "regions-bar", class: "region-bar", role: "status" }, how,
        h("button", { class: "button", onclick: () => this.stop() }, "Cancel"));
    }
    const item = this.selected?.cell === cell.id
      && cell.regions?.items.find((one) => one.index === this.selected.index);
    if (!item) return null;
    const name = (event) => this.send("name-region", { cell: cell.id, index: item.index, name: event.target.value });
    return h("div", { key: "regions-bar", class: "region-bar" },
      h("span", { class: "dot", style: `background:${colourOf(item.index)}` }),
      h("input", { key: `name-${item.index}`, type: "text", value: item.name, maxlength: "100",
        "aria-label": "Name of the region", onchange: name }),
      h("button", { class: "button", onclick: () => this.remove(cell.id, item.index) }, "Delete"),
      h("button", { class: "button", onclick: () => this.stop() }, "Done"));
  }
}

function cornersOf({ shape, x, y }) {
  if (shape === "rectangle") return [[x[0], y[0]], [x[1], y[0]], [x[1], y[1]], [x[0], y[1]]];
  return x.map((value, i) => [value, y[i]]);
}

function placesOf(shape, places) {
  const [x, y] = [places.map((p) => p[0]), places.map((p) => p[1])];
  if (shape === "polygon") return { x, y };
  return { x: [Math.min(...x), Math.max(...x)], y: [Math.min(...y), Math.max(...y)] };
}

// Returns the outline of a region, as SVG has it: what is straight in the coordinates, as
// the worker has it, is curved on a logarithmic axis.
function lineThrough(item, frame) {
  const places = cornersOf(item);
  const pieces = frame.curved && item.shape === "polygon" ? CHORDS : 1;
  const points = places.flatMap(([x, y], i) => {
    const [nextX, nextY] = places[(i + 1) % places.length];
    return Array.from({ length: pieces }, (_, n) => frame.toPixels(x + (nextX - x) * n / pieces, y + (nextY - y) * n / pieces));
  });
  return points.map((point) => point.join(",")).join(" ");
}

// Returns the places of a region that is moved, or one corner of it. What an axis has no
// place for, as it is not above zero, stays as it is.
function shifted(item, corners, corner, by, frame) {
  const places = cornersOf(item);
  const moved = places.map((place, i) => {
    if (corner !== null && i !== corner) return place;
    const there = frame.toData(corners[i][0] + by[0], corners[i][1] + by[1]);
    return place.map((value, side) => (frame.shows[side](value) ? there[side] : value));
  });
  // The opposite corner of a rectangle stays where it is.
  const ends = corner !== null && item.shape === "rectangle" ? [moved[corner], places[(corner + 2) % 4]] : moved;
  return placesOf(item.shape, ends);
}

const distance = ([x0, y0], [x1, y1]) => Math.hypot(x1 - x0, y1 - y0);
const clamp = (value, most) => Math.min(Math.max(value, 0), most);
const distinct = (points) => points.filter((point, i) => i === 0 || distance(point, points[i - 1]) > 2);
