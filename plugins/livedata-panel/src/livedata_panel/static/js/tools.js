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
};
const HOLDS = [["x", "X", "horizontal axis"], ["y", "Y", "vertical axis"], ["colour", "C", "colour scale"]];

let open = null; // the cell whose menu is open
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest?.(".menu-box")) open = null;
});

// Returns whether a menu was open. The focus goes back to its button.
export function closeMenu() {
  const was = open;
  open = null;
  if (was && document.activeElement?.closest(".menu")) {
    document.activeElement.closest(".menu-box").querySelector("button").focus();
  }
  return was !== null;
}

// Arrow keys go through the items of an open menu.
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const items = [...event.currentTarget.querySelectorAll(".menu-item")].filter((item) => item.offsetParent);
  const at = items.indexOf(document.activeElement);
  items.at((at + step + (at < 0 && step < 0 ? 1 : 0)) % items.length)?.focus();
  event.preventDefault();
}

export function tools(cell, status, plots, act, alone) {
  const chosen = plots.tools.of(cell.id);
  const offers = plots.offers(cell.id);
  const paused = Boolean(status?.paused);
  const button = (name, label, onclick, { pressed = null, wide = false, slim = false, expanded = null, key = name } = {}) => h("button", {
    key, class: ["icon-button tool", pressed ? "pressed" : "", wide ? "wide" : "", slim ? "slim" : ""].join(" "), title: label,
    "aria-label": `${label}: ${cell.title}`, "aria-pressed": pressed === null ? null : String(pressed),
    "aria-haspopup": expanded === null ? null : "menu", "aria-expanded": expanded === null ? null : String(expanded), onclick,
  }, icon(ICONS[name]));
  const hold = ([name, letter, what]) => h("button", {
    key: `hold-${name}`, class: `icon-button tool letter wide ${chosen[name] ? "pressed" : ""}`,
    title: chosen[name] ? `${what} is held: have it follow the data` : `Hold ${what}`,
    "aria-label": `Hold ${what}: ${cell.title}`, "aria-pressed": String(Boolean(chosen[name])),
    onclick: () => act.hold(cell.id, name),
  }, letter);
  const holds = cell.figure ? HOLDS.filter(([name]) => (name === "colour" ? offers.colour : offers.axes)) : [];
  return h("div", { class: open === cell.id ? "tools open" : "tools" },
    holds.map(hold),
    cell.figure ? [button("fit", "Show all data", () => act.fit(cell.id), { wide: true }),
      button(paused ? "play" : "pause", paused ? "Go on" : "Pause", () => act.pause(cell.id, !paused), { pressed: paused, key: "pause", slim: true }),
    ] : null,
    cell.figure && cell.regions ? button("region", "Draw a region of interest",
      () => act.regions.begin(cell.id, cell.regions.shapes[0]), { wide: true }) : null,
    button("settings", "Settings", () => act.configure(cell.id), { slim: true }),
    menu(cell, status, { chosen, offers, holds, button, act, alone }));
}

function menu(cell, status, { chosen, offers, holds, button, act, alone }) {
  const paused = Boolean(status?.paused);
  const toggle = () => { open = open === cell.id ? null : cell.id; act.again(); };
  const item = (label, run, extra = "") => h("button", { key: label, class: `menu-item ${extra}`, role: "menuitem",
    onclick: () => { open = null; run(); act.again(); } }, label);
  const data = (format) => () => saveData(cell, format, status?.data, act.tell);
  return h("div", { class: "menu-box", onkeydown: walk },
    button("more", "More", toggle, { expanded: open === cell.id }),
    open !== cell.id ? null : h("div", { key: "menu", class: "menu", role: "menu" },
      // In a narrow plot these have no room in its header, and the slim ones none for fingers.
      item("Settings", () => act.configure(cell.id), "slim"),
      cell.figure ? [item(paused ? "Go on" : "Pause", () => act.pause(cell.id, !paused), "slim"),
        item("Show all data", () => act.fit(cell.id), "narrow"),
        holds.map(([name, , what]) => item(`${chosen[name] ? "Let go of" : "Hold"} ${what}`, () => act.hold(cell.id, name), "narrow")),
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
