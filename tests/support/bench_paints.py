"""When a browser has painted which frame, noted in the page itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["NOTE_PAINTS", "Paint", "paints", "wait_for_figures"]

# Wraps what paints a figure's canvas. The frame's number is read from the figure's own
# columns (see bench_data) when it is painted, and dated by the beginning of the next
# animation frame: the canvas is on the screen by then, as far as a page can know.
NOTE_PAINTS = """
(() => {
  const paints = (window.__paints = [])
  const latest = new Map()
  const first = (column) => {
    if (ArrayBuffer.isView(column)) return column[0]
    if (Array.isArray(column) && ArrayBuffer.isView(column[0])) return column[0][0]
    return -1
  }
  const frameOf = (model) => {
    let frame = -1
    for (const renderer of model.renderers) {
      const data = renderer.data_source?.data
      if (!data) continue
      const columns = data instanceof Map ? [...data.values()] : Object.values(data)
      for (const column of columns) frame = Math.max(frame, first(column))
    }
    return frame
  }
  const note = (id, frame) => {
    if (frame <= (latest.get(id) ?? -1)) return
    latest.set(id, frame)
    requestAnimationFrame(() => paints.push([id, frame, Date.now()]))
  }
  const wrap = () => {
    const Figure = window.Bokeh?.Models?.Figure
    if (!Figure) return setTimeout(wrap, 2)
    const view = Figure.prototype.default_view.prototype
    const plot = Object.getPrototypeOf(view)
    view._actual_paint = function (...args) {
      const result = plot._actual_paint.apply(this, args)
      const frame = frameOf(this.model)
      if (frame >= 0) note(this.model.id, frame)
      return result
    }
  }
  wrap()
})()
"""


@dataclass(frozen=True)
class Paint:
    """A frame of a figure on the screen; `time_ms` since the epoch."""

    figure: str
    frame: int
    time_ms: float


def paints(page: Page) -> list[Paint]:
    """Return and forget what was painted since the last call."""
    noted = page.evaluate("() => window.__paints.splice(0)")
    return [Paint(figure, int(frame), time_ms) for figure, frame, time_ms in noted]


def wait_for_figures(page: Page, count: int, since_ms: float = 0.0) -> float:
    """Wait until so many figures were painted after `since_ms`; return when, in ms."""
    page.wait_for_function(
        """([count, since]) => new Set(
          window.__paints.filter((p) => p[2] >= since).map((p) => p[0])
        ).size >= count""",
        arg=[count, since_ms],
        timeout=60_000,
    )
    after = [p for p in paints(page) if p.time_ms >= since_ms]
    return max(_first_paints(after))


def _first_paints(noted: Iterable[Paint]) -> list[float]:
    first: dict[str, float] = {}
    for paint in noted:
        first.setdefault(paint.figure, paint.time_ms)
    return list(first.values())
