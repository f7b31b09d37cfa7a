"""Curves in one pair of axes: what lines and time series have in common.

A frame holds plain arrays; `draw_curves` makes an overlay of one element a curve (and
one for its errors), the same for equal structure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import holoviews as hv
import numpy as np
import numpy.typing as npt

from livedata_core.contract import PlotAxis
from livedata_plotters.arrays import Floats
from livedata_plotters.axes import dimensions, tick_options
from livedata_plotters.options import BACKEND, COMMON, PALETTE
from livedata_plotters.params import LineDash, Scale
from livedata_plotters.run_marks import RunLines, draw_run_lines

__all__ = [
    "MOST_POINTS",
    "Curve",
    "CurvesFrame",
    "blank_below_zero",
    "draw_curves",
    "padded",
    "thinned",
]

MOST_POINTS = 4000
"""Vertices of a curve that a browser gets; a large screen has fewer columns."""

_LEGEND: Final[dict[str, object]] = {
    "legend_position": "top",
    "legend_opts": {
        "orientation": "horizontal",
        "border_line_alpha": 0,
        "background_fill_alpha": 0,
    },
}

_COLOURS: Final = hv.Cycle(values=list(PALETTE))
"""Each curve of a cell takes the next one, whatever layer it is of."""

Positions = Floats | npt.NDArray[np.datetime64]
_Places = TypeVar("_Places", Floats, npt.NDArray[np.datetime64])


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One curve.

    Attributes
    ----------
    label:
        Its name in the legend.
    x, y:
        Vertices [n], joined by straight lines, or the points. What is NaN in `y`
        leaves a gap.
    points:
        Whether the vertices are drawn as points and not joined.
    errors:
        Positions, values and standard deviations of the error bars, each [m]; None
        where none are drawn.
    band:
        Whether the errors are drawn as a band.
    width:
        Of the line, in pixels.
    colour:
        Its own; None: the next one of the cell.
    dash:
        Of the line.
    """

    label: str
    x: Positions
    y: Floats
    points: bool = False
    errors: tuple[Positions, Floats, Floats] | None = None
    band: bool = False
    width: float = 1.5
    colour: str | None = None
    dash: LineDash = LineDash.SOLID


@dataclass(frozen=True, slots=True, eq=False)
class CurvesFrame:
    """Curves with their axes, ready to be drawn.

    Attributes
    ----------
    curves:
        In the order of the legend.
    x_label, y_label:
        Quantity and unit.
    x_limits, y_limits:
        What is shown before anybody zooms; x in the type of the positions.
    scale, x_scale:
        Of the vertical and the horizontal axis.
    runs:
        Where runs began and ended; None where that is not shown.
    ticks:
        How many the horizontal and the vertical axis have; None: as fit.
    axes:
        What the axes are, whatever they are called; None: anything.
    """

    curves: tuple[Curve, ...]
    x_label: str
    y_label: str
    x_limits: tuple[float, float] | tuple[np.datetime64, np.datetime64]
    y_limits: tuple[float, float]
    scale: Scale
    x_scale: Scale = Scale.LINEAR
    runs: RunLines | None = None
    ticks: tuple[int | None, int | None] = (None, None)
    axes: tuple[PlotAxis, PlotAxis] | None = None


def thinned(x: _Places, y: Floats, most: int = MOST_POINTS) -> tuple[_Places, Floats]:
    """Return a curve of no more than `most` vertices that keeps its peaks.

    Of each run of vertices the lowest and the highest stay, in their order; gaps (NaN)
    that fill a run stay gaps.
    """
    runs = most // 2
    if len(y) <= most:
        return x, y
    starts = np.linspace(0, len(y), runs + 1).astype(np.intp)[:-1]
    lengths = np.diff(np.append(starts, len(y)))
    run = np.repeat(np.arange(runs), lengths)
    # In each run by value: the first is the lowest, the last finite one the highest.
    order = np.lexsort((y, run))
    finite = np.isfinite(y)
    counts = np.add.reduceat(finite.astype(np.intp), starts)
    lowest = order[starts]
    highest = order[starts + np.maximum(counts - 1, 0)]
    chosen = np.unique(np.concatenate([lowest, highest]))
    return x[chosen], y[chosen]


def blank_below_zero(values: Floats, scale: Scale) -> Floats:
    """Return the values with NaN for what a log scale cannot show."""
    if scale is Scale.LINEAR:
        return values
    return np.where(values > 0, values, np.nan)


def padded(limits: tuple[float, float], scale: Scale) -> tuple[float, float]:
    """Return limits with room above the data, and below unless they start at zero."""
    low, high = limits
    if scale is Scale.LOG:
        room = (high / low) ** 0.05
        return low / room, high * room
    room = 0.05 * (high - low)
    return (low if low == 0 else low - room), high + room


def draw_curves(frame: CurvesFrame) -> hv.Overlay:
    """Return the overlay of a frame."""
    overlay = hv.Overlay(list(_elements(frame)))
    return overlay.opts(clone=False, backend=BACKEND, **_LEGEND)


def _elements(frame: CurvesFrame) -> Iterator[hv.Element]:
    x, y, deviation = dimensions(
        (frame.x_label, frame.x_limits),
        (frame.y_label, frame.y_limits),
        ("Standard deviation", None),
    )
    ticks = [*zip(("xaxis", "yaxis"), frame.ticks, strict=True)]
    shared = {
        **COMMON,
        "logy": frame.scale is Scale.LOG,
        "logx": frame.x_scale is Scale.LOG,
        "padding": 0,
        "title": "",
        **tick_options(ticks),
    }
    for curve in frame.curves:
        yield from _draw_curve(curve, (x, y, deviation), shared)
    if frame.runs is not None:
        yield from draw_run_lines(frame.runs, x, y, frame.y_limits[1])


def _draw_curve(
    curve: Curve, dims: Sequence[hv.Dimension], options: dict[str, object]
) -> Iterator[hv.Element]:
    x, y, _ = dims
    kind = hv.Scatter if curve.points else hv.Curve
    element = kind((curve.x, curve.y), kdims=[x], vdims=[y], label=curve.label)
    width: dict[str, object] = {"line_width": curve.width}
    if curve.dash is not LineDash.SOLID:
        width["line_dash"] = curve.dash.value
    if curve.points:
        width = {"size": 5}
    colour = _COLOURS if curve.colour is None else curve.colour
    yield element.opts(clone=False, backend=BACKEND, color=colour, **options, **width)
    if curve.errors is not None:
        yield _draw_errors(curve, dims, colour)


def _draw_errors(
    curve: Curve, dims: Sequence[hv.Dimension], colour: object
) -> hv.Element:
    kind = hv.Spread if curve.band else hv.ErrorBars
    x, *vdims = dims
    errors = kind(curve.errors, kdims=[x], vdims=vdims)
    if curve.band:
        style = {"fill_alpha": 0.2, "line_color": None}
    else:
        style = {"lower_head": None, "upper_head": None}
    return errors.opts(clone=False, backend=BACKEND, color=colour, **style)
