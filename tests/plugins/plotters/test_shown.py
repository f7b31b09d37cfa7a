"""What plotters give out to be saved is what they show, as scipp computes it."""

from __future__ import annotations

import numpy as np
import pytest
import scipp as sc
from scipp.testing import assert_allclose, assert_identical

from livedata_core.contract import (
    OVERVIEW,
    ExportingPlotter,
    PlotterSpec,
    View,
    resolve,
)
from livedata_core.plugins import load_plugins
from livedata_plotters.correlation import CorrelationImagePlotter, CorrelationPlotter
from livedata_plotters.many_dims import FlattenPlotter, SlicerPlotter
from livedata_plotters.params import (
    CorrelationImageParams,
    CorrelationParams,
    FlattenParams,
    SlicerParams,
)
from tests.support.plot_inputs import plot_input

PLOTTERS = load_plugins().registry.plotters
STANDARD = [
    p for p in PLOTTERS.values() if p.origin.distribution == "livedata-plotters"
]
RATED = ["image", "lines", "overlay", "region_spectra", "timeseries", "trend", "number"]
START = sc.datetime("2026-01-01T00:00:00", unit="ns")


def counted(*dims: str, seconds: float = 4.0) -> sc.DataArray:
    """Return counts of two to five positions along each dim, with their duration."""
    shape = [2, 3, 5][3 - len(dims) :]
    values = np.random.default_rng(3).poisson(20, shape).astype(float)
    data = sc.DataArray(
        sc.array(dims=list(dims), values=values, variances=values, unit="counts")
    )
    for dim, size in data.sizes.items():
        data.coords[dim] = sc.linspace(dim, 0.0, 9.0, size + 1, unit="mm")
    data.coords["start_time"] = START
    data.coords["time"] = START + sc.scalar(int(seconds * 1e9), unit="ns")
    return data


def per_time(*, seconds: int, values: list[float]) -> sc.DataArray:
    """Return counts of successive updates."""
    number = sc.arange("time", len(values), unit="s").to(unit="ns", dtype="int64")
    span = sc.scalar(seconds * 1_000_000_000, unit="ns")
    return sc.DataArray(
        sc.array(dims=["time"], values=values, unit="counts"),
        coords={
            "time": START + number * seconds + span,
            "start_time": START + number * seconds,
        },
    )


@pytest.mark.parametrize("spec", STANDARD, ids=lambda spec: spec.name)
def test_standard_plotters_tell_what_they_show(spec: PlotterSpec):
    # The regions that a worker uses are shown as they come.
    told = isinstance(resolve(spec.factory)(), ExportingPlotter)
    assert told != (spec.name == "regions")


@pytest.mark.parametrize("name", RATED)
def test_rates_are_counts_over_seconds(name: str):
    spec = PLOTTERS[name]
    if spec.history:
        data = per_time(seconds=2, values=[4.0, 6.0])
    else:
        data = counted(*(("y", "x") if 2 in spec.accepts.ndim else ("x",)))
    plotter = resolve(spec.factory)()
    (shown,) = plotter.shown([plot_input(data)], spec.params(rate=True), OVERVIEW)
    duration = data.coords["time"] - data.coords["start_time"]
    assert_allclose(shown.data.data, data.data / duration.to(unit="s", dtype="float64"))
    assert {"time", "start_time"} <= set(shown.data.coords)
    (plain,) = plotter.shown([plot_input(data)], spec.params(), OVERVIEW)
    assert_identical(plain.data, data)


@pytest.mark.parametrize("rate", [False, True])
def test_slice_is_the_one_of_the_view_and_a_sum_that_of_all(rate: bool):
    data = counted("z", "y", "x")
    seconds = sc.scalar(4.0, unit="s") if rate else sc.scalar(1.0)
    view = View(sliders=(("z", 1),))
    params = SlicerParams(rate=rate)
    (one,) = SlicerPlotter().shown([plot_input(data)], params, view)
    assert_allclose(one.data.data, data.data["z", 1] / seconds)
    params = SlicerParams(rate=rate, sum_all=True, dim="y")
    (all_,) = SlicerPlotter().shown([plot_input(data)], params, OVERVIEW)
    assert_allclose(all_.data.data, data.data.sum("y") / seconds)


def test_flat_data_are_those_of_scipp():
    data = counted("z", "y", "x")
    params = FlattenParams(rate=True)
    (shown,) = FlattenPlotter().shown([plot_input(data)], params, OVERVIEW)
    flat = data.data.flatten(["z", "y"], to=shown.data.dims[0])
    assert_allclose(
        sc.values(shown.data.data), sc.values(flat) / sc.scalar(4.0, unit="s")
    )


def test_correlations_are_means_of_rates_in_bins():
    """The curve that is drawn and the data that are saved are of the same numbers."""
    counts = per_time(seconds=2, values=[4.0, 6.0, 8.0, 10.0])
    motor = sc.DataArray(
        sc.array(dims=["time"], values=[0.0, 0.0, 1.0, 1.0], unit="mm"),
        coords={"time": counts.coords["time"]},
    )
    inputs = [plot_input(motor, "Motor"), plot_input(counts, "Counts")]
    params = CorrelationParams(bins=2, rate=True, style="points")
    (shown,) = CorrelationPlotter().shown(inputs, params, OVERVIEW)
    assert (shown.data.values.tolist(), shown.data.unit) == ([2.5, 4.5], "counts/s")
    frame = CorrelationPlotter().compute(inputs, params, OVERVIEW)
    assert frame.curves[0].y.tolist() == [2.5, 4.5]
    assert frame.y_label == "Counts [counts/s]"

    other = plot_input(motor, "Other")
    wide = CorrelationImageParams(bins=2, rate=True)
    (image,) = CorrelationImagePlotter().shown(
        [inputs[0], other, inputs[1]], wide, OVERVIEW
    )
    np.testing.assert_array_equal(image.data.values, [[2.5, np.nan], [np.nan, 4.5]])
    drawn = CorrelationImagePlotter().compute(
        [inputs[0], other, inputs[1]], wide, OVERVIEW
    )
    np.testing.assert_array_equal(drawn.values, image.data.values)
    assert drawn.value_label == "Counts [counts/s]"
