"""Whether the layers of a plot may share its axes. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from livedata_core.contract import AxesFrame, PlotAxis
from livedata_core.plots.frames import LayerFrame

__all__ = ["refuse_others"]

Axes = tuple[PlotAxis, PlotAxis]


def refuse_others(layers: Sequence[LayerFrame]) -> tuple[LayerFrame, ...]:
    """Return layers, with an error in place of a frame that the lowest do not fit.

    The axes are those of the lowest layer that tells what its axes are. A layer that
    does not tell fits all.
    """
    lowest: Axes | None = None
    settled: list[LayerFrame] = []
    for layer in layers:
        axes = _axes_of(layer.frame)
        lowest = lowest or axes
        other = None if axes is None or lowest is None else _misfit(lowest, axes)
        if other is not None:
            text = (
                f"{other[1].label} and {other[0].label} cannot share an axis. Put them "
                "into different plots, or remove one in the settings."
            )
            layer = replace(layer, frame=None, shown=None, error=text)
        settled.append(layer)
    return tuple(settled)


def _misfit(lowest: Axes, axes: Axes) -> Axes | None:
    """Return the first axis of both that differs; None: they fit."""
    pairs = zip(lowest, axes, strict=True)
    return next((pair for pair in pairs if not pair[0].fits(pair[1])), None)


def _axes_of(frame: object) -> Axes | None:
    """Return what a frame tells; a plugin's frame may have any attribute `axes`."""
    if not isinstance(frame, AxesFrame):
        return None
    match frame.axes:
        case (PlotAxis() as x, PlotAxis() as y):
            return x, y
    return None
