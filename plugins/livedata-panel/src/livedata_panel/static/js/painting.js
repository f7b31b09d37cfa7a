// Spares Bokeh's paints work that changes no pixel. A frame of a plot sets a handful of
// properties, one after the other, and Bokeh answers each at once: colours are mapped
// three times, the colour bar makes a canvas three times, and every colour and line
// width is looked up in the page's styles, which the paint itself has just invalidated.
// Labels are made, measured and asked for their size several times for one paint.
// All use of what Bokeh holds private in the browser is here, in `parts.js` and in
// `releasing.js`, and in little in `ticks.js`, `zone.js`, `tips.js` and
// `labels.js`; a test compares pixels with those of a page without the first two.

const MOST_WIDTHS = 4000;

export function lessenPaints(Bokeh) {
  const view = (name) => Bokeh.Models[name].prototype.default_view.prototype;
  ignoreStyles(Bokeh.require("core/visuals/visual").VisualProperties.prototype);
  keepStyleSheets(Bokeh.require("core/dom").InlineStyleSheet.prototype);
  mapColoursLate(view("Image"));
  keepColourBars(view("ColorBar"));
  askFontSizeOnce(view("Plot"));
  const axis = Bokeh.require("models/axes/axis").AxisView.prototype;
  keepLabels(axis);
  keepExtents(axis);
  keepWidths(Bokeh.require("core/graphics"));
}

// Returns a function of a view that is worked out once until all that runs now is done.
function once(name, work) {
  return function (view, ...args) {
    if (view[name] === undefined) {
      view[name] = work.apply(view, args);
      queueMicrotask(() => { delete view[name]; });
    }
    return view[name];
  };
}

// Every text of a plot asks for it, each time of the page's styles.
function askFontSizeOnce(plot) {
  const size = once("livedataFontSize", Object.getOwnPropertyDescriptor(plot, "base_font_size").get);
  Object.defineProperty(plot, "base_font_size", { get() { return size(this); }, configurable: true });
}

// An axis makes its labels to know what room they need, and again to draw them.
function keepLabels(axis) {
  const made = once("livedataLabels", () => new Map());
  const { compute_labels: make } = axis;
  axis.compute_labels = function (ticks) {
    const labels = made(this);
    const key = ticks.join();
    if (!labels.has(key)) labels.set(key, make.call(this, ticks));
    return labels.get(key);
  };
}

// Whether the room suffices is asked before a paint, and again by what draws the labels.
function keepExtents(axis) {
  const { get: work } = Object.getOwnPropertyDescriptor(axis, "extents");
  const made = once("livedataExtents", () => new Map());
  Object.defineProperty(axis, "extents", { configurable: true, get() {
    const known = made(this);
    const key = this.ranges.map(({ start, end }) => `${start} ${end}`).join();
    if (!known.has(key)) known.set(key, work.call(this));
    return known.get(key);
  } });
}

// Texts are measured anew for each of several paints; they rarely change.
function keepWidths(graphics) {
  const { text_width: measure } = graphics;
  const known = new Map();
  document.fonts?.addEventListener("loadingdone", () => known.clear());
  graphics.text_width = (text, font) => {
    const key = `${font}\n${text}`;
    let width = known.get(key);
    if (width === undefined) {
      if (known.size >= MOST_WIDTHS) known.clear();
      known.set(key, width = measure(text, font));
    }
    return width;
  };
}

// The page sets none of the style variables by which a figure's look can be overridden.
function ignoreStyles(visual) {
  visual._get_css_value = () => "";
}

// A style sheet that is replaced by the same text has the browser resolve styles anew.
function keepStyleSheets(sheet) {
  const update = sheet._update;
  sheet._update = function (css) {
    if (this.livedataCss === css) return;
    this.livedataCss = css;
    update.call(this, css);
  };
}

// Colours are mapped when an image is painted: once for a frame, whatever changed.
function mapColoursLate(image) {
  const { _set_data: mapColours, _paint: paint } = image;
  image._set_data = function (indices) {
    // Those who inherit take over the array itself, so it has to be there.
    const isThere = this.image_data?.length === this.data_size;
    if (isThere && !this._can_inherit_image_data) this.livedataStale = true;
    else mapColours.call(this, indices);
  };
  const mapped = (view) => {
    if (view.livedataStale) {
      view.livedataStale = false;
      mapColours.call(view, null);
    }
  };
  image._paint = function (...args) {
    mapped(this);
    if (this.base) mapped(this.base);
    return paint.apply(this, args);
  };
}

// The picture of a colour bar depends on the palette alone. Its ticks follow the limits;
// mapping announces these whether they have changed or not.
function keepColourBars(bar) {
  const { _metrics_changed: follow, _set_canvas_image: draw } = bar;
  bar._metrics_changed = function () {
    const { metrics, palette } = this.color_mapper;
    const { min, max, binning } = metrics ?? {};
    const { display_low, display_high } = this.model;
    const now = [min, max, palette, display_low, display_high];
    const same = now.every((value, i) => Object.is(value, this.livedataMetrics?.[i]));
    if (same && !binning) return;
    this.livedataMetrics = now;
    follow.call(this);
  };
  bar._set_canvas_image = function () {
    const now = [this.color_mapper.palette, this.orientation, this._index_low, this._index_high];
    if (this._image && now.every((value, i) => value === this.livedataPicture?.[i])) return;
    this.livedataPicture = now;
    draw.call(this);
  };
}
