"""Bins: every whole nanosecond lands where scipp and numpy put it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import scipp as sc
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_workflows.binning import Interval, TimeBins
from livedata_workflows.params import (
    Scale,
    TimeOfArrivalEdges,
    TimeOfArrivalRange,
    TimeUnit,
)

UNITS = st.sampled_from(list(TimeUnit))
INT32 = np.iinfo(np.int32)


@st.composite
def edge_params(draw: st.DrawFn) -> TimeOfArrivalEdges:
    unit = draw(UNITS)
    most = 2.5e9 / unit.nanoseconds
    scale = draw(st.sampled_from(list(Scale)))
    low = 1e-3 if scale is Scale.LOG else -most
    digits = draw(st.integers(0, 9))
    start = round(draw(st.floats(low, most * 0.9)), digits) or low
    length = round(draw(st.floats(most * 1e-6, most)), digits) or most
    return TimeOfArrivalEdges(
        start=start,
        stop=start + length,
        num_bins=draw(st.integers(1, 300)),
        scale=scale,
        unit=unit,
    )


def slots(bins: TimeBins, times: npt.NDArray[np.int32]) -> npt.NDArray[np.intp]:
    out = np.empty(len(times), dtype=np.intp)
    bins.slots(times, out, np.empty(len(times)))
    return out


def times_near(bins: TimeBins, seed: int) -> npt.NDArray[np.int32]:
    """Return random times and those around every edge."""
    rng = np.random.default_rng(seed)
    near = (bins.thresholds[:, np.newaxis] + np.arange(-2, 3)).ravel()
    anywhere = rng.integers(INT32.min, INT32.max, 500)
    between = rng.integers(bins.thresholds[0] - 9, bins.thresholds[-1] + 9, 500)
    all_ = np.concatenate([near, anywhere, between, [0, -1, INT32.min, INT32.max]])
    return all_[(all_ >= INT32.min) & (all_ <= INT32.max)].astype(np.int32)


def counts(bins: TimeBins, times: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    return np.bincount(slots(bins, times), minlength=bins.size + 2)[1:-1]


@settings(deadline=None)
@given(edge_params(), st.integers(0, 2**32 - 1))
def test_bins_hold_what_scipp_puts_there(params: TimeOfArrivalEdges, seed: int) -> None:
    bins = TimeBins.from_params(params)
    times = times_near(bins, seed)
    unit = params.unit.value.replace("\u03bc", "u")
    column = sc.array(dims=["event"], values=times, unit="ns").to(
        unit=unit, dtype="float64"
    )
    table = sc.DataArray(sc.ones(sizes=column.sizes), coords={"t": column})
    expected = table.hist(t=sc.array(dims=["t"], values=bins.edges, unit=unit))
    np.testing.assert_array_equal(counts(bins, times), expected.values)


@settings(deadline=None)
@given(edge_params(), st.integers(0, 2**32 - 1))
def test_bins_hold_what_numpy_puts_there(params: TimeOfArrivalEdges, seed: int) -> None:
    """Apart from the last edge itself, which numpy includes."""
    bins = TimeBins.from_params(params)
    times = times_near(bins, seed)
    converted = times * (1 / params.unit.nanoseconds)
    times, converted = (
        part[converted != bins.edges[-1]] for part in (times, converted)
    )
    expected, _ = np.histogram(converted, bins.edges)
    np.testing.assert_array_equal(counts(bins, times), expected)


@pytest.mark.parametrize("stop", [71.43, 71.428571428, 100.0])
@pytest.mark.parametrize("number", [1, 7, 100, 10_000])
def test_equal_bins_need_no_search(stop: float, number: int) -> None:
    bins = TimeBins.from_params(TimeOfArrivalEdges(stop=stop, num_bins=number))
    assert bins._formula is not None


def test_an_event_on_an_edge_belongs_to_the_bin_that_begins_there() -> None:
    bins = TimeBins.from_params(TimeOfArrivalEdges(stop=71.43, num_bins=100))
    edges = np.arange(0, 71_430_001, 714_300, dtype=np.int32)
    np.testing.assert_array_equal(slots(bins, edges), np.arange(1, 102))
    np.testing.assert_array_equal(slots(bins, edges - 1), np.arange(101))


@settings(deadline=None)
@given(
    st.integers(INT32.min - 9, 2**31 + 9),
    st.integers(INT32.min - 9, 2**31 + 9),
    st.lists(st.integers(INT32.min, INT32.max), min_size=1),
)
def test_an_interval_is_half_open(start: int, stop: int, values: list[int]) -> None:
    times = np.array([*values, INT32.min, INT32.max, -1, 0], dtype=np.int32)
    out, spare = np.empty((2, len(times)), dtype=np.bool_)
    mask = Interval.half_open(start, stop).mask(times, out, spare)
    assert mask.tolist() == [start <= time < stop for time in times.tolist()]


@settings(deadline=None)
@given(UNITS, st.floats(-2e9, 2e9), st.floats(1e-3, 2e9))
def test_a_range_is_cut_like_a_bin(unit: TimeUnit, start: float, length: float) -> None:
    scale = unit.nanoseconds
    limits = {"start": start / scale, "stop": (start + length) / scale, "unit": unit}
    interval = Interval.of_range(TimeOfArrivalRange(**limits))
    frame = TimeBins.from_params(TimeOfArrivalEdges(**limits, num_bins=1)).frame
    assert interval == frame
