// Has Bokeh let go of figures that are gone, which it would keep, with the data that they
// showed, for as long as the page lives: a screen on the wall makes some each minute.

// Each plot listens to the page's viewport; here no longer than it is shown.
export function releasePlots(Bokeh) {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const plot = Bokeh.Models.Plot.prototype.default_view.prototype;
  const { connect_signals: connect, remove } = plot;
  plot.connect_signals = function () {
    const gone = this.livedataGone = new AbortController();
    const { addEventListener: listen } = viewport;
    viewport.addEventListener = (kind, act) => listen.call(viewport, kind, act, { signal: gone.signal });
    try { connect.call(this); } finally { delete viewport.addEventListener; }
  };
  plot.remove = function () {
    this.livedataGone?.abort();
    remove.call(this);
  };
}

// Returns a document like another that Bokeh does not list.
export function unlistedDocument(like, { documents } = window.Bokeh) {
  const doc = new like.constructor();
  documents.splice(documents.indexOf(doc), 1);
  return doc;
}

// A document looks over its models half a minute after the last change; not if it is gone.
export function releaseDocument(doc) {
  doc._cancel_recompute_all_models();
}
