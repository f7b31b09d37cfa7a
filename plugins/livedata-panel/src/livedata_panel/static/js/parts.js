// Paints of a figure only what has changed. A frame brings new values, a new title and
// new labels of a colour bar; the axes keep their ranges, and their labels, which take
// longer to make than an image, can stay as they are on the canvas.
//
// What is painted is clipped to boxes: the frame with its border, and the room of each
// item beside the frame that changed. Everything that reaches into a box is painted, so
// the pixels are those of a whole paint. Whatever else changes has all painted anew.

const BORDER = 3; // px around the frame, where lines of the axes lie
const OVERHANG = 7; // px by which labels of a colour bar stick out; ticks' labels are farther

export function paintParts(Bokeh) {
  const plot = Bokeh.Models.Plot.prototype.default_view.prototype;
  const { AxisView } = Bokeh.require("models/axes/axis");
  const { GlyphRendererView } = Bokeh.require("models/renderers/glyph_renderer");
  const kinds = { isAxis: (view) => view instanceof AxisView,
    isGlyph: (view) => view instanceof GlyphRendererView };
  paintOnlyParts(plot, kinds);
  layOutOnlyParts(plot, kinds);
  leaveOutUnchanged(plot);
  clipToBoxes(Bokeh.require("core/util/canvas").CanvasLayer.prototype);
  keepLabels(AxisView.prototype);
  paintTextOnceMade(Bokeh.require("models/annotations/text_annotation").TextAnnotationView.prototype);
  paintNewItems(Bokeh.Models.Legend.prototype.default_view.prototype);
  paintBarAlone(Bokeh.Models.ColorBar.prototype.default_view.prototype);
}

function paintOnlyParts(plot, kinds) {
  const { _actual_paint: paint } = plot;
  plot._actual_paint = function () {
    if (this._range_manager.invalidate_dataranges) {
      this._range_manager.update_dataranges();
      this._invalidate_layout_if_needed();
    }
    const { primary } = this.canvas_view;
    const part = partOf(this, kinds);
    if (part) this.livedataParts = (this.livedataParts ?? 0) + 1; // asked by tests
    else remember(this, kinds);
    this.livedataPart = part;
    primary.livedataBoxes = part?.boxes;
    try {
      paint.call(this);
    } finally {
      this.livedataPart = primary.livedataBoxes = undefined;
    }
  };
}

// Returns what to paint and what to leave out, or nothing if all has to be painted.
function partOf(view, { isAxis, isGlyph }) {
  if (!canPaintParts(view)) return undefined;
  const aside = view.computed_renderer_views.filter((item) => isAside(item) && !isAxis(item));
  const boxes = [];
  for (const item of view._invalidated_painters) {
    if (isGlyph(item) && item.livedataEmpty !== isEmpty(item)) return undefined;
    const box = isGlyph(item) ? frameBox(view) : aside.includes(item) ? roomOf(item, view) : undefined;
    if (!box) return undefined;
    boxes.push(box);
  }
  const dirty = aside.some((item) => view._invalidated_painters.has(item));
  return { boxes, leftOut: new Set(dirty ? [] : aside) };
}

function canPaintParts(view) {
  if (view._invalidate_all || view._needs_layout || view.is_forcing_paint) return false;
  const { above, right } = view.model;
  return view._invalidated_painters.size > 0 && view.livedataWhole === sizeOf(view)
    && ![...above, ...right].some((item) => item.ticker !== undefined && item.axis_label !== undefined);
}

const isAside = (item) => item.panel != null && item.layout != null;

function frameBox(view) {
  const { left, top, right, bottom } = view.frame.bbox;
  return [left - BORDER, top - BORDER, right + BORDER, bottom + BORDER];
}

// The room of a title above, to the border of the figure, or of an item to the right.
function roomOf(item, view) {
  const { left, top, right, bottom } = item.layout.bbox;
  if (item.panel.side === "above" && item.model.align === "left") {
    return [left, top, view.bbox.width, bottom];
  }
  if (item.panel.side === "right") return [left, top - OVERHANG, right, bottom + OVERHANG];
  return undefined;
}

const sizeOf = ({ canvas_view: { model, primary } }) =>
  (model.output_backend === "canvas" ? `${primary.bbox.width} ${primary.bbox.height} ${primary.pixel_ratio}` : "");

// Legends leave out the line of what has no data.
const isEmpty = (item) => item.glyph.data_size === 0;

// Notes that a canvas shows all of a figure, until it has another size or is lost.
function remember(view, { isGlyph }) {
  for (const item of view.computed_renderer_views) {
    if (isGlyph(item)) item.livedataEmpty = isEmpty(item);
  }
  if (view.livedataWhole === undefined) {
    view.canvas_view.primary.canvas.addEventListener?.("contextrestored", () => view.request_repaint());
  }
  view.livedataWhole = sizeOf(view) || null;
}

// Of what has not changed, the size has not changed either.
function layOutOnlyParts(plot, kinds) {
  const { _invalidate_layout_if_needed: layOut } = plot;
  plot._invalidate_layout_if_needed = function () {
    const changed = [...this._invalidated_painters];
    const known = canPaintParts(this) && !changed.some(kinds.isAxis);
    if (known && !changed.some((item) => isAside(item) && item.layout.has_size_changed())) return;
    layOut.call(this);
  };
}

function leaveOutUnchanged(plot) {
  const { get: all } = Object.getOwnPropertyDescriptor(plot, "computed_renderer_views");
  Object.defineProperty(plot, "computed_renderer_views", { configurable: true, get() {
    const leftOut = this.livedataPart?.leftOut;
    return leftOut?.size ? all.call(this).filter((view) => !leftOut.has(view)) : all.call(this);
  } });
}

function clipToBoxes(layer) {
  const { clear } = layer;
  layer.clear = function () {
    if (this.livedataBoxes) {
      this.undo_transform((ctx) => {
        ctx.beginPath();
        for (const box of this.livedataBoxes) {
          const [left, top, right, bottom] = box.map((at) => Math.round(at * this.pixel_ratio));
          ctx.rect(left, top, right - left, bottom - top);
        }
        ctx.clip();
      });
    }
    clear.call(this);
  };
}

// Of an axis beside the frame, only its line and ticks reach into the frame's box.
function keepLabels(axis) {
  const { _paint: paint } = axis;
  axis._paint = function (ctx) {
    if (!this.plot_view.livedataPart || !isAside(this)) return paint.call(this, ctx);
    const { tick_coords } = this;
    this._draw_rule(ctx);
    this._draw_major_ticks(ctx, undefined, tick_coords);
    this._draw_minor_ticks(ctx, undefined, tick_coords);
  };
}

// A new text is made later than it is asked for, and a layout paints at once: the figure
// could have been painted in between, with the text of before.
function paintTextOnceMade(annotation) {
  const { _init_text: make } = annotation;
  annotation._init_text = async function () {
    const isNew = this._text_view !== undefined;
    await make.call(this);
    if (isNew) this.request_paint();
  };
}

// With each frame, Bokeh makes the items of a legend anew: elements of the page, whose
// lines are blank until they are painted.
function paintNewItems(legend) {
  const { _render_items: make } = legend;
  legend._render_items = function (...args) {
    make.apply(this, args);
    if (this.plot_view.livedataWhole) this._paint_glyphs();
  };
}

// A bar asks for a layout of its figure when limits change; whether its labels need more
// room is found out elsewhere (makeRoomForLabels).
function paintBarAlone(bar) {
  const { _metrics_changed: follow, _apply_title_properties: entitle } = bar;
  bar._metrics_changed = function () {
    const figure = this.plot_view;
    figure.request_layout = () => this.request_paint();
    try {
      follow.call(this);
    } finally {
      delete figure.request_layout;
    }
  };
  bar._apply_title_properties = function () {
    entitle.call(this);
    if (this._title_view) this.plot_view.request_repaint();
  };
}
