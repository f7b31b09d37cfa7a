// Notifications: new ones as toasts, the latest as a list behind the bell.

import { h, icon, render } from "./dom.js";
import { clockTime } from "./format.js";

const SHOWN_MS = { info: 6000, success: 6000, warning: 15000, error: 30000 };
const CLOSE = "M6 4.600L4.600 6l6 6-6 6L6 19.400l6-6 6 6 1.400-1.400-6-6 6-6L18 4.600l-6 6z";
const TONES = { info: "waiting", success: "fresh", warning: "ageing", error: "error" };

export class Notices {
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
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
      this.seen = view.baseline;
      this.read = view.baseline;
    }
    this.items = view.items;
    for (const item of view.items.filter((entry) => entry.version > this.seen)) {
      this.toasts.push(item);
      setTimeout(() => this.dismiss(item), SHOWN_MS[item.level]);
    }
    this.seen = Math.max(this.seen, ...view.items.map((item) => item.version));
    this.render();
  }

  dismiss(item) {
    this.toasts = this.toasts.filter((entry) => entry !== item);
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
    const shown = this.open ? [...this.items].reverse() : this.toasts.slice(-5);
    render(this.root, [
      this.open ? h("div", { key: "head", class: "toasts-head" }, h("strong", null, "Notifications"),
        h("button", { class: "icon-button", "aria-label": "Close", onclick: () => this.toggle() }, icon(CLOSE))) : null,
      shown.map((item) => this.toast(item)),
      this.open && !shown.length ? h("p", { key: "none", class: "muted" }, "Nothing has happened.") : null,
    ]);
    this.root.classList.toggle("open", this.open);
    this.changed();
  }

  toast(item) {
    return h("div", { key: item.version, class: `toast tone-${TONES[item.level]}` },
      h("div", { class: "toast-text" },
        h("strong", null, item.title), item.count > 1 ? h("span", { class: "muted" }, ` ×${item.count}`) : null,
        item.text ? h("p", null, item.text) : null,
        this.open ? h("span", { class: "muted small" }, clockTime(item.time)) : null),
      this.open ? null : h("button", { class: "icon-button small", "aria-label": "Dismiss",
        onclick: () => this.dismiss(item) }, icon(CLOSE)));
  }
}
