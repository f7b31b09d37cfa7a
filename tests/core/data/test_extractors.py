from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import scipp as sc
from scipp.testing import assert_identical

from livedata_core.contract import ArrayData, Variable
from livedata_core.data.entries import Entry, make_entry
from livedata_core.data.extractors import FullHistory, Latest
from tests.support.results import SECOND, result_key, series, window


def entries(*data: ArrayData) -> Sequence[Entry]:
    return [make_entry(result_key(), d, 0, 100 + i, i) for i, d in enumerate(data)]


def moments(*seconds: float) -> sc.Variable:
    values = [int(s * SECOND) for s in seconds]
    return sc.datetimes(dims=["time"], values=values, unit="ns")


def test_latest_is_the_newest_entry() -> None:
    data = Latest().extract(entries(window(1.0, 0, 1), window(2.0, 1, 2)))
    assert data.value == 2.0
    assert_identical(data.coords["time"], sc.scalar(2, unit="ns"))


def test_windows_are_stacked_along_their_times() -> None:
    data = FullHistory().extract(
        entries(
            window([1.0, 2.0], 0, SECOND, edges=[0.0, 1.0, 2.0]),
            window([3.0, 4.0], SECOND, 2 * SECOND, edges=[0.0, 1.0, 2.0]),
        )
    )
    expected = sc.DataArray(
        sc.array(dims=["time", "x"], values=[[1.0, 2.0], [3.0, 4.0]], unit="counts"),
        coords={
            "time": moments(1, 2),
            "start_time": moments(0, 1),
            "x": sc.array(dims=["x"], values=[0.0, 1.0, 2.0], unit="ms"),
        },
        name="Title",
    )
    assert_identical(data, expected)


def test_totals_become_a_curve() -> None:
    totals = [window(float(n), 0, n * SECOND) for n in range(1, 4)]
    data = FullHistory().extract(entries(*totals))
    assert data.sizes == {"time": 3}
    assert data.values.tolist() == [1.0, 2.0, 3.0]


def test_a_window_begins_after_its_begin() -> None:
    totals = [window(float(n), 0, n * SECOND) for n in range(1, 6)]
    data = FullHistory(seconds=2).extract(entries(*totals))
    assert_identical(data.coords["time"], moments(4, 5))


def test_errors_are_stacked_as_well() -> None:
    errors = Variable("errors", (), np.array(2.0), "counts")
    data = [ArrayData((*window(1.0, 0, n).variables, errors)) for n in range(1, 3)]
    assert FullHistory().extract(entries(*data)).variances.tolist() == [4.0, 4.0]


def test_results_without_times_are_stacked_by_arrival() -> None:
    data = ArrayData(window(1.0, 0, 1).variables[:1])
    stacked = FullHistory().extract(entries(data, data))
    assert_identical(stacked.coords["time"], moments(100e-9, 101e-9))
    assert "start_time" not in stacked.coords


def test_samples_of_a_series_are_joined() -> None:
    data = FullHistory().extract(
        entries(series([1.0, 2.0], [SECOND, 2 * SECOND]), series([3.0], [3 * SECOND]))
    )
    expected = sc.DataArray(
        sc.array(dims=["time"], values=[1.0, 2.0, 3.0], unit="mm"),
        coords={"time": moments(1, 2, 3)},
        name="Update",
    )
    assert_identical(data, expected)


def test_samples_that_come_again_count_once_and_in_order() -> None:
    """A job that starts sends what it found, some of which is known already."""
    data = FullHistory().extract(
        entries(
            series([1.0, 2.0], [SECOND, 2 * SECOND]),
            series([0.0, 1.5, 3.0], [0, SECOND, 3 * SECOND]),
        )
    )
    assert data.values.tolist() == [0.0, 1.5, 2.0, 3.0]
    assert_identical(data.coords["time"], moments(0, 1, 2, 3))


def test_a_window_of_a_series_is_cut_between_samples() -> None:
    data = FullHistory(seconds=1.5).extract(
        entries(series([1.0, 2.0], [SECOND, 2 * SECOND]), series([3.0], [3 * SECOND]))
    )
    assert data.values.tolist() == [2.0, 3.0]


def test_an_empty_series_stays_empty() -> None:
    data = FullHistory(seconds=1).extract(entries(series([], [])))
    assert data.sizes == {"time": 0}


def test_a_dim_called_time_cannot_be_stacked_again() -> None:
    data = ArrayData((Variable("signal", ("time",), np.zeros(3), "counts"),))
    with pytest.raises(ValueError, match="have a dim 'time' already"):
        FullHistory().extract(entries(data, data))
