// The drawer: a form beside the page, made from what the server says of its fields.

import { h, icon, render } from "./dom.js";

export const CLOSE = "M6 4.600L4.600 6l6 6-6 6L6 19.400l6-6 6 6 1.400-1.400-6-6 6-6L18 4.600l-6 6z";
const RESET = "M12 5V1L6 6l6 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z";

let sought = null; // the field to go to as soon as the form shows it

export function renderDrawer(root, view, act) {
  root.hidden = !view;
  if (!view) {
    render(root, []);
    return;
  }
  render(root, h("form", { key: view.cell ?? view.workflow, class: "form", novalidate: true,
    onsubmit: (event) => { event.preventDefault(); act.send("apply"); } },
    h("div", { class: "form-header" },
      h("h2", null, view.heading),
      h("button", { type: "button", class: "icon-button", "aria-label": "Close", title: "Close",
        onclick: () => act.send("close") }, icon(CLOSE))),
    h("div", { class: "form-body" },
      view.form.description ? h("p", { class: "muted" }, view.form.description) : null,
      view.paused ? note("This plot is paused: it shows changes when it goes on.", "Go on",
        () => act.pause(view.cell, false)) : null,
      view.form.drafted ? note("What you had entered before is still here.", "Discard",
        () => act.send("discard-draft")) : null,
      view.kind === "plot" ? plotChoices(view, act) : null,
      sources(view.form.sources, view.kind === "plot" ? { ...act, settled: () => act.send("apply") } : act),
      scopes(view.form, act),
      group(view.form.group, view.kind === "plot" ? { ...act, settled: () => act.send("apply") } : act)),
    h("div", { class: "form-footer" },
      view.replaces?.length ? h("p", { class: "help replaces" },
        `Replaces what runs on ${view.replaces.join(", ")}; its data begin anew.`) : null,
      problem(view.form, view.kind === "plot", act),
      view.form.refusal ? h("p", { class: "error", role: "alert" }, view.form.refusal) : null,
      h("div", { class: "buttons" },
        h("button", { class: "button primary", disabled: !view.form.valid }, view.form.action),
        view.kind === "workflow" ? h("button", { type: "button", class: "button", disabled: !view.form.valid,
          title: "Set aside for the next start, where everyone sees it", onclick: () => act.send("prepare") },
          "Prepare") : null,
        h("button", { type: "button", class: "button", onclick: () => { act.send("reset", { path: null }); if (view.kind === "plot") act.send("apply"); } },
          "Reset to defaults")))));
  if (sought) goTo(root);
}

function note(text, label, onclick) {
  return h("div", { key: label, class: "form-note", role: "status" }, h("span", null, text),
    h("button", { type: "button", class: "button", onclick }, label));
}

// Leads to what is wrong, which may be far from the buttons, or at another source.
function problem(form, plot, act) {
  const found = form.problem;
  if (!found) return null;
  const seek = () => {
    sought = fieldId(found.path);
    if (found.scope !== form.scope) act.send("choose-scope", { source: found.scope });
    else goTo(document);
  };
  const waiting = plot && form.waiting.length ? h("p", { class: "help waiting" },
    `${form.waiting.join(", ")}: shown in the plot once this is mended.`) : null;
  return h("div", { class: "form-problem" },
    h("button", { type: "button", class: "error", title: "Go to the field", onclick: seek },
      found.where ? `${found.where}: ${found.text}` : found.text), waiting);
}

function goTo(root) {
  const field = root.querySelector(`#${CSS.escape(sought)}`);
  if (!field) return;
  sought = null;
  field.scrollIntoView({ block: "center" });
  field.focus();
}

const fieldId = (path) => `field-${path.join("-")}`;

function plotChoices(view, act) {
  const choice = (label, items, value, name, send) => items.length < 2 ? null
    : h("div", { class: "field" }, h("label", { for: name }, label),
      h("select", { id: name, value, onchange: (event) => send(event.target.value) },
        items.map(([key, text]) => h("option", { key, value: key }, text))));
  return [
    choice("Layer", view.layers.map((l) => [l.id, l.title]), view.layer, "choose-layer",
      (layer) => act.send("choose-layer", { layer })),
    choice("Shown as", view.plotters.map((p) => [p.name, p.title]), view.plotter, "choose-plotter",
      (plotter) => { act.send("choose-plotter", { plotter }); act.send("apply"); }),
    view.axes.map((axis) => axisChoice(view, axis, act)),
    layerTools(view, act),
  ];
}

// What the plot is shown over: a stream of any workflow.
function axisChoice(view, axis, act) {
  const id = `axis-${axis.name}`;
  const key = JSON.stringify;
  return h("div", { key: id, class: axis.chosen ? "field" : "field invalid" }, h("label", { for: id }, axis.title),
    h("select", { id, value: axis.chosen ? key(axis.chosen) : "", onchange: (event) => act.send("choose-axis", {
      cell: view.cell, layer: view.layer, axis: axis.name,
      stream: event.target.value ? JSON.parse(event.target.value) : null }) },
    h("option", { key: "none", value: "" }, "Choose…"),
    axis.choices.map(({ stream, title }) => h("option", { key: key(stream), value: key(stream), title: stream.join(" ") }, title))));
}

// What else lies in the same axes: another output, marks, one layer less.
function layerTools(view, act) {
  const { cell, layer } = view;
  return h("div", { class: "buttons layer-tools" },
    h("select", { value: "", "aria-label": "Draw over this plot", onchange: (event) => {
      const mark = view.marks[Number(event.target.value)];
      event.target.value = "";
      if (mark) act.send("add-layer", { cell, ...mark });
    } }, h("option", { key: "none", value: "" }, "Draw over it…"),
    view.marks.map((mark, index) => h("option", { key: index, value: String(index) }, mark.title))),
    h("button", { type: "button", class: "button", onclick: () => act.send("choose-output", { cell }) },
      "Add an output"),
    view.layers.length < 2 ? null : h("button", { type: "button", class: "button",
      onclick: () => act.send("remove-layer", { cell, layer }) }, "Remove this layer"));
}

function sources(choices, act) {
  if (!choices.length) return null;
  return h("fieldset", { class: "fieldset" }, h("legend", null, "Sources"),
    h("div", { class: "ticks" }, choices.map((source) => h("label", { key: source.name, class: "tick" },
      h("input", { type: "checkbox", checked: source.selected,
        onchange: (e) => {
          act.send("choose-source", { source: source.name, selected: e.target.checked });
          act.settled?.();
        } }),
      h("span", { title: source.name }, source.title)))));
}

// Values for all sources, or for one that shall have some of its own.
function scopes(form, act) {
  if (!form.scopes.length) return null;
  const words = ({ title, own, valid }) => `${title}${own ? ` (${own} of its own)` : ""}${valid ? "" : " – invalid"}`;
  return h("div", { class: form.scope ? "field scope is-own" : "field scope" }, h("label", { for: "scope" }, "Values for"),
    h("select", { id: "scope", value: form.scope, "aria-describedby": "scope-help",
      onchange: (event) => act.send("choose-scope", { source: event.target.value }) },
    form.scopes.map((scope) => h("option", { key: scope.name, value: scope.name }, words(scope)))),
    h("p", { class: "help", id: "scope-help" }, form.scope ? "What you change here holds for this source alone."
      : "Choose a source to give it values of its own."));
}

function group(view, act) {
  const content = [
    view.switch ? fieldRow({ ...view.switch, label: `Use ${view.switch.label.toLowerCase()}` }, act) : null,
    view.description ? h("p", { class: "muted small" }, view.description) : null,
    view.fields.length ? h("div", { class: "fields" }, view.fields.map((field) => fieldRow(field, act,
      view.error ? `${fieldId(view.path)}-error` : ""))) : null,
    view.error ? h("p", { class: "error", role: "alert", id: `${fieldId(view.path)}-error` }, view.error) : null,
    view.groups.map((inner) => group(inner, act)),
  ];
  if (!view.path.length) return content;
  return h("fieldset", { key: view.path.join("."), class: "fieldset" },
    h("legend", null, view.title), content);
}

function fieldRow(field, act, groupError = "") {
  const id = fieldId(field.path);
  const invalid = field.error || field.blamed;
  const classes = ["field", `kind-${field.kind}`, field.changed ? "changed" : "", invalid ? "invalid" : ""];
  const label = h("label", { for: id, title: field.description || null }, field.label,
    field.unit ? h("span", { class: "unit" }, ` [${field.unit}]`) : null);
  const reset = field.changed ? h("button", { type: "button", class: "icon-button small",
    title: `Back to ${field.default}`, "aria-label": `Reset ${field.label} to ${field.default}`,
    onclick: () => { act.send("reset", { path: field.path }); act.settled?.(); } }, icon(RESET)) : null;
  const told = [`${id}-help`, field.error ? `${id}-error` : "", field.blamed ? groupError : ""].filter(Boolean).join(" ");
  const widget = input(field, { id, "aria-describedby": told, "aria-invalid": invalid ? "true" : null }, act);
  const help = field.description || field.limits
    ? h("p", { class: "help", id: `${id}-help` }, [field.description, field.limits].filter(Boolean).join(" · ")) : null;
  return h("div", { key: id, class: classes.filter(Boolean).join(" ") },
    field.kind === "bool" ? h("div", { class: "tick" }, widget, label, reset)
      : [h("div", { class: "label-row" }, label, reset), widget],
    field.error ? h("p", { class: "error", role: "alert", id: `${id}-error` }, field.error) : null,
    field.others.length ? h("p", { class: "others" }, field.others.join(" · ")) : null, help);
}

function input(field, common, act) {
  const change = (value) => act.send("change", { path: field.path, value });
  // Settings of a plot are shown at once; of a workflow, when it is started.
  const settle = (value) => { change(value); act.settled?.(); };
  if (field.kind === "bool") {
    return h("input", { ...common, type: "checkbox", checked: field.value, onchange: (e) => settle(e.target.checked) });
  }
  if (field.kind === "select") {
    return h("select", { ...common, value: field.value, onchange: (e) => settle(e.target.value) },
      field.nullable ? h("option", { key: "none", value: "" }, "–") : null,
      field.choices.map((text, index) => h("option", { key: index, value: String(index) }, text)));
  }
  const numeric = field.kind === "number" || field.kind === "integer";
  const tag = field.kind === "json" ? "textarea" : "input";
  return h(tag, { ...common, type: tag === "input" ? "text" : null, value: field.value,
    inputmode: numeric ? "decimal" : null, autocomplete: "off", spellcheck: "false",
    oninput: (e) => change(e.target.value), onchange: act.settled ?? null });
}
