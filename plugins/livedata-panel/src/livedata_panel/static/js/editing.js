// Edit mode of a grid: plots are moved and resized by pointer or keys, on its places.
// What lies where is decided on the server; here is what is being dragged.

import { h, icon } from "./dom.js";

const ICONS = {
  copy: "M8 3h12v13h-2V5H8zM4 8h12v13H4zm2 2v9h8v-9z",
  remove: "M9 3h6l1 2h4v2H4V5h4zM6 8h12l-1 13H7z",
  resize: "M20 10v10H10v-2h6.600l-9-9L9 7.600l9 9V10z",
};
const LIMIT = 24;

export class Editing {
  constructor(send, changed) {
    this.send = send;
    this.changed = changed;
    this.on = false;
    this.drag = null; // {cell, mode, offset, place}
    this.grid = null; // that is edited
    document.addEventListener("keydown", (event) => this.undoByKey(event));
  }

  // Undoes what this window changed last; the bar undoes what anybody did.
  undoByKey(event) {
    const typing = event.target.closest?.("input, textarea, select");
    if (!this.on || typing || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.send("undo-own", { grid: this.grid });
  }

  // Begins to edit a grid; null: ends it.
  set(grid) {
    this.on = grid !== null;
    this.grid = grid;
    this.drag = null;
    this.changed();
  }

  bar(view) {
    const size = (rows, columns) => this.send("size-grid", { grid: view.id, rows, columns });
    const stepper = (label, value, set) => h("div", { class: "stepper", role: "group", "aria-label": label },
      h("span", { class: "muted" }, label),
      h("button", { class: "button", "aria-label": `Fewer ${label.toLowerCase()}`, disabled: value <= 1,
        onclick: () => set(value - 1) }, "−"),
      h("span", { class: "stepper-value" }, value),
      h("button", { class: "button", "aria-label": `More ${label.toLowerCase()}`, disabled: value >= LIMIT,
        onclick: () => set(value + 1) }, "+"));
    return h("div", { key: "editing-bar", class: "editing-bar" },
      h("label", { class: "muted", for: "grid-title" }, "Grid"),
      h("input", { id: "grid-title", class: "text-input", value: view.title, maxlength: 200,
        onchange: (event) => this.send("rename-grid", { grid: view.id, title: event.target.value }) }),
      stepper("Rows", view.rows, (n) => size(n, view.columns)),
      stepper("Columns", view.columns, (n) => size(view.rows, n)),
      h("span", { class: "spacer" }),
      view.undo ? h("button", { class: "button undo", title: view.undo.label,
        onclick: () => this.send("restore", { target: view.undo.target }) },
        view.undo.label) : null,
      h("button", { class: "button primary", onclick: () => this.set(null) }, "Done"));
  }

  // What lies over a plot while the layout is edited.
  handles(view, cell) {
    const button = (name, label, onclick) => h("button", { class: "icon-button",
      title: label, "aria-label": `${label} ${cell.title}`, onclick }, icon(ICONS[name]));
    return h("div", { key: "edit", class: "edit-handles", tabindex: "0", role: "group",
      "aria-label": `Move ${cell.title}: arrow keys; resize: Shift and arrow keys`,
      onpointerdown: (event) => this.begin(event, view, cell, "move"),
      onpointermove: (event) => this.follow(event, view),
      onpointerup: () => this.drop(),
      onpointercancel: () => this.cancel(),
      onkeydown: (event) => this.key(event, view, cell) },
    h("div", { class: "edit-tools" },
      h("input", { class: "text-input", value: cell.name, placeholder: cell.title, maxlength: 200,
        "aria-label": `Title of ${cell.title}`,
        onchange: (event) => this.send("rename-cell", { cell: cell.id, title: event.target.value }) }),
      view.others.length ? h("select", { class: "edit-away", value: "", title: "Move to another grid",
        "aria-label": `Move ${cell.title} to another grid`,
        onchange: (event) => this.send("move-cell", { cell: cell.id, grid: event.target.value }) },
      h("option", { key: "", value: "" }, "Move to…"),
      view.others.map((other) => h("option", { key: other.id, value: other.id }, other.title))) : null,
      button("copy", "Duplicate", () => this.send("duplicate-cell", { cell: cell.id })),
      button("remove", "Remove", () => this.send("remove-cell", { cell: cell.id }))),
    h("div", { class: "edit-resize", title: "Drag to resize",
      onpointerdown: (event) => this.begin(event, view, cell, "resize") }, icon(ICONS.resize)));
  }

  // Free places as outlines, and where a dragged plot would come to lie.
  places(view) {
    const taken = new Set(view.cells.flatMap(placesOf));
    const free = [];
    for (let row = 0; row < view.rows; row += 1) {
      for (let column = 0; column < view.columns; column += 1) {
        if (!taken.has(`${row},${column}`)) {
          free.push(h("div", { key: `place ${row},${column}`, class: "edit-place",
            style: area({ row, column, rows: 1, columns: 1 }) }));
        }
      }
    }
    const ghost = this.drag?.place;
    return [free, ghost ? h("div", { key: "ghost", class: "edit-ghost", style: area(ghost) }) : null];
  }

  begin(event, view, cell, mode) {
    if (event.button !== 0 || event.target.closest("button, input, select")) return;
    event.stopPropagation();
    event.preventDefault(); // or the browser would select text, and drag that next time
    const handles = event.currentTarget.closest(".edit-handles");
    handles.focus();
    handles.setPointerCapture(event.pointerId);
    const at = place(handles.closest(".grid"), view, event);
    this.drag = { cell, mode, offset: { row: at.row - cell.row, column: at.column - cell.column }, place: boxOf(cell) };
    this.changed();
  }

  follow(event, view) {
    const { drag } = this;
    if (!drag) return;
    const at = place(event.currentTarget.closest(".grid"), view, event);
    const wanted = drag.mode === "move"
      ? moved(view, drag.cell, at.row - drag.offset.row, at.column - drag.offset.column)
      : resized(view, drag.cell, at.row - drag.cell.row + 1, at.column - drag.cell.column + 1);
    if (same(wanted, drag.place)) return;
    drag.place = wanted;
    this.changed();
  }

  drop() {
    const { drag } = this;
    if (!drag) return;
    this.drag = null;
    if (!same(drag.place, boxOf(drag.cell))) this.send("place-cell", { cell: drag.cell.id, ...drag.place });
    this.changed();
  }

  cancel() {
    if (!this.drag) return;
    this.drag = null;
    this.changed();
  }

  key(event, view, cell) {
    if (event.key === "Escape") this.cancel();
    if (event.target !== event.currentTarget) return;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.key === "Delete") this.send("remove-cell", { cell: cell.id });
    if (!step) return;
    event.preventDefault();
    const wanted = event.shiftKey
      ? resized(view, cell, cell.rows + step[0], cell.columns + step[1])
      : moved(view, cell, cell.row + step[0], cell.column + step[1]);
    if (!same(wanted, boxOf(cell))) this.send("place-cell", { cell: cell.id, ...wanted });
  }
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));
const boxOf = ({ row, column, rows, columns }) => ({ row, column, rows, columns });
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const area = (box) =>
  `grid-area:${box.row + 1}/${box.column + 1}/span ${box.rows}/span ${box.columns}`;

function placesOf({ row, column, rows, columns }) {
  return Array.from({ length: rows * columns }, (_, n) =>
    `${row + Math.floor(n / columns)},${column + (n % columns)}`);
}

function moved(view, cell, row, column) {
  return { ...boxOf(cell), row: clamp(row, 0, view.rows - cell.rows),
    column: clamp(column, 0, view.columns - cell.columns) };
}

function resized(view, cell, rows, columns) {
  return { ...boxOf(cell), rows: clamp(rows, 1, view.rows - cell.row),
    columns: clamp(columns, 1, view.columns - cell.column) };
}

// The place of the grid under a pointer, inside the grid in any case.
function place(grid, view, event) {
  const box = grid.getBoundingClientRect();
  const { columnGap, rowGap, gridTemplateColumns, gridTemplateRows, paddingLeft, paddingTop } = getComputedStyle(grid);
  const x = event.clientX - box.left + grid.scrollLeft - parseFloat(paddingLeft);
  const y = event.clientY - box.top + grid.scrollTop - parseFloat(paddingTop);
  return { row: track(gridTemplateRows, parseFloat(rowGap), y, view.rows),
    column: track(gridTemplateColumns, parseFloat(columnGap), x, view.columns) };
}

function track(template, gap, position, count) {
  const sizes = template.split(" ").map(parseFloat);
  let end = 0;
  for (let n = 0; n < count - 1; n += 1) {
    end += sizes[n] + gap;
    if (position < end) return n;
  }
  return count - 1;
}
