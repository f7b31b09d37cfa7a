// Labels of axes and legends have room in a small figure, too: legends have as many lines
// as they need, labels of axes become smaller, and at last they are cut by an ellipsis.

const LEAST = 0.72; // of the size that the theme gives
const SPARE = 4; // pixels

const LEGEND = `
:host { max-width: 100%; }
.bk-grid { display: flex !important; flex-wrap: wrap; row-gap: 2px !important; width: auto !important; max-width: 100%; }
`;

export function wrapLegends(Bokeh) {
  const view = Bokeh.Models.Legend.prototype.default_view.prototype;
  const { stylesheets } = view;
  view.stylesheets = function () {
    return [...stylesheets.call(this), LEGEND];
  };
}

// Sees to the labels of a figure's axes whenever its size or a label changes.
export function fitLabels(view, box) {
  const { below, left, right, properties } = view.model;
  const axes = [...below, ...left, ...right].filter((axis) => typeof axis.axis_label === "string");
  const sizes = new Map(axes.map((axis) => [axis, parseFloat(axis.axis_label_text_font_size)]));
  const fit = () => {
    if (view.is_destroyed || !view.frame?.bbox?.width) return;
    const cut = axes.filter((axis) => fitLabel(view, axis, sizes.get(axis)));
    box.title = cut.map((axis) => axis.axis_label).join("\n");
  };
  const later = () => requestAnimationFrame(fit);
  const watched = [properties.inner_width, properties.inner_height, ...axes.map((axis) => axis.properties.axis_label)];
  for (const property of watched) property.change.connect(later);
  later();
}

// Returns whether a label is cut. Only what differs is set: it has the figure laid out anew.
function fitLabel(view, axis, size) {
  const axisView = view.views.find_one(axis);
  const text = axisView?._axis_label_view?.model;
  if (!text || !axis.axis_label) return false;
  const { dimension, bbox } = axisView;
  const [middle, whole] = dimension === 0 ? [bbox.hcenter, view.bbox.width] : [bbox.vcenter, view.bbox.height];
  const room = 2 * Math.min(middle, whole - middle) - SPARE;
  const widthOf = (label, fontSize) => textWidth(label, fontSize, axis);
  const wanted = size * Math.max(LEAST, Math.min(1, room / widthOf(axis.axis_label, size)));
  const shown = Math.floor(wanted * 2) / 2;
  let label = axis.axis_label;
  while (label.length > 2 && widthOf(label, shown) > room) label = `${label.slice(0, label.endsWith("…") ? -2 : -1)}…`;
  if (text.text !== label) {
    text.text = label;
    view.request_layout();
  }
  if (parseFloat(axis.axis_label_text_font_size) !== shown) axis.axis_label_text_font_size = `${shown}px`;
  return label !== axis.axis_label;
}

const context = document.createElement("canvas").getContext("2d");

function textWidth(text, size, { axis_label_text_font_style: style, axis_label_text_font: font }) {
  context.font = `${style} ${size}px ${font}`;
  return context.measureText(text).width;
}
