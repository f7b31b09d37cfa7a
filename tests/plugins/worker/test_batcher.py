"""Batches: complete, in order, never stalled, nothing lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_core.contract import Batch, EventData, LogData, Message
from livedata_worker.batcher import MAX_SPREAD, Batcher
from livedata_worker.grid import PulseGrid
from livedata_worker.pulses import split

RATE = 10.0
PERIOD = 100_000_000
SECOND = 10**9
T0 = 1_800_000_000 * SECOND


def pulses(name: str, *times: int, events: int = 1) -> Message[EventData]:
    """Return a message with some pulses of `events` events each, numbered."""
    number = len(times)
    return Message(
        "topic",
        name,
        min(times, default=0),
        EventData(
            np.array(times, dtype=np.int64),
            np.arange(number, dtype=np.int32) * events,
            np.arange(number * events, dtype=np.int32),
            np.arange(number * events, dtype=np.int32),
        ),
    )


def reading(time: int) -> Message[LogData]:
    return Message("motion", "pv", time, LogData(np.array(1.0)))


def times_of(batch: Batch, name: str) -> list[int]:
    """Return the pulses of a stream in a batch, in periods since T0."""
    return [
        round((time - T0) / PERIOD)
        for message in batch.messages.get(name, ())
        for time in message.payload.reference_time.tolist()
    ]


def feed(batcher: Batcher, name: str, numbers: Sequence[int], now: int) -> None:
    for number in numbers:
        batcher.add([name], pulses(name, T0 + number * PERIOD), now)


def test_a_window_closes_when_all_regular_streams_are_past_it() -> None:
    batcher = Batcher(RATE)
    feed(batcher, "a", range(11), T0)
    feed(batcher, "b", range(9), T0)
    assert batcher.ready(T0) == []
    feed(batcher, "b", range(9, 11), T0)
    (batch,) = batcher.ready(T0)
    assert (batch.start_ns, batch.end_ns) == (T0, T0 + SECOND)
    assert times_of(batch, "a") == times_of(batch, "b") == list(range(10))


def test_a_stream_that_has_stopped_is_waited_for_half_a_second() -> None:
    batcher = Batcher(RATE)
    feed(batcher, "a", range(11), T0)
    feed(batcher, "b", range(5), T0)
    assert batcher.ready(T0 + SECOND // 2 - 1) == []
    (batch,) = batcher.ready(T0 + SECOND // 2)
    assert times_of(batch, "b") == list(range(5))
    feed(batcher, "a", range(11, 21), T0 + SECOND)
    assert len(batcher.ready(T0 + SECOND)) == 0, "it had half of its pulses"
    assert len(batcher.ready(T0 + 3 * SECOND // 2)) == 1
    feed(batcher, "a", range(21, 31), T0 + 2 * SECOND)
    assert len(batcher.ready(T0 + 2 * SECOND)) == 1, "it has stopped"


def test_a_stream_with_few_pulses_is_not_waited_for() -> None:
    batcher = Batcher(RATE)
    feed(batcher, "a", range(11), T0)
    feed(batcher, "slow", [0, 10], T0)
    assert len(batcher.ready(T0)) == 1
    feed(batcher, "a", range(11, 21), T0)
    assert len(batcher.ready(T0)) == 1


def test_pulses_belong_to_the_nearest_slot() -> None:
    batcher = Batcher(RATE)
    feed(batcher, "a", [0], T0)
    early, late = T0 + 10 * PERIOD - 40, T0 + 20 * PERIOD + 40
    batcher.add(["a"], pulses("a", early), T0)
    batcher.add(["a"], pulses("a", late), T0)
    first, second, _ = batcher.flush()
    assert times_of(first, "a") == [0]
    assert times_of(second, "a") == [10]


def test_late_data_goes_into_the_next_batch_and_is_counted() -> None:
    batcher = Batcher(RATE)
    feed(batcher, "a", range(11), T0)
    batcher.ready(T0)
    feed(batcher, "b", [3], T0)
    assert batcher.late == 1
    feed(batcher, "a", range(11, 21), T0)
    (batch,) = batcher.ready(T0)
    assert times_of(batch, "b") == [3]
    assert batch.start_ns == T0 + SECOND


def test_a_clock_in_the_future_neither_stalls_nor_hurries_the_others() -> None:
    batcher = Batcher(RATE)
    far = 40 * SECOND // PERIOD
    closed = []
    for number in range(45):
        now = T0 + number * PERIOD
        feed(batcher, "a", [number], now)
        feed(batcher, "fast", [number + far], now)
        closed += [(number, batch) for batch in batcher.ready(now)]
    assert [number for number, _ in closed] == [10, 20, 30, 40]
    assert [times_of(batch, "a") for _, batch in closed][1] == list(range(10, 20))
    assert batcher.late == 0


def test_a_clock_far_in_the_future_is_not_believed() -> None:
    batcher = Batcher(RATE)
    feed(batcher, "mad", [10**9], T0)
    feed(batcher, "a", range(11), T0)
    (batch,) = batcher.ready(T0)
    assert len(times_of(batch, "mad")) == 1
    assert (batcher.ahead, batch.start_ns) == (1, T0)


def test_a_clock_in_the_past_does_not_hold_up_the_others() -> None:
    batcher = Batcher(RATE)
    closed = []
    lost = 0
    for number in range(45):
        now = T0 + number * PERIOD
        feed(batcher, "a", [number], now)
        feed(batcher, "slow", [number - 600], now)
        ready = batcher.ready(now)
        closed += [number for batch in ready if times_of(batch, "a")]
        lost += sum(len(times_of(batch, "slow")) for batch in ready)
    assert closed == [10, 20, 30, 40]
    assert lost + sum(len(times_of(b, "slow")) for b in batcher.flush()) == 45


def test_pulses_that_drift_keep_their_windows_whole() -> None:
    batcher = Batcher(RATE)
    sizes = []
    previous = None
    for number in range(2000):
        time = T0 + number * (PERIOD + 200_000)
        batcher.add(["a"], pulses("a", time), time)
        for batch in batcher.ready(time):
            assert previous in (None, batch.start_ns), "windows join"
            previous = batch.end_ns
            sizes.append(len(batch.messages["a"]))
    assert set(sizes) == {10}


@pytest.mark.parametrize("speed", [0.3, 0.5, 2, 3.7, 10])
def test_pulses_at_another_pace_fill_windows_of_full_length(speed: float) -> None:
    batcher = Batcher(RATE)
    batches = []
    for number in range(round(50 * speed)):
        time = T0 + round(number * PERIOD / speed)
        batcher.add(["a"], pulses("a", time), time)
        batches += batcher.ready(time)
    batches += batcher.flush()
    assert {batch.end_ns - batch.start_ns for batch in batches} == {SECOND}
    assert len(batches) in (5, 6), "the last pulses may be nearest to the next slot"
    assert sum(len(batch.messages["a"]) for batch in batches) == round(50 * speed)


def test_a_grid_begun_by_a_log_follows_the_pulses() -> None:
    batcher = Batcher(RATE)
    batcher.add(["motor"], reading(T0 - PERIOD // 2), T0)
    rng = np.random.default_rng(0)
    for number in range(41):
        time = T0 + number * PERIOD + int(rng.integers(-1000, 1000))
        batcher.add(["a"], pulses("a", time), time)
    batches = batcher.ready(T0 + 40 * PERIOD)
    assert all(len(batch.messages["a"]) == 10 for batch in batches[1:])


def test_logs_alone_are_passed_on() -> None:
    batcher = Batcher(RATE)
    batcher.add(["motor"], reading(T0), T0)
    assert batcher.ready(T0 + SECOND) == []
    (batch,) = batcher.ready(T0 + 3 * SECOND // 2)
    assert len(batch.messages["motor"]) == 1


def test_open_windows_are_bounded() -> None:
    batcher = Batcher(RATE)
    for window in range(100):
        batcher.add(["motor"], reading(T0 + window * SECOND // 2), T0)
        batcher.ready(T0)
    assert len(batcher.flush()) <= 64


def test_a_message_with_pulses_of_two_windows_is_taken_apart() -> None:
    batcher = Batcher(RATE)
    feed(batcher, "a", [0], T0)
    message = pulses("a", T0 + 9 * PERIOD, T0 + 10 * PERIOD, events=3)
    batcher.add(["a"], message, T0)
    first, second = batcher.flush()
    events = [batch.messages["a"][-1].payload for batch in (first, second)]
    assert [part.time_of_flight.tolist() for part in events] == [[0, 1, 2], [3, 4, 5]]
    assert [part.pixel_id.tolist() for part in events] == [[0, 1, 2], [3, 4, 5]]
    assert [part.reference_time_index.tolist() for part in events] == [[0], [0]]


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 6), max_size=8),
    st.lists(st.integers(0, 3), max_size=8),
    st.booleans(),
)
def test_no_event_is_lost_or_doubled_by_taking_apart(
    windows: list[int], sizes: list[int], with_pixels: bool
) -> None:
    number = min(len(windows), len(sizes))
    ends = np.cumsum(sizes[:number], dtype=np.int32)
    total = int(ends[-1]) if number else 0
    ids = np.arange(total, dtype=np.int32)
    events = EventData(
        np.array(windows[:number], dtype=np.int64),
        np.concatenate([[0], ends[:-1]]).astype(np.int32)[:number],
        ids,
        ids if with_pixels else ids[:0],
    )
    parts: list[tuple[int, Message[Any]]] = split(
        Message("t", "s", 0, events), lambda time: time
    )
    expected = [
        (window, event)
        for window, stop, size in zip(windows, ends, sizes, strict=False)
        for event in range(int(stop) - size, int(stop))
    ]
    found = [
        (window, event)
        for window, part in parts
        for event in part.payload.time_of_flight.tolist()
    ]
    assert found == expected
    for _, part in parts:
        assert len(part.payload.pixel_id) in (0, len(part.payload.time_of_flight))


@settings(deadline=None)
@given(st.floats(0.5, 200), st.floats(0.01, 5), st.integers(-(10**6), 10**6))
def test_a_windows_start_lies_in_that_window(
    rate: float, length: float, window: int
) -> None:
    grid = PulseGrid(rate, length, T0)
    assert grid.window_of_pulse(grid.start(window)) == window
    before = grid.start(window) - round(0.51e9 / rate)
    assert grid.window_of_pulse(before) == window - 1


@pytest.mark.parametrize("time", [-(2**63), -1, 2**62 + 1, 2**63 - 1])
def test_a_time_that_cannot_be_is_taken_as_now(time: int) -> None:
    """The pulse beside one that is ahead is not believed either."""
    batcher = Batcher(RATE)
    batcher.add(["a"], pulses("a", time), T0)
    batcher.add(["log"], reading(time), T0)
    batcher.add(["a"], pulses("a", time, T0), T0)
    feed(batcher, "a", range(1, 21), T0)
    batches = batcher.ready(T0 + SECOND)
    assert batches[0].start_ns == T0
    assert len(batches[0].messages["log"]) == 1
    found = [t for b in (*batches, *batcher.flush()) for t in times_of(b, "a")]
    assert len(found) == 23, "nothing is lost"
    assert (batcher.late, batcher.ahead) == (0, 3 if time < 0 else 4)


def test_pulses_far_apart_in_one_message_make_few_windows() -> None:
    batcher = Batcher(RATE)
    number = 2000
    spread = [T0 - 3 * SECOND * ago for ago in reversed(range(number))]
    batcher.add(["a"], pulses("a", *spread), T0)
    batches = batcher.flush()
    assert len(batches) == MAX_SPREAD
    assert [len(times_of(batch, "a")) for batch in batches] == [
        number - MAX_SPREAD + 1,
        *[1] * (MAX_SPREAD - 1),
    ]
    assert batcher.late == 1
