// The drawer's list of outputs: what can be added, searchable, by workflow.

import { h, icon, render } from "./dom.js";
import { CLOSE } from "./form.js";

let search = "";

export function renderOutputs(root, view, act) {
  root.hidden = false;
  const again = () => renderOutputs(root, view, act);
  const wanted = search.trim().toLowerCase();
  const groups = view.groups.map((group) => ({ ...group, workflows: group.workflows
    .map((w) => ({ ...w, outputs: w.outputs.filter((o) => matches(o, w, group, wanted)) }))
    .filter((w) => w.outputs.length) })).filter((group) => group.workflows.length);
  render(root, h("div", { key: "outputs", class: "form" },
    h("div", { class: "form-header" },
      h("h2", null, view.heading),
      h("button", { type: "button", class: "icon-button", "aria-label": "Close", title: "Close",
        onclick: () => act.send("close") }, icon(CLOSE))),
    h("div", { class: "form-body" },
      h("input", { class: "search", type: "search", placeholder: "Search outputs, workflows, sources",
        "aria-label": "Search outputs", value: search,
        oninput: (event) => { search = event.target.value; again(); } }),
      groups.map((group) => [h("h3", { key: group.title }, group.title),
        group.workflows.map((workflow) => section(workflow, view, act))]),
      groups.length ? null : h("p", { class: "muted" }, `Nothing matches “${search}”.`))));
}

function matches(output, workflow, group, wanted) {
  if (!wanted) return true;
  const texts = [output.title, output.name, output.description, output.plotter, workflow.title,
    workflow.id, group.title, ...workflow.sources.flatMap((s) => [s.title, s.name])];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

const chosen = new Map(); // workflow id -> source, "" for the usual ones

function section(workflow, view, act) {
  const { id, sources } = workflow;
  return h("fieldset", { key: id, class: "fieldset", "data-workflow": id },
    h("legend", { title: id }, workflow.title, workflow.runs ? null : h("span", { class: "muted" }, " (not running)")),
    sources.length < 2 ? null : h("select", { value: chosen.get(id) ?? "", "aria-label": `Source of ${workflow.title}`,
      onchange: (event) => chosen.set(id, event.target.value) },
      h("option", { key: "usual", value: "" }, "Running sources"),
      sources.map((s) => h("option", { key: s.name, value: s.name }, s.title))),
    h("div", { class: "output-list" }, workflow.outputs.map((output) => h("button", {
      key: output.name, type: "button", class: "output-choice", "data-output": output.name, title: [output.name, output.description].filter(Boolean).join("\n"),
      onclick: () => {
        const source = chosen.get(id);
        const layer = { workflow: id, output: output.name, sources: source ? [source] : null };
        if (view.cell) act.send("add-layer", { cell: view.cell, ...layer });
        else act.send("add-plot", { place: view.place, ...layer });
      } },
      thumbnail(output.preview),
      h("span", { class: "output-text" }, h("span", null, output.title),
        h("span", { class: "muted" }, [output.plotter, output.dims, output.unit].filter(Boolean).join(" · ")))))));
}

// What the latest data look like, in small; empty where there are none.
function thumbnail(view) {
  const box = (content) => h("span", { class: "thumbnail", "aria-hidden": "true" }, content);
  if (view?.kind === "number") return box(number(view.text));
  if (view?.kind === "image") return box(h("img", { src: view.address, alt: "" }));
  if (view?.kind === "curve") return box(h("svg", { viewBox: "0 0 100 60", preserveAspectRatio: "none" }, h("path", { d: path(view.heights) })));
  return box(null);
}

// A number above its unit, no larger than has room.
function number(text) {
  const [value, ...unit] = text.split(" ");
  const lines = [value, unit.join(" ")].filter(Boolean);
  const longest = Math.max(...lines.map((line) => line.length));
  return h("span", { class: "thumbnail-number", style: `font-size:min(0.78rem, ${(6.2 / longest).toFixed(3)}rem)` },
    lines.map((line) => h("div", null, line)));
}

function path(heights) {
  const step = 100 / Math.max(heights.length - 1, 1);
  let pen = "M";
  return heights.map((height, index) => {
    if (height === null) { pen = "M"; return ""; }
    const part = `${pen}${(index * step).toFixed(1)} ${(57 - 54 * height).toFixed(1)}`;
    pen = "L";
    return part;
  }).join("");
}
