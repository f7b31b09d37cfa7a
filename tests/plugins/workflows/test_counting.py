"""Counting: numpy and compiled loops agree, in tables and images, with regions."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_workflows import acceleration, counting
from livedata_workflows.binning import Bins, Slots
from livedata_workflows.counting import REGIONS, EventCounter
from livedata_workflows.params import (
    Scale,
    TimeOfArrivalEdges,
    WavelengthEdges,
)

MS = 1_000_000
FRAME = TimeOfArrivalEdges(start=5, stop=65, num_bins=60)
WIDE = TimeOfArrivalEdges(start=-2500, stop=2500, num_bins=90)
LOG = TimeOfArrivalEdges(start=0.1, stop=65, num_bins=60, scale=Scale.LOG)
PIXELS, FIRST = 12, 5


def kinds() -> dict[str, dict[str, Any]]:
    """Return the ways in which events can be sorted."""
    rng = np.random.default_rng(7)
    time = Slots(Bins.over_time(FRAME))
    wavelength = Slots(Bins.over_wavelength(WavelengthEdges()), (2.0, 5.5))
    return {
        "formula": {"slots": time},
        "formula and range": {"slots": Slots(Bins.over_time(FRAME), (2e7, 4.00001e7))},
        "wider than times": {"slots": Slots(Bins.over_time(WIDE), (2e7, 2.2e9))},
        "logarithmic": {"slots": Slots(Bins.over_time(LOG), (1e6, 2e6))},
        "wavelength": {"slots": wavelength, "scale": rng.uniform(1e-7, 3e-7, PIXELS)},
        "screen": {
            "slots": time,
            "screen": rng.integers(-1, PIXELS, (4, PIXELS)).astype(np.int32),
        },
    }


def counters(kind: str, *, table: bool) -> tuple[EventCounter, EventCounter]:
    """Return one counter that uses numpy and one that uses compiled loops."""
    pair = [
        EventCounter(places=PIXELS, pixels=(FIRST, PIXELS), **kinds()[kind])
        for _ in range(2)
    ]
    for counter in pair:
        assert counter.since_start is table
    pair[1].acceleration.wait()
    assert pair[1].acceleration.function is not None
    return pair[0], pair[1]


def events(seed: int, number: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    rng = np.random.default_rng(seed)
    times = rng.integers(-5 * MS, 75 * MS, number).astype(np.int32)
    pixels = rng.integers(FIRST - 2, FIRST + PIXELS + 2, number).astype(np.int32)
    extremes = np.array([-(2**31), 2**31 - 1], dtype=np.int32)
    return np.append(times, extremes), np.append(pixels, extremes)


def assert_same(one: EventCounter, other: EventCounter) -> None:
    for found, expected in zip(one.totals(), other.totals(), strict=True):
        np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(one.regions(), other.regions())


@pytest.mark.parametrize("table", [True, False])
@pytest.mark.parametrize("kind", kinds())
def test_compiled_loops_count_as_numpy_does(
    kind: str, table: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not table:
        monkeypatch.setattr(counting, "TABLE_CELLS", 1)
    plain, compiled = counters(kind, table=table)

    @settings(deadline=None, max_examples=20)
    @given(st.integers(0, 2**32 - 1), st.integers(0, 40_000))
    def check(seed: int, number: int) -> None:
        mask = np.random.default_rng(seed).integers(0, 256, PIXELS).astype(np.uint8)
        for counter in (plain, compiled):
            counter.count(*events(seed, number))
            counter.set_mask(mask)
            counter.count(*events(seed + 1, number // 2))
        assert_same(plain, compiled)

    check()
    assert plain.totals()[1].sum() > 10_000
    for counter in (plain, compiled):
        counter.reset()
        assert not any(part.any() for part in (*counter.totals(), counter.regions()))


def test_a_counter_goes_over_to_compiled_loops_and_goes_on() -> None:
    plain, later = (
        EventCounter(kinds()["formula"]["slots"], PIXELS, pixels=(FIRST, PIXELS))
        for _ in range(2)
    )
    for counter in (plain, later):
        counter.set_mask(np.full(PIXELS, 3, dtype=np.uint8))
        counter.count(*events(1, 10_000))
    later.acceleration.wait()
    for counter in (plain, later):
        counter.count(*events(2, 10_000))
    assert_same(plain, later)


@pytest.mark.parametrize("table", [True, False])
def test_regions_of_a_table_cover_what_came_before_them(
    table: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not table:
        monkeypatch.setattr(counting, "TABLE_CELLS", 1)
    for counter in counters("formula", table=table):
        mask = np.zeros(PIXELS, dtype=np.uint8)
        mask[3] = 1 << (REGIONS - 1)
        counter.count(*events(1, 20_000))
        at_first = counter.totals()[0][3]
        counter.set_mask(mask)
        counter.count(*events(2, 20_000))
        seen = counter.regions()[-1].sum()
        assert seen == counter.totals()[0][3] - (0 if table else at_first)


def test_without_pixels_every_event_counts() -> None:
    plain, compiled = (EventCounter(kinds()["formula"]["slots"]) for _ in range(2))
    compiled.acceleration.wait()
    for counter in (plain, compiled):
        counter.count(events(1, 1000)[0], None)
        counter.count(events(2, 1000)[0], np.empty(0, dtype=np.int32))
    assert_same(plain, compiled)
    assert 1000 < plain.totals()[1].sum() < 2000


def test_compiled_loops_are_asked_for_where_events_are_many() -> None:
    now = [0.0]
    asked = threading.Event()

    def load() -> Any:
        asked.set()
        return print

    needed = acceleration.Acceleration(load, lambda: now[0])
    for _ in range(20):
        needed.note(acceleration.ENOUGH // 4)
        now[0] += acceleration.PERIOD_S / 2
    assert not asked.is_set()
    needed.note(acceleration.ENOUGH // 2)
    needed.note(acceleration.ENOUGH // 2)
    needed.wait()
    assert needed.function is print


def test_numpy_goes_on_where_numba_fails(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> Any:
        raise ImportError("no numba here")

    failing = acceleration.Acceleration(fail)
    failing.wait()
    assert failing.function is None
    assert "no numba here" in caplog.text
