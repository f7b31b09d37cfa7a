// A grid of plots: cards with title, age and tools around the figures.

import { h, render } from "./dom.js";
import { clockTime, since } from "./format.js";
import { sliders } from "./sliders.js";
import { marks, tools } from "./tools.js";

const WORDS = {
  waiting: "Waiting",
  fresh: "Live",
  ageing: "Ageing",
  stale: "Stale",
  paused: "Paused",
  stopped: "Stopped",
  error: "Error",
};

export function renderGrid(root, view, statuses, plots, act, editing) {
  const style = `--rows:${view.rows};--columns:${view.columns}`;
  const on = editing.on && !view.alone;
  render(root, [on ? editing.bar(view) : null,
    h("div", { key: view.id, class: `grid${on ? " editing" : ""}${view.alone ? " alone" : ""}`, style },
      view.cells.map((cell) => card(view, cell, statuses?.[cell.id], plots, act, view.alone ? `grid:${view.id}` : null, on ? editing.handles(view, cell) : null)),
      on ? editing.places(view) : null,
      on || view.alone ? null : freePlaces(view).map(([row, column]) => place(row, column, view, act))),
  ]);
  plots.keepOnly(new Map(view.cells.map((cell) => [cell.id, cell.figure])));
  for (const cell of view.cells) {
    const slot = root.querySelector(`[data-slot="${CSS.escape(cell.id)}"]`);
    plots.show(cell.id, cell.figure, slot);
  }
  act.regions.show(view.cells, root);
}

// The page of a plot that is not there.
export function renderMissing(root, view, act) {
  render(root, h("div", { key: "missing", class: "empty missing" },
    h("h1", { class: "empty-title" }, view.title),
    h("p", { class: "muted" }, view.text),
    h("div", { class: "buttons" },
      view.undo ? h("button", { class: "button", onclick: () => act.send("restore", { target: view.undo }) }, "Put it back") : null,
      h("button", { class: "button primary", onclick: () => act.open(view.grid) }, "Go to the grids"))));
}

function card(view, cell, status, plots, act, alone, handles) {
  const place = `grid-area:${cell.row + 1}/${cell.column + 1}/span ${cell.rows}/span ${cell.columns}`;
  const broad = 2 * cell.columns > view.columns ? " broad" : ""; // has a row of a small screen to itself
  return h("section", { key: cell.id, class: `card state-${status?.paused ? "paused" : status?.state ?? "waiting"}${broad}`,
    style: place, "aria-label": cell.title, "data-cell": cell.id },
    h("div", { class: "card-header" },
      h("div", { class: "card-heading" },
        h("h2", { class: "card-title", title: `${cell.title}\n${cell.subtitle}` }, cell.title),
        tools(cell, status, plots, act, alone)),
      cell.figure && status?.action ? h("button", { class: "button start",
        "aria-label": `Start ${cell.title}`, onclick: () => act.do(status.action) },
        status.action.label) : null,
      marks(cell, plots), pill(status)),
    status?.covers ? h("p", { key: "covers", class: status.cut ? "covers cut" : "covers", title: status.covers },
      status.covers) : null,
    status?.slow ? h("p", { key: "slow", class: "covers cut", title: status.slow }, status.slow) : null,
    h("div", { class: "card-body" },
      h("div", { key: "slot", class: "slot", keep: true, "data-slot": cell.id,
        ondblclick: () => act.fit(cell.id) }),
      cell.regions && cell.figure ? h("svg", { key: "regions", class: "slot regions", keep: true, "data-regions": cell.id }) : null,
      cell.regions && cell.figure ? act.regions.bar(cell) : null,
      cell.empty ? empty(cell.empty, act) : null,
      cell.figure && status?.state === "error" && status.message
        ? h("div", { key: "problem", class: "problem", role: "alert" }, h("p", null, status.message), traceback(status.detail)) : null,
      plots.problem(cell.figure) ? h("p", { key: "unshown", class: "problem", role: "alert" }, plots.problem(cell.figure)) : null,
      status?.edit ? h("div", { key: "edit", class: "problem", role: "alert" },
        h("p", null, status.edit.text), traceback(status.edit.detail)) : null),
    sliders(cell, status, act),
    handles,
  );
}

// Places that no cell claims, row by row.
function freePlaces(view) {
  const taken = new Set(view.cells.flatMap((cell) =>
    [...Array(cell.rows).keys()].flatMap((row) =>
      [...Array(cell.columns).keys()].map((column) => `${cell.row + row},${cell.column + column}`))));
  return [...Array(view.rows).keys()].flatMap((row) =>
    [...Array(view.columns).keys()].map((column) => [row, column]))
    .filter(([row, column]) => !taken.has(`${row},${column}`));
}

function place(row, column, view, act) {
  return h("button", { key: `place-${row}-${column}`, class: "place",
    style: `grid-area:${row + 1}/${column + 1}`,
    "aria-label": `Add a plot at row ${row + 1}, column ${column + 1}`,
    onclick: () => act.send("choose-output", { place: [row, column] }) },
    h("span", { class: "place-plus", "aria-hidden": "true" }, "+"),
    h("span", null, view.cells.length || row || column ? "Add a plot" : "This grid has no plots yet. Add one"));
}

function pill(status) {
  if (!status) return null;
  if (status.paused) return standing(status);
  const age = status.time === null ? "" : since(status.time);
  const time = status.time === null ? "No data yet" : `Data of ${clockTime(status.time)}`;
  const never = status.state === "stopped" && status.time === null;
  const title = status.message ? `${time}. ${status.message}` : time;
  return h("span", { class: `pill tone-${status.state}`, title },
    h("span", { class: "pill-word" }, never ? "Not running" : WORDS[status.state]), age);
}

// What the plot of a session that has paused it says: of when it is, and of what comes.
function standing(status) {
  const live = status.state === "error" ? "An error has come since" : `Data: ${WORDS[status.state].toLowerCase()}`;
  const title = `The plot stands still at data of ${clockTime(status.time)}. ${live}${status.message ? `: ${status.message}` : ""}`;
  return h("span", { class: `pill tone-${status.state === "error" ? "error" : "ageing"}`, title },
    h("span", { class: "pill-word" }, "Paused"), clockTime(status.time));
}

// Where a plugin's code failed; only authors get it.
function traceback(text) {
  if (!text) return null;
  return h("details", { key: "traceback", class: "traceback" }, h("summary", null, "Traceback"), h("pre", { tabindex: "0" }, text));
}

function empty(view, act) {
  const waited = view.since === null ? "" : ` (${since(view.since)})`;
  return h("div", { key: "empty", class: "empty" },
    h("p", { class: "empty-title" }, view.title + waited),
    view.text ? h("p", { class: "muted" }, view.text) : null,
    traceback(view.detail),
    view.action ? h("button", { class: "button primary", onclick: () => act.do(view.action) },
      view.action.label) : null);
}
