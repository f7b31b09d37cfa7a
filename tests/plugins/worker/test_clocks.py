"""Streams with wrong clocks and slow ones: none delays another, nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_core.contract import ArrayData, EventData, Message, Variable
from livedata_worker.batcher import Batcher
from livedata_worker.pieces import Piece

PERIOD = 100_000_000
SECOND = 10**9
T0 = 1_800_000_000 * SECOND
HOUR = 3600 * SECOND

Clock = Callable[[int], int]
"""From the true time to what a stream says that it is."""


@dataclass(frozen=True)
class Stream:
    """Sends a pulse every so many periods, by a clock of its own."""

    clock: Clock = lambda now: now
    every: int = 1
    delay: int = 0


def pulse(name: str, time: int, number: int) -> Message[EventData]:
    """Return a pulse with one event, whose pixel is the pulse's number."""
    index = np.zeros(1, dtype=np.int32)
    pixel = np.array([number], dtype=np.int32)
    return Message(
        "topic", name, time, EventData(np.array([time]), index, index, pixel)
    )


def played(
    streams: dict[str, Stream], pulses: int
) -> tuple[list[tuple[int, Piece]], Batcher]:
    """Return the windows with the time of their closing."""
    batcher = Batcher(10.0)
    closed = []
    for number in range(pulses):
        now = T0 + number * PERIOD
        for name, stream in streams.items():
            if number % stream.every == stream.delay % stream.every:
                batcher.add([name], pulse(name, stream.clock(now), number), now)
        closed += [(now, piece) for piece in batcher.pieces(now)]
    return closed, batcher


def numbers(closed: list[tuple[int, Piece]], name: str) -> list[int]:
    """Return the numbers of a stream's pulses, window by window."""
    return [
        int(message.payload.pixel_id[0])
        for _, piece in closed
        for message in piece.batch.messages.get(name, ())
    ]


def latency(closed: list[tuple[int, Piece]], name: str) -> int:
    """Return the longest time that a window of a stream took after its end, in ns."""
    return max(
        now - max(m.timestamp_ns for m in piece.batch.messages[name]) - PERIOD
        for now, piece in closed
        if name in piece.batch.messages
    )


CLOCKS: dict[str, Clock] = {
    "an hour ahead": lambda now: now + HOUR,
    "an hour behind": lambda now: now - HOUR,
    "ten seconds ahead": lambda now: now + 10 * SECOND,
    "ten seconds behind": lambda now: now - 10 * SECOND,
    "frozen": lambda now: T0,
    "frozen in 1970": lambda now: 1,
    "jumping by minutes": lambda now: now + (now // SECOND % 7 - 3) * 60 * SECOND,
    "jumping by seconds": lambda now: now + (now // SECOND % 7 - 3) * SECOND * 5,
    "twice as fast": lambda now: T0 + 2 * (now - T0),
    "half as fast": lambda now: T0 + (now - T0) // 2,
    "backwards": lambda now: 2 * T0 - now,
}


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(CLOCKS)),
    st.integers(1, 3),
    st.integers(1, 15),
    st.booleans(),
)
def test_a_wrong_clock_delays_no_other_stream(
    clock: str, rate: int, every: int, first: bool
) -> None:
    wrong = {"wrong": Stream(CLOCKS[clock], every)}
    right = {f"right {number}": Stream() for number in range(rate)}
    streams = {**wrong, **right} if first else {**right, **wrong}
    closed, batcher = played(streams, 300)
    for name in right:
        begun = [(now, p) for now, p in closed if now > T0 + 5 * SECOND]
        assert latency(begun, name) <= SECOND // 2, clock
    rest = [(0, piece) for piece in _flushed(batcher)]
    for name, stream in streams.items():
        sent = [number for number in range(300) if number % stream.every == 0]
        assert sorted(numbers(closed + rest, name)) == sent, "nothing lost or doubled"


def _flushed(batcher: Batcher) -> list[Piece]:
    return [Piece(batch, True, 0) for batch in batcher.flush()]


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([10, 100]), st.integers(0, 99))
def test_slow_streams_are_neither_starved_nor_waited_for(
    every: int, delay: int
) -> None:
    streams = {"fast": Stream(), "slow": Stream(every=every, delay=delay)}
    closed, batcher = played(streams, 400)
    known = [item for item in closed if item[0] > T0 + 15 * SECOND]
    assert latency(known, "fast") == 0
    sent = [n for n in range(400) if n % every == delay % every]
    in_time = numbers(closed, "slow")
    assert in_time == [n for n in sent if n < closed[-1][0] // PERIOD - T0 // PERIOD]
    assert batcher.late == 0


def test_a_slow_stream_alone_comes_within_a_window_and_a_half() -> None:
    batcher = Batcher(10.0)
    arrived = T0 + 3 * SECOND
    batcher.add(["slow"], pulse("slow", arrived, 0), arrived)
    waits = [
        number
        for number in range(30)
        if batcher.pieces(arrived + number * SECOND // 10)
    ]
    assert waits == [15]


def test_late_data_are_counted_by_stream() -> None:
    _, batcher = played(
        {"right": Stream(), "behind": Stream(lambda now: now - 10 * SECOND)}, 100
    )
    names = Counter({s.source_name: n for s, n in batcher.late_of.items()})
    assert set(names) == {"behind"}
    assert names.total() == batcher.late > 0


def test_after_a_clock_that_was_ahead_alone_right_times_are_believed_again() -> None:
    batcher = Batcher(10.0)
    for number in range(50):
        now = T0 + number * PERIOD
        batcher.add(["wrong"], pulse("wrong", now + 30 * SECOND, number), now)
        batcher.pieces(now)
    closed = []
    for number in range(50, 100):
        now = T0 + number * PERIOD
        batcher.add(["right"], pulse("right", now, number), now)
        closed += batcher.pieces(now)
    right = [piece for piece in closed if "right" in piece.batch.messages]
    assert len(right) >= 4
    for piece in right:
        for message in piece.batch.messages["right"]:
            assert piece.batch.start_ns <= message.timestamp_ns + 10
            assert message.timestamp_ns < piece.batch.end_ns


def test_histograms_have_a_pace_as_events_have() -> None:
    batcher = Batcher(10.0)
    closed = []
    for number in range(31):
        now = T0 + number * PERIOD
        data = ArrayData((Variable("signal", (), np.array(1.0)),))
        batcher.add(["m"], Message("monitor", "m", now, data), now)
        closed += [(now, piece) for piece in batcher.pieces(now)]
    assert [now - piece.batch.end_ns for now, piece in closed] == [0, 0, 0]
