"""Values over time: each reading in its place."""

from __future__ import annotations

from dataclasses import replace

import holoviews as hv
import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import OVERVIEW, PlotInput, RunMark
from livedata_plotters.curves import CurvesFrame
from livedata_plotters.params import LineStyle, TimeSeriesParams
from livedata_plotters.timeseries import TimeSeriesPlotter
from tests.support.plot_inputs import plot_input

NOON = np.datetime64("2026-07-01T12:00:00", "ns")


def readings(*values: float, unit: str = "mm") -> sc.DataArray:
    times = NOON + np.arange(len(values)) * np.timedelta64(1, "s")
    return sc.DataArray(
        sc.array(dims=["time"], values=np.asarray(values, "float64"), unit=unit),
        coords={"time": sc.array(dims=["time"], values=times)},
    )


def compute(*inputs: PlotInput, **params: object) -> CurvesFrame:
    return TimeSeriesPlotter().compute(inputs, TimeSeriesParams(**params), OVERVIEW)


def test_times_are_those_of_scipp_in_utc(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    data = readings(1, 2)
    np.testing.assert_array_equal(
        compute(plot_input(data)).curves[0].x, data.coords["time"].values
    )


def test_times_may_come_as_nanoseconds():
    data = readings(1, 2)
    data.coords["time"] = data.coords["time"] - sc.epoch(unit="ns")
    np.testing.assert_array_equal(
        compute(plot_input(data)).curves[0].x,
        compute(plot_input(readings(1, 2))).curves[0].x,
    )


def test_values_are_those_of_scipp_and_nan_is_a_gap():
    (curve,) = compute(plot_input(readings(1, np.nan, 3))).curves
    np.testing.assert_array_equal(curve.y, [1, np.nan, 3])


def test_steps_hold_a_value_until_the_next():
    (curve,) = compute(plot_input(readings(1, 2)), style=LineStyle.STEPS).curves
    first, second = curve.x[0], curve.x[0] + np.timedelta64(1, "s")
    np.testing.assert_array_equal(curve.x, [first, second, second])
    np.testing.assert_array_equal(curve.y, [1, 1, 2])


def test_axis_is_labelled_with_device_and_unit():
    frame = compute(plot_input(readings(1), title="Slit width"))
    assert (frame.x_label, frame.y_label) == ("Local time", "Slit width [mm]")


@pytest.mark.parametrize("values", [(), (1.0,), (np.nan,), (1.0, 2.0)])
def test_any_number_of_readings_can_be_drawn(values):
    frame = compute(plot_input(readings(*values)))
    plot = hv.renderer("bokeh").get_plot(TimeSeriesPlotter().draw(frame))
    assert plot.state.x_range.start < plot.state.x_range.end


def test_different_units_are_refused_with_a_sentence():
    slit = plot_input(readings(1), "Slit")
    stage = plot_input(readings(1, unit="deg"), "Stage")
    with pytest.raises(ValueError, match="Slit is in mm and Stage in °"):
        compute(slit, stage)


def test_values_without_times_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="have no times"):
        compute(plot_input(readings(1).drop_coords("time")))


def marks(*seconds: float) -> tuple[RunMark, ...]:
    noon = int(NOON.astype(np.int64))
    return tuple(
        RunMark(noon + int(s * 1e9), f"Run {n}", starts=n % 2 == 0)
        for n, s in enumerate(seconds)
    )


def test_runs_are_marked_where_the_curves_have_their_time():
    entry = replace(plot_input(readings(1, 2, 3)), runs=marks(-5, 1, 2, 9))
    frame = compute(entry)
    assert frame.runs is not None
    expected = [NOON + np.timedelta64(s, "s") for s in (1, 2)]
    np.testing.assert_array_equal(frame.runs.times, expected)
    assert frame.runs.names == ("", " Run 2")
    assert compute(entry, show_runs=False).runs is None
    assert compute(plot_input(readings(1, 2))).runs is None


def test_marked_runs_are_drawn():
    entry = replace(plot_input(readings(1, 2, 3)), runs=marks(1))
    plot = hv.renderer("bokeh").get_plot(TimeSeriesPlotter().draw(compute(entry)))
    glyphs = [type(r.glyph).__name__ for r in plot.state.renderers]
    assert glyphs == ["Line", "VSpan", "Text"]
