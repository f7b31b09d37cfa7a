"""The time-series plotter: readings of devices, or a number from each update."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv
import numpy as np
import numpy.typing as npt

from livedata_core.contract import PlotAxis, PlotInput, View
from livedata_plotters.arrays import limits, plain_values
from livedata_plotters.curves import (
    Curve,
    CurvesFrame,
    blank_below_zero,
    draw_curves,
    padded,
    thinned,
)
from livedata_plotters.labels import quantity_label, values_axis
from livedata_plotters.lines import require_one_unit
from livedata_plotters.params import LineStyle, TimeSeriesParams
from livedata_plotters.rates import ShowsRates, per_second
from livedata_plotters.run_marks import run_lines

__all__ = ["TimeSeriesPlotter", "utc_times"]

_TIME = PlotAxis("Local time", kind="time")

Times = npt.NDArray[np.datetime64]


class TimeSeriesPlotter(ShowsRates):
    """Shows inputs with a ``time`` dim as curves over time.

    Frames are in UTC; browsers tell the time in the zone of whoever looks.
    """

    def compute(
        self, inputs: Sequence[PlotInput], params: TimeSeriesParams, view: View
    ) -> CurvesFrame:
        """Return the frame of all inputs.

        Raises
        ------
        ValueError
            If there is no input, one has no times, or their units differ.
        """
        inputs = per_second(inputs, wanted=params.rate)
        require_one_unit(inputs)
        curves = tuple(_curve(entry, params) for entry in inputs)
        times = np.concatenate([curve.x for curve in curves])
        values = np.concatenate([curve.y for curve in curves])
        low, high = padded(limits(values, params.scale), params.scale)
        x_limits = _time_limits(times)
        return CurvesFrame(
            curves=curves,
            x_label=params.axes.x_label or _TIME.label,
            y_label=params.axes.y_label or quantity_label(inputs),
            x_limits=x_limits,
            y_limits=limits(
                np.asarray([low, high]), params.scale, params.low, params.high
            ),
            scale=params.scale,
            runs=run_lines(inputs[0].runs, x_limits) if params.show_runs else None,
            ticks=(params.axes.x_ticks, params.axes.y_ticks),
            axes=(_TIME, values_axis(inputs)),
        )

    def draw(self, frame: CurvesFrame) -> hv.Overlay:
        """Return the HoloViews overlay of a frame."""
        return draw_curves(frame)


def _curve(entry: PlotInput, params: TimeSeriesParams) -> Curve:
    times = utc_times(entry)
    values = plain_values(entry.data).astype(np.float64)
    shown = blank_below_zero(values, params.scale)
    if params.style is LineStyle.STEPS and len(times) > 1:
        times, shown = np.repeat(times, 2)[1:], np.repeat(shown, 2)[:-1]
    times, shown = thinned(times, shown, params.most_points)
    points = params.style is LineStyle.POINTS
    return Curve(
        entry.title,
        times,
        shown,
        points,
        width=params.line_width,
        dash=params.line_dash,
    )


def utc_times(entry: PlotInput) -> Times:
    """Return when the values of a series were taken.

    Raises
    ------
    ValueError
        If it has no times.
    """
    coord = entry.data.coords.get("time")
    if entry.data.dims != ("time",) or coord is None or coord.dims != ("time",):
        raise ValueError(
            f"{entry.title} cannot be shown over time: its values have no times."
        )
    times = np.asarray(coord.values)
    if times.dtype.kind != "M":
        times = np.asarray(coord.to(unit="ns", dtype="int64").values).view("M8[ns]")
    return times


def _time_limits(times: Times) -> tuple[np.datetime64, np.datetime64]:
    """Return the first and last time, a second apart at least."""
    if not len(times):
        return np.datetime64(0, "ns"), np.datetime64(1_000_000_000, "ns")
    first, last = times.min(), times.max()
    return first, max(last, first + np.timedelta64(1, "s"))
