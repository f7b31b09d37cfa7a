// The workflows page: search, groups, state of each source, one button for the usual.

import { h, render } from "./dom.js";
import { since } from "./format.js";

let search = "";

export function renderWorkflows(root, view, act) {
  const again = () => renderWorkflows(root, view, act);
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
    h("div", { class: "buttons" },
      workflow.runs ? [button("Restart", "start"), button("Reset", "reset-jobs"), button("Stop", "stop")]
        : button("Start", "start", "primary"),
      button("Configure", "configure-workflow")),
    workflow.prepared.length ? prepared(workflow, button) : null,
  );
}

function sourceRow(workflow, source, act) {
  const one = { workflow: workflow.id, sources: [source.name] };
  const button = (label, kind) => h("button", { class: "button minor", "aria-label": `${label} ${workflow.title} on ${source.title}`,
    onclick: () => act.send(kind, one) }, label);
  const running = source.runs && source.since !== null ? ` ${since(source.since)}` : "";
  return h("li", { key: source.name, class: "source" },
    h("span", { class: `pill tone-${source.tone}` }, source.state + running),
    h("span", { class: "source-title", title: source.name }, source.title),
    workflow.sources.length > 1 ? h("span", { class: "source-buttons" },
      source.runs ? [button("Reset", "reset-jobs"), button("Stop", "stop")] : button("Start", "start")) : null,
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
