"""The bars plotter: one number of each source, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import holoviews as hv
import numpy as np

from livedata_core.contract import PlotAxis, PlotInput, View
from livedata_plotters.arrays import Floats, limits, plain_values
from livedata_plotters.axes import tick_options
from livedata_plotters.curves import blank_below_zero, padded
from livedata_plotters.labels import quantity_label, values_axis
from livedata_plotters.lines import require_one_unit
from livedata_plotters.options import BACKEND, COMMON, PALETTE
from livedata_plotters.params import BarsParams, Scale
from livedata_plotters.rates import ShowsRates, per_second

__all__ = ["BarsFrame", "BarsPlotter"]


@dataclass(frozen=True, slots=True, eq=False)
class BarsFrame:
    """Bars, ready to be drawn.

    Attributes
    ----------
    names:
        What the bars are called.
    values:
        Their lengths [bar]; NaN: none.
    label:
        Quantity and unit.
    limits:
        Both ends of the vertical axis.
    scale:
        Of the vertical axis.
    ticks:
        How many the vertical axis has; None: as fit.
    axes:
        What the axes are, whatever they are called.
    """

    names: tuple[str, ...]
    values: Floats
    label: str
    limits: tuple[float, float]
    scale: Scale
    ticks: int | None = None
    axes: tuple[PlotAxis, PlotAxis] | None = None


class BarsPlotter(ShowsRates):
    """Shows one number of each input as a bar."""

    def compute(
        self, inputs: Sequence[PlotInput], params: BarsParams, view: View
    ) -> BarsFrame:
        """Return the frame of all inputs.

        Raises
        ------
        ValueError
            If there is no input, one is no single number, or their units differ.
        """
        inputs = per_second(inputs, wanted=params.rate)
        require_one_unit(inputs)
        values = blank_below_zero(
            np.array([_number(entry) for entry in inputs]), params.scale
        )
        low, high = padded(limits(values, params.scale), params.scale)
        if params.scale is Scale.LINEAR:
            low, high = min(low, 0.0), max(high, 0.0)
        return BarsFrame(
            names=_told_apart([entry.title for entry in inputs]),
            values=values,
            label=params.axes.y_label or quantity_label(inputs),
            limits=limits(np.array([low, high]), params.scale, params.low, params.high),
            scale=params.scale,
            ticks=params.axes.y_ticks,
            axes=(PlotAxis("Source", kind="name"), values_axis(inputs)),
        )

    def draw(self, frame: BarsFrame) -> hv.Bars:
        """Return the HoloViews element of a frame."""
        value = hv.Dimension(frame.label, range=frame.limits)
        source = hv.Dimension("Source" if frame.label != "Source" else "Source ")
        bars = hv.Bars((list(frame.names), frame.values), [source], [value])
        return bars.opts(
            clone=False,
            backend=BACKEND,
            **COMMON,
            color=PALETTE[0],
            line_color=None,
            bar_width=0.7,
            logy=frame.scale is Scale.LOG,
            ylim=frame.limits,
            padding=0,
            xlabel="",
            title="",
            **tick_options([("yaxis", frame.ticks)]),
        )


def _number(entry: PlotInput) -> float:
    if entry.data.ndim:
        raise ValueError(
            f"{entry.title} has {entry.data.ndim} dimensions: a bar shows one number."
        )
    return float(plain_values(entry.data))


def _told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of which none is there twice."""
    return tuple(
        name if names.count(name) == 1 else f"{name} ({number})"
        for number, name in enumerate(names, start=1)
    )
