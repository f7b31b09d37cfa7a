"""Starts and ends of runs as vertical lines over curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import holoviews as hv
import numpy as np
import numpy.typing as npt

from livedata_core.contract import RunMark
from livedata_plotters.options import BACKEND

__all__ = ["RunLines", "draw_run_lines", "run_lines"]

Times = npt.NDArray[np.datetime64]

MOST = 40
"""Marks in one plot: more would hide the curves."""

_LINES: Final = {"color": "#8a94a1", "line_width": 1.0, "line_dash": "dotted"}
_TEXT: Final = {
    "text_color": "#8a94a1",
    "text_font_size": "8pt",
    "text_align": "left",
    "text_baseline": "top",
    "xoffset": 0,
}


@dataclass(frozen=True, slots=True, eq=False)
class RunLines:
    """Where lines stand, in UTC, and the names at their tops; empty for ends."""

    times: Times
    names: tuple[str, ...]


def run_lines(
    marks: Sequence[RunMark], limits: tuple[np.datetime64, np.datetime64]
) -> RunLines | None:
    """Return the marks between the limits of an axis, None without any.

    Parameters
    ----------
    limits:
        Of the axis, in UTC.
    """
    dated = [(np.datetime64(mark.time_ns, "ns"), mark) for mark in marks]
    inside = [(t, mark) for t, mark in dated if limits[0] <= t <= limits[1]][-MOST:]
    if not inside:
        return None
    return RunLines(
        np.array([t for t, _ in inside], dtype="datetime64[ns]"),
        tuple(f" {mark.run_name[:40]}" if mark.starts else "" for _, mark in inside),
    )


def draw_run_lines(
    lines: RunLines, x: hv.Dimension, y: hv.Dimension, top: float
) -> list[hv.Element]:
    """Return the elements of the lines and their names; `top` is where names hang."""
    marks = hv.VLines(lines.times).opts(clone=False, backend=BACKEND, **_LINES)
    heights = np.full(len(lines.times), top)
    names = hv.Labels(
        (lines.times, heights, np.array(lines.names, dtype=object)),
        kdims=[x, y],
        vdims=[f"{x.name}, {y.name}: run"],  # unlike both
    )
    return [marks, names.opts(clone=False, backend=BACKEND, **_TEXT)]
