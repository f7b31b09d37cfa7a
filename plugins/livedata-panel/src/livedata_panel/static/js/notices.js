// Notifications: new ones as toasts, the latest as a list behind the bell.

import { h, icon, render } from "./dom.js";
import { clockTime } from "./format.js";

const SHOWN_MS = { info: 6000, success: 6000, warning: 15000, error: 30000 };
const CLOSE = "M6 4.600L4.600 6l6 6-6 6L6 19.400l6-6 6 6 1.400-1.400-6-6 6-6L18 4.600l-6 6z";
const TONES = { info: "waiting", success: "fresh", warning: "ageing", error: "error" };

const LEVELS = { all: Object.keys(SHOWN_MS), trouble: ["warning", "error"], error: ["error"] };

// When it happened; of what came again and again, from when to when.
const times = (item) => (item.count > 1 ? `${clockTime(item.first)} to ${clockTime(item.time)}` : clockTime(item.time));

// A toast as it is by now: without a button that would do nothing any more, or none at all.
function asNow(toast, items) {
  const now = items.find((item) => item.version === toast.version) ?? toast;
  return toast.remedy && !now.remedy ? [] : [now];
}

export class Notices {
  constructor(root, changed, act) {
    this.root = root;
    this.changed = changed;
    this.act = act;
    this.level = "all";
    this.search = "";
    this.items = [];
    this.seen = null;
    this.read = 0;
    this.toasts = [];
    this.open = false;
  }

  get unread() {
    return this.items.filter((item) => item.version > this.read).length;
  }

  update(view) {
    if (!view) return;
    if (this.seen === null) {
      this.seen = view.missed;
      this.read = view.missed;
    }
    this.items = view.items;
    this.toasts = this.toasts.flatMap((toast) => asNow(toast, view.items));
    const isNews = ({ version, level }) => version > this.seen
      && (version > view.baseline || LEVELS.trouble.includes(level)); // the rest came before us
    for (const item of view.items.filter(isNews)) {
      // One that comes again takes the place of its earlier toast.
      this.toasts = this.toasts.filter((old) => old.title !== item.title || old.text !== item.text);
      this.toasts.push(item);
      setTimeout(() => this.dismiss(item), SHOWN_MS[item.level]);
    }
    this.seen = Math.max(this.seen, ...view.items.map((item) => item.version));
    this.render();
  }

  // A toast of this window alone.
  tell(level, title, text) {
    const item = { version: `own ${performance.now()}`, level, title, text, count: 1, time: Date.now(), remedy: null };
    this.toasts.push(item);
    setTimeout(() => this.dismiss(item), SHOWN_MS[level]);
    this.render();
  }

  dismiss(item) {
    this.toasts = this.toasts.filter((entry) => entry.version !== item.version);
    this.render();
  }

  toggle() {
    this.open = !this.open;
    if (this.open) {
      this.read = this.seen ?? 0;
      this.toasts = [];
    }
    this.render();
  }

  render() {
    const shown = this.open ? this.filtered() : this.toasts.slice(-5);
    const nothing = this.items.length ? "Nothing of this kind." : "Nothing has happened.";
    render(this.root, [
      this.open ? h("div", { key: "head", class: "toasts-head" }, h("strong", null, "Notifications"),
        h("button", { class: "icon-button", "aria-label": "Close", onclick: () => this.toggle() }, icon(CLOSE))) : null,
      this.open ? this.filter() : null,
      shown.map((item) => this.toast(item)),
      this.open && !shown.length ? h("p", { key: "none", class: "muted" }, nothing) : null,
    ]);
    this.root.classList.toggle("open", this.open);
    this.changed();
  }

  filtered() {
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    return this.items.filter((item) => {
      const text = `${item.title} ${item.text}`.toLowerCase();
      return LEVELS[this.level].includes(item.level) && words.every((word) => text.includes(word));
    }).reverse();
  }

  filter() {
    const choose = (level, text) => h("button", { key: level, class: level === this.level ? "button chosen" : "button",
      "aria-pressed": String(level === this.level), onclick: () => { this.level = level; this.render(); } }, text);
    return h("div", { key: "filter", class: "toasts-filter" },
      h("input", { class: "text-input", type: "search", placeholder: "Search", "aria-label": "Search notifications",
        value: this.search, oninput: (event) => { this.search = event.target.value; this.render(); } }),
      choose("all", "All"), choose("trouble", "Warnings and errors"), choose("error", "Errors"));
  }

  toast(item) {
    const { remedy } = item;
    return h("div", { key: item.version, class: `toast tone-${TONES[item.level]}` },
      h("div", { class: "toast-text" },
        h("div", { class: "toast-title" }, h("strong", null, item.title),
          item.count > 1 ? h("span", { class: "muted" }, ` ×${item.count}`) : null),
        item.text ? h("p", null, item.text) : null,
        remedy ? h("button", { class: "button remedy", onclick: () => {
          this.dismiss(item);
          this.act({ kind: remedy.kind, target: remedy.target });
        } }, remedy.label) : null,
        this.open ? h("span", { class: "muted small" }, times(item)) : null),
      this.open ? null : h("button", { class: "icon-button small", "aria-label": "Dismiss",
        onclick: () => this.dismiss(item) }, icon(CLOSE)));
  }
}
