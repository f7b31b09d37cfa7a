"""Bins: every whole nanosecond lands where scipp and numpy put it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import scipp as sc
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_workflows.binning import Bins, Slots, time_limits, wavelength_limits
from livedata_workflows.params import (
    Scale,
    TimeOfArrivalEdges,
    TimeOfArrivalRange,
    TimeUnit,
    WavelengthEdges,
    WavelengthRange,
    WavelengthUnit,
)

UNITS = st.sampled_from(list(TimeUnit))
INT32 = np.iinfo(np.int32)


@st.composite
def edge_params(draw: st.DrawFn) -> TimeOfArrivalEdges:
    unit = draw(UNITS)
    most = 2.5e9 / unit.nanoseconds
    scale = draw(st.sampled_from(list(Scale)))
    least = 1.0 if unit is TimeUnit.NANOSECOND else 1e-3
    low = least if scale is Scale.LOG else -most
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


@st.composite
def range_params(draw: st.DrawFn) -> TimeOfArrivalRange:
    unit = draw(UNITS)
    most = 2.5e9 / unit.nanoseconds
    start = draw(st.floats(-most, most))
    length = draw(st.floats(most * 1e-9, most))
    return TimeOfArrivalRange(start=start, stop=start + length, unit=unit, enabled=True)


def times_near(slots: Slots, seed: int) -> npt.NDArray[np.float64]:
    """Return random whole times and those around every bound."""
    rng = np.random.default_rng(seed)
    bounds = slots.bounds.astype(np.int64)
    near = (bounds[:, np.newaxis] + np.arange(-2, 3)).ravel()
    anywhere = rng.integers(INT32.min, INT32.max, 500)
    between = rng.integers(bounds[0] - 9, bounds[-1] + 9, 500)
    all_ = np.concatenate([near, anywhere, between, [0, -1, INT32.min, INT32.max]])
    return all_[(all_ >= INT32.min) & (all_ <= INT32.max)].astype(np.float64)


def counts(slots: Slots, values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    found, inside = slots.find(values)
    return np.bincount(found[inside], minlength=slots.size)


def hist(
    times: npt.NDArray[np.float64], edges: npt.NDArray[np.float64], unit: str
) -> npt.NDArray[np.float64]:
    """Return the histogram that scipp makes of whole nanoseconds."""
    unit = unit.replace("\u03bc", "u")
    column = sc.array(dims=["event"], values=times.astype(np.int64), unit="ns").to(
        unit=unit, dtype="float64"
    )
    table = sc.DataArray(sc.ones(sizes=column.sizes), coords={"t": column})
    values: npt.NDArray[np.float64] = table.hist(
        t=sc.array(dims=["t"], values=edges, unit=unit)
    ).values
    return values


@settings(deadline=None)
@given(edge_params(), range_params(), st.integers(0, 2**32 - 1))
def test_bins_and_range_hold_what_scipp_puts_there(
    params: TimeOfArrivalEdges, limits: TimeOfArrivalRange, seed: int
) -> None:
    slots = Slots(Bins.over_time(params), time_limits(limits))
    times = times_near(slots, seed)
    found = counts(slots, times)
    edges = slots.bins.edges
    np.testing.assert_array_equal(
        slots.in_bins(found), hist(times, edges, params.unit.value)
    )
    ends = Bins.over_time(
        TimeOfArrivalEdges(
            start=limits.start, stop=limits.stop, unit=limits.unit, num_bins=1
        )
    ).edges
    within = times[(times >= slots.bounds[0]) & (times < slots.bounds[-1])]
    assert found[slots.shown].sum() == hist(within, ends, limits.unit.value)[0]


@settings(deadline=None)
@given(edge_params(), st.integers(0, 2**32 - 1))
def test_bins_hold_what_numpy_puts_there(params: TimeOfArrivalEdges, seed: int) -> None:
    """Apart from the last edge itself, which numpy includes."""
    slots = Slots(Bins.over_time(params))
    times = times_near(slots, seed)
    converted = times * (1 / params.unit.nanoseconds)
    edges = slots.bins.edges
    times, converted = (part[converted != edges[-1]] for part in (times, converted))
    expected, _ = np.histogram(converted, edges)
    np.testing.assert_array_equal(slots.in_bins(counts(slots, times)), expected)


@settings(deadline=None)
@given(edge_params(), range_params())
def test_a_guess_is_never_above_the_slot(
    params: TimeOfArrivalEdges, limits: TimeOfArrivalRange
) -> None:
    slots = Slots(Bins.over_time(params), time_limits(limits))
    guess, per_value = slots.guesses()
    values = times_near(slots, 1)
    found, inside = slots.find(values)
    cells = ((values[inside] - slots.bounds[0]) * per_value).astype(np.int64)
    assert np.all(guess[cells] <= found[inside])


@pytest.mark.parametrize("stop", [71.43, 71.428571428, 100.0])
@pytest.mark.parametrize("number", [1, 7, 100, 10_000])
def test_equal_bins_need_no_search(stop: float, number: int) -> None:
    bins = Bins.over_time(TimeOfArrivalEdges(stop=stop, num_bins=number))
    assert bins.formula is not None


def test_an_event_on_an_edge_belongs_to_the_bin_that_begins_there() -> None:
    slots = Slots(Bins.over_time(TimeOfArrivalEdges(stop=71.43, num_bins=100)))
    edges = np.arange(0, 71_430_000, 714_300, dtype=np.float64)
    found, inside = slots.find(edges)
    assert inside.all()
    np.testing.assert_array_equal(found, np.arange(100))
    assert not slots.find(np.array([-1.0, 71_430_000.0]))[1].any()


def test_a_range_beside_the_bins_holds_nothing() -> None:
    bins = Bins.over_time(TimeOfArrivalEdges(stop=10, num_bins=10))
    slots = Slots(bins, (2e7, 3e7))
    assert counts(slots, np.arange(0.0, 1e7, 1e5))[slots.shown].sum() == 0


def test_wavelengths_come_in_either_unit() -> None:
    edges = WavelengthEdges(start=0.1, stop=1, unit=WavelengthUnit.NANOMETRE)
    bins = Bins.over_wavelength(edges)
    assert (bins.dim, bins.unit) == ("wavelength", "nm")
    np.testing.assert_allclose(bins.thresholds, np.linspace(1, 10, 101), rtol=1e-12)
    limits = WavelengthRange(stop=1, unit=WavelengthUnit.NANOMETRE, enabled=True)
    assert wavelength_limits(limits) == (0, 10)
    assert wavelength_limits(WavelengthRange()) is None


def test_a_range_that_is_off_has_no_limits() -> None:
    assert time_limits(TimeOfArrivalRange()) is None
    assert Slots(Bins.over_time(TimeOfArrivalEdges())).shown == slice(0, 100)
