"""Line by line what must not lie: what is drawn, compared with scipp on the same data.

Totals, windows, rates and what is saved have tests beside their modules; here is what
lies between those and the figure: bins, errors, units, and values that are none.
"""

from __future__ import annotations

import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import OVERVIEW
from livedata_plotters.curves import CurvesFrame
from livedata_plotters.image import ImageFrame, image_frame
from livedata_plotters.lines import LinesPlotter
from livedata_plotters.params import (
    ImageParams,
    LinesParams,
    LineStyle,
    Scale,
    TimeSeriesParams,
)
from livedata_plotters.timeseries import TimeSeriesPlotter
from tests.support.plot_inputs import plot_input

WIDENING = [0.5, 1.0, 2.0, 4.0, 8.0]
SECONDS = 4


def spectrum(**coord: object) -> sc.DataArray:
    """Return counts with variances in bins that widen, counted for some seconds."""
    values = np.array([16.0, 0.0, 4.0, 100.0])
    counts = sc.array(dims=["x"], values=values, variances=values, unit="counts")
    edges = {"values": WIDENING, "unit": "mm", **coord}
    end = sc.scalar(SECONDS * 1_000_000_000, unit="ns")
    times = {"start_time": end - end, "time": end}
    return sc.DataArray(counts, coords={"x": sc.array(dims=["x"], **edges), **times})


def curves(*data: sc.DataArray, **params: object) -> CurvesFrame:
    inputs = [plot_input(item, f"Source {n}") for n, item in enumerate(data)]
    return LinesPlotter().compute(inputs, LinesParams(**params), OVERVIEW)


def image(data: sc.DataArray, **params: object) -> ImageFrame:
    return image_frame(plot_input(data), ImageParams(**params))


@pytest.mark.parametrize("rate", [False, True])
@pytest.mark.parametrize("style", [LineStyle.STEPS, LineStyle.POINTS])
def test_error_bars_stand_mid_bin_and_are_deviations_of_what_is_shown(rate, style):
    data = spectrum()
    shown = data.data / sc.scalar(float(SECONDS), unit="s") if rate else data.data
    (curve,) = curves(data, rate=rate, style=style, show_errors=True).curves
    places, values, deviations = curve.errors
    np.testing.assert_allclose(places, sc.midpoints(data.coords["x"]).values)
    np.testing.assert_allclose(values, shown.values)
    np.testing.assert_allclose(deviations, sc.stddevs(shown).values)


def test_bins_are_drawn_from_edge_to_edge_and_points_in_their_middle():
    data = spectrum()
    (steps,) = curves(data).curves
    edges = data.coords["x"]
    np.testing.assert_array_equal(steps.x[::2], edges["x", :-1].values)
    np.testing.assert_array_equal(steps.x[1::2], edges["x", 1:].values)
    np.testing.assert_array_equal(steps.y[::2], data.values)
    (points,) = curves(data, style=LineStyle.POINTS).curves
    np.testing.assert_array_equal(points.x, sc.midpoints(edges).values)


def test_axes_in_other_units_are_converted_as_scipp_does():
    other = spectrum(values=[1, 2, 3, 4, 5], unit="cm")
    frame = curves(spectrum(), other, style=LineStyle.POINTS)
    expected = sc.midpoints(other.coords["x"].to(unit="mm", dtype="float64"))
    np.testing.assert_allclose(frame.curves[1].x, expected.values)
    assert frame.x_label == "x [mm]"


def test_zeros_are_gaps_on_a_log_scale_and_never_small_numbers():
    data = spectrum()
    (curve,) = curves(data, scale=Scale.LOG, style=LineStyle.POINTS).curves
    positive = sc.where(
        sc.values(data.data) > sc.scalar(0.0, unit="counts"),
        sc.values(data.data),
        sc.scalar(np.nan, unit="counts"),
    )
    np.testing.assert_array_equal(curve.y, positive.values)


@pytest.mark.parametrize("scale", list(Scale))
def test_what_is_not_a_number_is_a_gap_and_takes_nothing_with_it(scale):
    data = spectrum()
    data.values[0] = np.nan
    (curve,) = curves(data, scale=scale, style=LineStyle.POINTS).curves
    assert np.isnan(curve.y[0])
    assert curve.y[3] == data.values[3]
    low, high = curves(data, scale=scale).y_limits
    assert low < 100.0 < high


def test_masked_values_are_blank_and_not_in_the_total():
    data = sc.DataArray(
        sc.array(dims=["y", "x"], values=[[1.0, 2.0], [4.0, 8.0]], unit="counts")
    )
    data.masks["dead"] = sc.array(
        dims=["y", "x"], values=[[False, True], [False, False]]
    )
    frame = image(data)
    np.testing.assert_array_equal(frame.values, [[1.0, np.nan], [4.0, 8.0]])
    assert frame.summary == f"Total {data.sum().value:.0f} counts"


def test_images_keep_bins_of_any_width_and_what_they_hold():
    data = sc.values(spectrum()) * sc.array(dims=["y"], values=[1.0, 2.0, 3.0])
    data = data.transpose(["y", "x"])
    frame = image(data)
    np.testing.assert_array_equal(frame.x, data.coords["x"].values)
    np.testing.assert_array_equal(frame.values, data.values)
    assert frame.mesh
    # Not spread over equal ones: the total is that of scipp.
    assert frame.values.sum() == data.sum().value


def test_readings_at_uneven_times_stand_where_they_were_taken():
    seconds = sc.array(dims=["time"], values=[0, 1, 10, 3600], unit="s")
    start = sc.datetime("2026-03-29T00:30:00", unit="ns")  # clocks change within
    data = sc.DataArray(
        sc.array(dims=["time"], values=[1.0, 2.0, 3.0, 4.0], unit="K"),
        coords={"time": start + seconds.to(unit="ns")},
    )
    params = TimeSeriesParams(style=LineStyle.POINTS)
    (curve,) = TimeSeriesPlotter().compute([plot_input(data)], params, OVERVIEW).curves
    np.testing.assert_array_equal(curve.x, data.coords["time"].values)
    np.testing.assert_array_equal(curve.y, data.values)
