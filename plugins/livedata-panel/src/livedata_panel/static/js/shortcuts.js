// The keyboard: keys that act at once, and the dialogue that lists them. Keys of one plot
// act on the one that has the focus, or else on the one under the pointer.

import { h, icon, render } from "./dom.js";
import { CLOSE } from "./form.js";

const PLOT_KEYS = { f: "fit", p: "pause", x: "x", y: "y", c: "colour", o: "settings" };

const STORED = "livedata-letter-keys";
const ALWAYS = ["?"]; // also when single keys are switched off

const LISTED = [
  ["Everywhere", [
    ["1 … 9", "Open the first, second, … grid"],
    ["w, s", "Workflows, System"],
    ["/", "Search on this page"],
    ["n", "Notifications"],
    ["t", "Light or dark"],
    ["b", "Make the rail small or wide"],
    ["e", "Edit this grid, or end it"],
    ["Esc", "Close what is open: list, menu, panel"],
    ["?", "This list"],
  ]],
  ["On a plot with the focus or under the pointer", [
    ["f", "Show all data"],
    ["p", "Pause, or go on"],
    ["x, y, c", "Hold the horizontal axis, the vertical axis, the colours"],
    ["o", "Settings"],
  ]],
  ["Elsewhere", [
    ["Tab, Enter", "Every button and field, in the order of the page"],
    ["← →", "A slider, by one position"],
    ["↑ ↓", "Through a menu"],
    ["Arrows", "Move a region, or a plot while the grid is edited; with Shift its size"],
    ["Ctrl+Z", "Undo your own last change of a grid while it is edited"],
    ["Delete", "Remove the region or plot that has the focus"],
  ]],
];

export class Shortcuts {
  // `page` says what there is to act on; see `main.js`.
  constructor(dialog, page) {
    this.dialog = dialog;
    this.page = page;
    this.letters = stored() !== "off"; // whether single keys act; kept by the browser
    document.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (!this.dialog.open) this.page.escape();
      return;
    }
    if (this.dialog.open || isTyping(event.target)) return;
    if (!this.letters && !ALWAYS.includes(event.key)) return;
    if (this.act(event.key)) event.preventDefault();
  }

  // Returns whether a key means anything here.
  act(key) {
    const { page } = this;
    const { actions } = page;
    const all = {
      "?": () => this.show(), w: () => actions.open("workflows"), s: () => actions.open("system"),
      n: actions.notices, t: actions.theme, b: actions.collapse, "/": focusSearch, e: () => page.edit(),
    };
    const grid = /^[1-9]$/.test(key) ? page.shell?.grids[Number(key) - 1] : null;
    if (grid) actions.open(grid.id);
    else if (key in all) all[key]();
    else if (key in PLOT_KEYS) return this.actOnPlot(PLOT_KEYS[key]);
    else return false;
    return true;
  }

  actOnPlot(name) {
    const card = document.querySelector(".card:focus-within") ?? document.querySelector(".card:hover");
    const id = card?.dataset.cell;
    if (!id) return false;
    const { actions } = this.page;
    const does = {
      fit: () => actions.fit(id), settings: () => actions.configure(id),
      pause: () => actions.pause(id, !this.page.isPaused(id)),
    };
    (does[name] ?? (() => actions.hold(id, name)))();
    return true;
  }

  setLetters(on) {
    this.letters = on;
    try { localStorage.setItem(STORED, on ? "on" : "off"); } catch { /* private windows have none */ }
  }

  show() {
    render(this.dialog, [
      h("div", { class: "dialog-head" }, h("h2", null, "Keyboard"),
        h("button", { class: "icon-button", "aria-label": "Close", title: "Close",
          onclick: () => this.dialog.close() }, icon(CLOSE))),
      h("label", { class: "tick" }, h("input", { type: "checkbox", checked: this.letters,
        onchange: (event) => this.setLetters(event.target.checked) }),
      "Letters, digits and / act as keys in this browser. Esc, Ctrl+Z and ? always do."),
      LISTED.map(([title, keys]) => h("section", { key: title }, h("h3", null, title),
        h("dl", { class: "keys" }, keys.map(([key, what]) => [
          h("dt", { key: `${key}.` }, key.split(" ").map((part) => (/^[,…]$/.test(part) ? `${part} ` : [h("kbd", null, part.replace(",", "")), " "]))),
          h("dd", { key }, what)])))),
    ]);
    this.dialog.showModal();
  }
}

function stored() {
  try { return localStorage.getItem(STORED); } catch { return null; }
}

const isTyping = (target) => {
  const place = target.closest?.("input, select, textarea, [contenteditable]");
  return Boolean(place) && !["checkbox", "range", "button"].includes(place.type);
};

function focusSearch() {
  const field = document.querySelector("#drawer input[type=search], #page input[type=search]");
  field?.focus();
  field?.select();
}
