// The workflows page: search, groups, state of each source, one button for the usual.

import { h, render } from "./dom.js";
import { since } from "./format.js";

let search = "";
let asked = null; // what is to be confirmed: {kind, label, workflow, source}
let opener = ""; // the label of the button that asked
let paint = () => {};

// Asks, beside the button that was clicked, before data are lost.
function ask(event, question) {
  asked = question;
  opener = event.currentTarget.getAttribute("aria-label");
  paint();
  document.querySelector(".confirm .button")?.focus();
}

// Takes a question back; returns whether there was one.
export function withdraw() {
  if (!asked) return false;
  const within = document.activeElement?.closest(".confirm");
  asked = null;
  paint();
  if (within) document.querySelector(`[aria-label="${CSS.escape(opener)}"]`)?.focus();
  return true;
}

export function renderWorkflows(root, view, act) {
  const again = () => renderWorkflows(root, view, act);
  paint = () => { if (root.querySelector(".workflow")) again(); };
  const wanted = search.trim().toLowerCase();
  const groups = view.groups
    .map((group) => ({ ...group, workflows: group.workflows.filter((w) => matches(w, group, wanted)) }))
    .filter((group) => group.workflows.length);
  render(root, h("div", { key: "workflows", class: "sheet" },
    h("div", { class: "sheet-header" },
      h("h1", null, "Workflows"),
      h("input", { class: "search", type: "search", placeholder: "Search workflows, sources, outputs",
        "aria-label": "Search workflows", value: search,
        oninput: (event) => { search = event.target.value; again(); } })),
    groups.map((group) => h("section", { key: group.name, class: "group" },
      h("h2", null, group.title),
      group.workflows.map((workflow) => row(workflow, act)))),
    groups.length ? null : h("p", { class: "muted" },
      wanted ? `Nothing matches “${search}”.` : "This instrument has no workflows installed."),
  ));
}

function matches(workflow, group, wanted) {
  if (!wanted) return true;
  const texts = [workflow.title, workflow.id, workflow.description, group.title,
    ...workflow.outputs.map((o) => o.title), ...workflow.sources.flatMap((s) => [s.title, s.name, s.state])];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

function row(workflow, act) {
  const target = { workflow: workflow.id };
  const button = (label, kind, extra = "") => h("button", {
    class: `button ${extra}`, "aria-label": `${label} ${workflow.title}`,
    onclick: () => act.do({ kind, ...target }),
  }, label);
  const whole = (label, kind) => h("button", { class: "button", "aria-label": `${label} ${workflow.title}`,
    onclick: (event) => ask(event, { kind, label, workflow: workflow.id }) }, label);
  return h("article", { key: workflow.id, class: "workflow", "data-workflow": workflow.id },
    h("div", { class: "workflow-head" },
      h("h3", { title: workflow.id }, workflow.title),
      workflow.description ? h("p", { class: "muted" }, workflow.description) : null,
      h("p", { class: "outputs" }, workflow.outputs.map((o) => h("button", {
        key: o.name, class: "tag output", title: `Add a plot of ${o.title} (${o.name})`,
        "aria-label": `Add a plot of ${workflow.title}: ${o.title}`,
        onclick: () => act.send("add-plot", { workflow: workflow.id, output: o.name }) },
        h("span", { "aria-hidden": "true" }, "+ "), o.title)))),
    h("ul", { class: "sources" }, workflow.sources.map((source) => sourceRow(workflow, source, act))),
    isAsked(workflow) ? confirmation(workflow, act) : h("div", { key: "buttons", class: "buttons" },
      workflow.runs ? [whole("Restart", "start"), whole("Reset", "reset-jobs"), button("Stop", "stop")]
        : button("Start", "start", "primary"),
      button("Configure", "configure-workflow")),
    workflow.prepared.length ? prepared(workflow, button) : null,
  );
}

// Whether a question is about a workflow, or about one source of it, and holds still.
function isAsked(workflow, source = null) {
  if (asked?.workflow !== workflow.id || (asked.source ?? null) !== (source?.name ?? null)) return false;
  return (source ?? workflow).runs;
}

// Says what would be lost, and leaves the choice.
function confirmation(workflow, act, source = null) {
  const { kind, label } = asked;
  const on = (source ? [source] : workflow.sources.filter((one) => one.runs)).map((one) => one.title).join(", ");
  const sources = source ? { sources: [source.name] } : {};
  const what = kind === "start" ? `Restart “${workflow.title}”? Data accumulated on ${on} are lost; it begins anew.`
    : `Reset “${workflow.title}”? Data accumulated on ${on} are lost.`;
  const answer = () => { act.send(kind, { workflow: workflow.id, ...sources }); withdraw(); };
  return h("div", { key: "confirm", class: "confirm", role: "alertdialog", "aria-label": what }, h("p", null, what),
    h("div", { class: "buttons" },
      h("button", { class: "button", onclick: withdraw }, "Cancel"),
      h("button", { class: "button primary", onclick: answer }, label)));
}

function sourceRow(workflow, source, act) {
  const one = { workflow: workflow.id, sources: [source.name] };
  const button = (label, kind) => h("button", { class: "button minor", "aria-label": `${label} ${workflow.title} on ${source.title}`,
    onclick: () => act.send(kind, one) }, label);
  const reset = h("button", { class: "button minor", "aria-label": `Reset ${workflow.title} on ${source.title}`,
    onclick: (event) => ask(event, { kind: "reset-jobs", label: "Reset", workflow: workflow.id, source: source.name }) }, "Reset");
  const running = source.runs && source.since !== null ? ` ${since(source.since)}` : "";
  return h("li", { key: source.name, class: "source" },
    h("span", { class: `pill tone-${source.tone}` }, source.state + running),
    h("span", { class: "source-title", title: source.name }, source.title),
    workflow.sources.length > 1 ? h("span", { class: "source-buttons" },
      source.runs ? [reset, button("Stop", "stop")] : button("Start", "start")) : null,
    isAsked(workflow, source) ? confirmation(workflow, act, source) : null,
    source.message ? h("span", { class: "source-message" }, source.message) : null);
}

// Parameters that somebody has set aside for the next start; every session sees them.
function prepared(workflow, button) {
  return h("div", { class: "prepared" },
    h("strong", null, "Prepared"),
    h("ul", null, workflow.prepared.map((one) => h("li", { key: one.source },
      `${one.source}: `, h("span", { class: "muted" }, one.changes.join("; "))))),
    h("div", { class: "buttons" }, button("Start prepared", "commit", "primary"), button("Discard", "discard")));
}
