// The page that manages grids: order, titles, copies, files, and what was removed.

import { h, render } from "./dom.js";
import { plural } from "./format.js";

export function renderLayouts(root, view, act) {
  render(root, h("div", { key: "layouts", class: "sheet" },
    h("div", { class: "sheet-header" }, h("h1", null, "Grids of plots"),
      h("span", { class: "muted" }, "Everyone sees the same grids; changes are saved at once.")),
    grids(view, act),
    added(view, act),
    view.removed.length ? removed(view, act) : null));
}

function grids(view, act) {
  const last = view.grids.length - 1;
  return h("section", { class: "group" }, h("h2", null, "Grids"),
    view.grids.map((grid, index) => row(grid, index, last, act)),
    view.grids.length ? null : h("p", { class: "muted" }, "There is no grid yet. Add one below."),
    view.unreadable ? h("p", { class: "muted" },
      `${plural(view.unreadable, "stored grid", "stored grids")} cannot be read by this version; kept as stored.`) : null);
}

function row(grid, index, last, act) {
  const button = (text, label, disabled, onclick) => h("button", { class: "button",
    "aria-label": `${label}: ${grid.title}`, title: label, disabled, onclick }, text);
  const move = (to) => act.send("move-grid", { grid: grid.id, index: to });
  return h("div", { key: grid.id, class: grid.hidden ? "layout-row is-hidden" : "layout-row", "data-grid": grid.id },
    button("↑", "Move up", index === 0, () => move(index - 1)),
    button("↓", "Move down", index === last, () => move(index + 1)),
    h("input", { class: "text-input", value: grid.title, maxlength: 200, "aria-label": `Title of ${grid.title}`,
      onchange: (event) => act.send("rename-grid", { grid: grid.id, title: event.target.value }) }),
    h("span", { class: "muted layout-size" }, `${plural(grid.plots, "plot", "plots")}, ${grid.rows} × ${grid.columns}`,
      grid.unreadable ? h("span", { class: "trouble" }, ` (${grid.unreadable} cannot be read)`) : null),
    h("div", { class: "buttons" },
      button("Open", "Open", false, () => act.open(`grid:${grid.id}`)),
      button("Duplicate", "Duplicate", false, () => act.send("duplicate-grid", { grid: grid.id })),
      button(grid.hidden ? "Show" : "Hide", grid.hidden ? "Show in the rail" : "Hide from the rail", false,
        () => act.send("hide-grid", { grid: grid.id, hidden: !grid.hidden })),
      h("a", { class: "button", href: `layout.yaml?grid=${encodeURIComponent(grid.id)}`, download: true,
        "aria-label": `Download: ${grid.title}`, title: "Download as a file" }, "Download"),
      button("Remove", "Remove", false, () => act.send("remove-grid", { grid: grid.id }))));
}

function added(view, act) {
  return h("section", { class: "group" }, h("h2", null, "Add a grid"),
    h("form", { class: "layout-add", onsubmit: (event) => {
      event.preventDefault();
      const input = event.target.elements.title;
      act.send("add-grid", { title: input.value });
      input.value = "";
    } },
    h("input", { name: "title", class: "text-input", placeholder: "Title of an empty grid", required: true, maxlength: 200,
      "aria-label": "Title of an empty grid" }),
    h("button", { class: "button primary" }, "Add")),
    view.templates.length ? h("div", { class: "buttons" }, h("span", { class: "muted" }, "From a template:"),
      view.templates.map((template) => h("button", { key: template.name, class: "button",
        onclick: () => act.send("add-template", { template: template.name }) },
        `${template.title} (${plural(template.plots, "plot", "plots")})`))) : null,
    h("div", { class: "buttons" },
      h("label", { class: "button" }, "From a file…",
        h("input", { type: "file", class: "file-input", accept: ".yaml,.yml,.json", onchange: (event) => upload(event.target, act) })),
      h("a", { class: "button", href: "layout.yaml", download: true }, "Download all grids")));
}

async function upload(input, act) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  if (file.size > 1_000_000) act.tell("error", `“${file.name}” is too large`, "A layout has at most 1 MB.");
  else act.send("import-layout", { name: file.name.slice(0, 200), text: await file.text() });
}

function removed(view, act) {
  return h("section", { class: "group" }, h("h2", null, "Removed of late"),
    view.removed.map((item) => h("div", { key: item.id, class: "layout-row" },
      h("span", { class: "layout-removed" }, item.title,
        item.title === item.grid ? null : h("span", { class: "muted" }, ` from ${item.grid}`)),
      h("button", { class: "button", "aria-label": `Put back ${item.title}`,
        onclick: () => act.send("restore", { target: item.id }) }, "Put back"))));
}
