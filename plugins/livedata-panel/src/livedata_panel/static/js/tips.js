// What the pointer tells of a plot, in the colours of the page: Bokeh's is white always.

const STYLE = `
:host { --tooltip-color: var(--raised); --tooltip-text: var(--text); --tooltip-border: var(--border);
  --tooltip-arrow-color: var(--border); --tooltip-arrow-inner-color: var(--raised); }
.bk-tooltip-row-label { color: var(--muted); }
`;

export function colourTips(Bokeh) {
  const view = Bokeh.Models.Tooltip.prototype.default_view.prototype;
  const { stylesheets } = view;
  view.stylesheets = function () {
    return [...stylesheets.call(this), STYLE];
  };
}
