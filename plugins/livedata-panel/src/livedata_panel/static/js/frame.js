// Header and rail.

import { h, icon, render } from "./dom.js";
import { clockTime, since } from "./format.js";

const ICONS = {
  grid: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  workflows: "M5 4h5v5H5zM14 15h5v5h-5zM7 9v4a4 4 0 0 0 4 4h3v2h-3a6 6 0 0 1-6-6V9z",
  system: "M3 13h4l2-7 4 12 3-8 1.5 3H21v2h-4.700l-.8-1.600L13 21 9.200 10.500 8.500 15H3z",
  edit: "M4 17.200V20h2.800L17.600 9.200l-2.800-2.800zM19.700 7.100a1 1 0 0 0 0-1.400l-1.400-1.400a1 1 0 0 0-1.400 0l-1.200 1.200 2.800 2.800z",
  layouts: "M4 5h3v3H4zM9 5h11v3H9zM4 10.500h3v3H4zM9 10.500h11v3H9zM4 16h3v3H4zM9 16h11v3H9z",
  collapse: "M15 5l-7 7 7 7 1.500-1.500L11 12l5.500-5.500z",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11 1h2v4h-2zM11 19h2v4h-2zM1 11h4v2H1zM19 11h4v2h-4zM4.200 5.600l1.400-1.400 2.800 2.800L7 8.400zM15.600 17l1.400-1.400 2.800 2.800-1.400 1.400zM4.200 18.400L7 15.600 8.400 17l-2.800 2.800zM15.600 7l2.800-2.800 1.400 1.400L17 8.400z",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z",
  keys: "M2 6h20v12H2zm2 2v8h16V8zm1.500 1.500h2v2h-2zm3.600 0h2v2h-2zm3.600 0h2v2h-2zm3.600 0h2v2h-2zM6.500 13h11v1.800h-11z",
  bell: "M12 3a6 6 0 0 0-6 6v5l-2 3h16l-2-3V9a6 6 0 0 0-6-6zM10 19a2 2 0 0 0 4 0z",
};

export function renderHeader(root, view, { theme, unread, lost }, act) {
  const dark = theme === "dark";
  render(root, [
    h("span", { class: "brand" }, "livedata"),
    h("span", { class: "instrument" }, view.instrument),
    h("span", { class: "kiosk-title" }, view.grids.find((grid) => grid.id === view.page)?.label ?? ""),
    run(view.run),
    h("span", { class: "spacer" }),
    lost ? h("span", { key: "lost", class: "pill tone-error", role: "alert" },
      "Connection to the server lost, trying again") : null,
    lost ? null : view.chips.map(chip),
    h("button", { class: "icon-button", "aria-label": "Keyboard", title: "Keyboard (?)",
      onclick: act.keys }, icon(ICONS.keys)),
    h("button", { class: "icon-button bell", "aria-label": "Notifications", title: "Notifications",
      onclick: act.notices }, icon(ICONS.bell), unread ? h("span", { class: "badge" }, unread) : null),
    h("button", { class: "icon-button theme", title: dark ? "Light theme" : "Dark theme",
      "aria-label": dark ? "Light theme" : "Dark theme", onclick: act.theme },
      icon(dark ? ICONS.sun : ICONS.moon)),
    view.user === "anonymous" ? null : h("span", { class: "user" }, view.user),
  ]);
}

function run(view) {
  if (!view) return h("span", { class: "run muted" }, "No run");
  const text = view.running
    ? `running since ${clockTime(view.since)}`
    : `ended ${clockTime(view.until)}`;
  const tone = view.running ? "fresh" : "stopped";
  return h("span", { class: "run", title: view.running ? `for ${since(view.since)}` : "" },
    h("span", { class: `dot tone-${tone}` }),
    h("span", { class: "run-text" }, `Run ${view.name}, ${text}`));
}

function chip(view) {
  return h("span", { class: "chip", title: view.detail || null },
    h("span", { class: `dot tone-${view.tone}` }),
    h("span", { class: "chip-label" }, view.label), view.text);
}

export function renderRail(root, view, { collapsed, editing }, act) {
  const item = (page, kind) => h("button", {
    key: page.id,
    class: page.id === view.page ? "rail-item active" : "rail-item",
    "aria-current": page.id === view.page ? "page" : null,
    title: page.label,
    onclick: () => act.open(page.id),
  }, icon(ICONS[kind]), h("span", { class: "rail-label" }, page.label),
  page.badge ? h("span", { class: "badge", title: "Needs a look" }, page.badge) : null);
  const heading = (text) => h("span", { class: "rail-heading" }, text);
  render(root, [
    heading("Plots"),
    view.grids.map((grid) => item(grid, "grid")),
    view.grids.length ? null : h("span", { class: "rail-label muted" }, "No grid is shown"),
    view.page.startsWith("grid:") ? h("button", { key: "edit", class: editing ? "rail-item minor active" : "rail-item minor",
      "aria-pressed": String(editing), title: "Move, resize and remove plots", onclick: act.edit },
      icon(ICONS.edit), h("span", { class: "rail-label" }, "Edit this grid")) : null,
    h("button", { key: "layouts", class: view.page === "layouts" ? "rail-item minor active" : "rail-item minor",
      "aria-current": view.page === "layouts" ? "page" : null, title: "Add, order, hide, remove, download grids",
      onclick: () => act.open("layouts") }, icon(ICONS.layouts), h("span", { class: "rail-label" }, "Manage grids")),
    heading("Control"),
    view.pages.map((page) => item(page, page.id)),
    h("span", { class: "spacer" }),
    h("button", { class: "rail-item collapse", onclick: act.collapse,
      title: collapsed ? "Expand" : "Collapse",
      "aria-label": collapsed ? "Expand the menu" : "Collapse the menu" },
      icon(ICONS.collapse), h("span", { class: "rail-label" }, "Collapse")),
  ]);
}
