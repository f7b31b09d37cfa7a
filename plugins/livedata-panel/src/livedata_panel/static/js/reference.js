// A frozen copy of a figure's curves, to compare the live ones with.

const TAG = "reference";
const STYLE = { line_color: "#888888", line_dash: [6, 4], line_alpha: 0.9 };

// Returns the curves as they are now; null: the figure has none.
export function freeze(figure) {
  const curves = lines(figure).map(({ glyph, data_source: source }) => ({
    x: copy(source.data[glyph.x.field]), y: copy(source.data[glyph.y.field]) }));
  const labels = axes(figure);
  return curves.length ? { curves, labels, time: Date.now() } : null;
}

// Draws frozen curves into a figure whose axes are the same; returns whether they are.
export function showFrozen(figure, reference) {
  hideFrozen(figure);
  const [like] = lines(figure);
  if (!reference || !like || axes(figure) !== reference.labels) return false;
  const added = reference.curves.map(({ x, y }) => {
    const { glyph: { constructor: Line }, data_source: { constructor: Source }, constructor: Renderer } = like;
    const { x_range_name, y_range_name } = like;
    const glyph = new Line({ x: { field: "x" }, y: { field: "y" }, ...STYLE });
    const data_source = new Source({ data: { x, y } });
    return new Renderer({ data_source, glyph, x_range_name, y_range_name, tags: [TAG] });
  });
  figure.model.renderers = [...added, ...figure.model.renderers];
  return true;
}

export function hideFrozen(figure) {
  const { model } = figure;
  const kept = model.renderers.filter((item) => !item.tags.includes(TAG));
  if (kept.length !== model.renderers.length) model.renderers = kept;
}

export function canFreeze(figure) {
  return lines(figure).length > 0;
}

const lines = (figure) => (figure?.model?.renderers ?? []).filter((item) =>
  item.glyph?.type === "Line" && item.glyph.x?.field && item.glyph.y?.field
  && !item.tags.includes(TAG));

const axes = ({ model }) => [...model.below, ...model.left].map((axis) => axis.axis_label).join("\n");

const copy = (values) => Array.from(values ?? []);
