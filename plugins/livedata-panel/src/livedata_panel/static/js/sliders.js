// Sliders below a plot: each session looks where it likes along a dim.

import { h } from "./dom.js";

const SETTLE_MS = 100; // a plot of another position takes about as long to make

// Returns a function that tells of a slider's moves, the latest of each at a calm pace.
export function sliding(send) {
  const waiting = new Map(); // "cell dim" -> payload; null: told just now
  const tell = (key) => {
    const payload = waiting.get(key);
    if (!payload) {
      waiting.delete(key);
      return;
    }
    waiting.set(key, null);
    send(payload);
    setTimeout(() => tell(key), SETTLE_MS);
  };
  return (cell, dim, position) => {
    const key = JSON.stringify([cell, dim]);
    const calm = !waiting.has(key);
    waiting.set(key, { cell, dim, position });
    if (calm) tell(key);
  };
}

export function sliders(cell, status, act) {
  if (!cell.figure || !status?.sliders?.length) return null;
  const why = status.paused ? "The plot is paused: have it go on to see other positions" : null;
  return h("div", { key: "sliders", class: "sliders" }, status.sliders.map((slider) => {
    const where = `${slider.position} of 0 to ${slider.size - 1}`;
    return h("label", { key: slider.dim, class: "slider", title: why },
      h("span", { class: "slider-title" }, slider.title),
      h("input", { type: "range", min: "0", max: String(slider.size - 1), step: "1",
        value: String(slider.position), disabled: status.paused || slider.size < 2,
        "aria-valuetext": slider.text || where,
        oninput: (event) => act.slide(cell.id, slider.dim, Number(event.target.value)) }),
      h("span", { class: "slider-place", title: where }, slider.text || where));
  }));
}
