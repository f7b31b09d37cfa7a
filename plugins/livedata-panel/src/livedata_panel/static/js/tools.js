// The tools of a cell: what is at hand in its header, and what is in its menu.

import { h, icon } from "./dom.js";
import { clockTime } from "./format.js";
import { saveData } from "./saving.js";

const ICONS = {
  fit: "M4 9V4h5v2H6v3zM15 4h5v5h-2V6h-3zM4 15h2v3h3v2H4zM18 15h2v5h-5v-2h3z",
  settings: "M4 6h9v2H4zM17 6h3v2h-3zM14 4h2v6h-2zM4 16h3v2H4zM11 16h9v2h-9zM8 14h2v6H8z",
  region: "M5 5h3v2H7v1H5zM11 5h3v2h-3zM17 5h2v3h-2zM5 11h2v3H5zM17 11h2v3h-2zM5 17h3v2H5zM11 17h3v2h-3zM17 17h2v2h-2z",
  pause: "M7 5h3.500v14H7zM13.500 5H17v14h-3.500z",
  play: "M8 5l11 7-11 7z",
  more: "M5 10.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3zM12 10.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3zM19 10.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z",
  hold: "M7 10V8a5 5 0 0 1 10 0v2h1v10H6V10zm2 0h6V8a3 3 0 0 0-6 0z",
};

let open = null; // the cell whose menu is open
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest?.(".menu-box")) open = null;
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") open = null; });

export function tools(cell, status, plots, act, alone) {
  const chosen = plots.tools.of(cell.id);
  const offers = plots.offers(cell.id);
  const button = (name, label, onclick, pressed = null) => h("button", {
    key: name, class: pressed ? "icon-button tool pressed" : "icon-button tool", title: label,
    "aria-label": `${label}: ${cell.title}`, "aria-pressed": pressed === null ? null : String(pressed), onclick,
  }, icon(ICONS[name] ?? ICONS.hold));
  const hold = (name, letter, what) => h("button", {
    key: `hold-${name}`, class: chosen[name] ? "icon-button tool letter pressed" : "icon-button tool letter",
    title: chosen[name] ? `${what} is held: have it follow the data` : `Hold ${what}`,
    "aria-label": `Hold ${what}: ${cell.title}`, "aria-pressed": String(Boolean(chosen[name])),
    onclick: () => act.hold(cell.id, name),
  }, letter);
  const paused = Boolean(status?.paused);
  return h("div", { class: open === cell.id ? "tools open" : "tools" },
    cell.figure && offers.axes ? [hold("x", "X", "horizontal axis"), hold("y", "Y", "vertical axis")] : null,
    cell.figure && offers.colour ? hold("colour", "C", "colour scale") : null,
    cell.figure ? [button("fit", "Show all data", () => act.fit(cell.id)),
      button(paused ? "play" : "pause", paused ? "Go on" : "Pause", () => act.pause(cell.id, !paused), paused),
    ] : null,
    cell.figure && cell.regions ? button("region", "Draw a region of interest",
      () => act.regions.begin(cell.id, cell.regions.shapes[0])) : null,
    button("settings", "Settings", () => act.configure(cell.id)),
    menu(cell, status, chosen, offers, button, act, alone));
}

function menu(cell, status, chosen, offers, button, act, alone) {
  const toggle = () => { open = open === cell.id ? null : cell.id; act.again(); };
  const item = (label, run) => h("button", { key: label, class: "menu-item", role: "menuitem",
    onclick: () => { open = null; run(); act.again(); } }, label);
  const data = (format) => () => saveData(cell, format, status?.data, act.tell);
  return h("div", { class: "menu-box" },
    button("more", "More", toggle),
    open !== cell.id ? null : h("div", { key: "menu", class: "menu", role: "menu" },
      cell.figure ? [
        item("Save picture (PNG)", () => act.save(cell.id, cell.title, "png")),
        item("Save picture (SVG)", () => act.save(cell.id, cell.title, "svg"))] : null,
      cell.figure && cell.regions ? cell.regions.shapes.map((shape) =>
        item(`Draw a region: ${shape}`, () => act.regions.begin(cell.id, shape))) : null,
      item("Save data (CSV)", data("csv")),
      item("Save data (scipp HDF5)", data("h5")),
      cell.figure && offers.reference ? item(chosen.reference
        ? `Remove reference of ${clockTime(chosen.reference.time)}` : "Keep as reference", () => act.reference(cell.id)) : null,
      item("Full screen", () => document.querySelector(`[data-cell="${CSS.escape(cell.id)}"]`)?.requestFullscreen()),
      alone ? item("Back to the grid", () => act.open(alone))
        : item("Open in its own window", () => window.open(`#cell:${encodeURIComponent(cell.id)}`, "_blank", "popup,width=960,height=680"))));
}

// Marks of what is not as it usually is, beside the freshness.
export function marks(cell, plots) {
  const { reference } = plots.tools.of(cell.id);
  return reference ? h("span", { key: "reference", class: "pill mark tone-waiting", title: "Dashed: frozen curves" },
    `Reference ${clockTime(reference.time)}`) : null;
}
