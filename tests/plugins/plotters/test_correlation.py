"""Readings over other readings: means are those that scipp has."""

from __future__ import annotations

import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import OVERVIEW
from livedata_plotters.correlation import CorrelationImagePlotter, CorrelationPlotter
from livedata_plotters.params import CorrelationImageParams, CorrelationParams
from tests.support.plot_inputs import plot_input


def series(seconds: list[float], values: list[float], unit: str) -> sc.DataArray:
    times = (np.array(seconds) * 1e9).astype(np.int64)
    return sc.DataArray(
        sc.array(dims=["time"], values=values, unit=unit),
        coords={"time": sc.datetimes(dims=["time"], values=times, unit="ns")},
    )


def test_reading_belongs_to_the_last_one_before_it():
    motor = series([10, 20, 30], [0.0, 1.0, 2.0], "mm")
    sample = series([5, 10, 12, 25, 31, 40], [99.0, 1.0, 3.0, 5.0, 7.0, 9.0], "K")
    frame = CorrelationPlotter().compute(
        [plot_input(motor, "Motor"), plot_input(sample, "Sample")],
        CorrelationParams(bins=2, style="points"),
        OVERVIEW,
    )
    (curve,) = frame.curves
    # In [0, 1) are 1 and 3; in [1, 2] are 5, 7 and 9; 99 came before the motor.
    assert curve.y.tolist() == [2.0, 7.0]
    assert curve.x.tolist() == [0.5, 1.5]
    assert frame.x_label == "Motor [mm]"
    assert frame.y_label == "Sample [K]"


def test_means_are_those_of_scipp():
    rng = np.random.default_rng(1)
    seconds = np.arange(500.0).tolist()
    x, y = rng.uniform(0, 9, 500), rng.normal(5, 1, 500)
    frame = CorrelationPlotter().compute(
        [
            plot_input(series(seconds, x.tolist(), "mm"), "Motor"),
            plot_input(series(seconds, y.tolist(), "K"), "Sample"),
        ],
        CorrelationParams(bins=7, style="points"),
        OVERVIEW,
    )
    table = sc.DataArray(
        sc.array(dims=["row"], values=y, unit="K"),
        coords={"x": sc.array(dims=["row"], values=x, unit="mm")},
    )
    edges = sc.linspace("x", x.min(), np.nextafter(x.max(), 10), 8, unit="mm")
    np.testing.assert_allclose(frame.curves[0].y, table.bin(x=edges).bins.mean().values)


def test_image_has_the_mean_of_the_third_or_the_number_of_readings():
    seconds = [1.0, 2.0, 3.0, 4.0]
    inputs = [
        plot_input(series(seconds, [0.0, 0.0, 1.0, 1.0], "mm"), "x motor"),
        plot_input(series(seconds, [0.0, 0.0, 0.0, 5.0], "deg"), "y motor"),
        plot_input(series(seconds, [2.0, 4.0, 6.0, 8.0], "K"), "Sample"),
    ]
    params = CorrelationImageParams(bins=2)
    mean = CorrelationImagePlotter().compute(inputs, params, OVERVIEW)
    np.testing.assert_array_equal(mean.values, [[3.0, 6.0], [np.nan, 8.0]])
    number = CorrelationImagePlotter().compute(inputs[:2], params, OVERVIEW)
    np.testing.assert_array_equal(number.values, [[2.0, 1.0], [0.0, 1.0]])


def test_one_source_is_refused_with_the_way_out():
    with pytest.raises(ValueError, match="choose it in the settings"):
        CorrelationPlotter().compute(
            [plot_input(series([1.0], [1.0], "K"))], CorrelationParams(), OVERVIEW
        )
