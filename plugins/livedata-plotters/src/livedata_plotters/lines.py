"""The lines plotter: values over one axis, one curve for each source."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv
import numpy as np
import scipp as sc

from livedata_core.contract import PlotInput, View
from livedata_plotters.arrays import (
    Axis,
    Floats,
    axis_of,
    in_unit,
    limits,
    plain_values,
)
from livedata_plotters.curves import (
    Curve,
    CurvesFrame,
    blank_below_zero,
    draw_curves,
    padded,
    thinned,
)
from livedata_plotters.labels import quantity_label, unit_text, values_axis
from livedata_plotters.params import ErrorStyle, LinesParams, LineStyle, Scale
from livedata_plotters.rates import ShowsRates, per_second

__all__ = ["LinesPlotter", "curves_frame", "require_one_unit"]


class LinesPlotter(ShowsRates):
    """Shows 1-D inputs as curves over a shared axis."""

    def compute(
        self, inputs: Sequence[PlotInput], params: LinesParams, view: View
    ) -> CurvesFrame:
        """Return the frame of all inputs.

        Raises
        ------
        ValueError
            If there is no input, one is not 1-D, or they do not share an axis or a
            unit.
        """
        return curves_frame(per_second(inputs, wanted=params.rate), params)

    def draw(self, frame: CurvesFrame) -> hv.Overlay:
        """Return the HoloViews overlay of a frame."""
        return draw_curves(frame)


def curves_frame(inputs: Sequence[PlotInput], params: LinesParams) -> CurvesFrame:
    """Return the frame of 1-D inputs.

    Raises
    ------
    ValueError
        If there is no input, one is not 1-D, or they do not share an axis or a unit.
    """
    require_one_unit(inputs)
    axes = _shared_axes(inputs)
    bounds = np.concatenate([axis.bounds for axis in axes])
    x_limits = limits(bounds, params.x_scale, params.x_low, params.x_high)
    curves = tuple(
        _curve(entry, axis, params, x_limits[0])
        for entry, axis in zip(inputs, axes, strict=True)
    )
    return CurvesFrame(
        curves=curves,
        x_label=params.axes.x_label or axes[0].label,
        y_label=params.axes.y_label or quantity_label(inputs),
        x_limits=x_limits,
        y_limits=_y_limits(curves, params),
        scale=params.scale,
        x_scale=params.x_scale,
        ticks=(params.axes.x_ticks, params.axes.y_ticks),
        axes=(axes[0].of_plot, values_axis(inputs)),
    )


def require_one_unit(inputs: Sequence[PlotInput]) -> None:
    """Check that inputs may share a vertical axis.

    Raises
    ------
    ValueError
        If there are none or their units differ, with a sentence for the operator.
    """
    if not inputs:
        raise ValueError("This layer has no data to draw.")
    first = inputs[0]
    for entry in inputs[1:]:
        if entry.data.unit != first.data.unit:
            raise ValueError(
                f"{first.title} is in {_unit_name(first.data.unit)} and {entry.title} "
                f"in {_unit_name(entry.data.unit)}: they cannot share an axis. Put "
                "them into different cells."
            )


def _unit_name(unit: sc.Unit | None) -> str:
    return unit_text(unit) or "no unit"


def _shared_axes(inputs: Sequence[PlotInput]) -> list[Axis]:
    """Return the axis of each input, all in the unit of the first."""
    axes: list[Axis] = []
    for entry in inputs:
        if entry.data.ndim != 1 or 0 in entry.data.shape:
            raise ValueError(
                f"{entry.title} cannot be shown as a line: it has "
                f"{entry.data.ndim} dimensions with sizes {tuple(entry.data.shape)}."
            )
        axis = axis_of(entry.data, entry.data.dim)
        axes.append(_matching(axis, axes[0], entry, inputs[0]) if axes else axis)
    return axes


def _matching(axis: Axis, first: Axis, entry: PlotInput, other: PlotInput) -> Axis:
    refusal = ValueError(
        f"{other.title} is over {first.label} and {entry.title} over {axis.label}: "
        "they cannot share an axis. Put them into different cells."
    )
    if axis.dim != first.dim:
        raise refusal
    try:
        return in_unit(axis, first.unit)
    except sc.UnitError as error:
        raise refusal from error


def _curve(entry: PlotInput, axis: Axis, params: LinesParams, left: float) -> Curve:
    values = plain_values(entry.data).astype(np.float64)
    shown = blank_below_zero(values, params.scale)
    errors = None
    if params.show_errors and entry.data.variances is not None:
        deviations = np.sqrt(np.asarray(entry.data.variances, dtype=np.float64))
        errors = (_on_axis(axis.midpoints, params.x_scale), shown, deviations)
    if params.style is LineStyle.STEPS and axis.edges:
        x, y = _steps(axis.coords, shown)
        if params.x_scale is Scale.LOG:
            # The first bin may begin at zero, which is infinitely far to the left.
            x = np.maximum(x, left)
    else:
        x, y = _on_axis(axis.midpoints, params.x_scale), shown
    x, y = thinned(x, y, params.most_points)
    points = params.style is LineStyle.POINTS
    band = params.error_style is ErrorStyle.BAND
    return Curve(
        entry.title,
        x,
        y,
        points,
        errors,
        band,
        params.line_width,
        dash=params.line_dash,
    )


def _on_axis(places: Floats, scale: Scale) -> Floats:
    """Return places with NaN for what a log axis cannot show."""
    return blank_below_zero(places, scale)


def _steps(edges: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Return vertices [2 n] that run along each bin from edge to edge."""
    return np.repeat(edges, 2)[1:-1], np.repeat(values, 2)


def _y_limits(curves: Sequence[Curve], params: LinesParams) -> tuple[float, float]:
    """Return the given limits, else those of the data; counts start at zero."""
    values = np.concatenate([curve.y for curve in curves])
    low, high = limits(values, params.scale)
    if params.scale is Scale.LINEAR and np.nanmin(values, initial=np.inf) >= 0:
        low = 0.0
    low, high = padded((low, high), params.scale)
    return limits(np.asarray([low, high]), params.scale, params.low, params.high)
