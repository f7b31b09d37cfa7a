from __future__ import annotations

from livedata_core.contract import StreamId
from livedata_core.transport import StreamCounters

SECOND = 1_000_000_000


def test_messages_and_errors_are_counted_per_stream() -> None:
    counters = StreamCounters()
    counters.count("t", "a", 1)
    counters.count("t", "a", 2)
    counters.count("u", "a", 3)
    counters.error("t", "too short", 4)
    snapshot = counters.snapshot()
    assert snapshot[StreamId("t", "a")].count == 2
    assert snapshot[StreamId("t", "a")].last_ns == 2
    assert snapshot[StreamId("u", "a")].count == 1
    error = snapshot[StreamId("t", "<error>")]
    assert (error.count, error.errors, error.last_error) == (1, 1, "too short")


def test_random_names_do_not_grow_memory_nor_hide_known_streams() -> None:
    counters = StreamCounters(limit=10)
    counters.count("t", "real", 0)
    for n in range(1000):
        counters.count("t", f"random {n}", n)
    counters.error("t", "garbage", 1000)
    counters.count("t", "real", 1001)
    snapshot = counters.snapshot()
    assert len(snapshot) <= 12
    assert snapshot[StreamId("t", "real")].count == 2
    assert snapshot[StreamId("t", "<other>")].count == 991


def test_silent_streams_make_room_for_new_ones() -> None:
    counters = StreamCounters(limit=3)
    for n in range(3):
        counters.count("t", f"old {n}", 0)
    counters.count("t", "old 0", 400 * SECOND)
    counters.count("t", "new", 401 * SECOND)
    assert set(counters.snapshot()) == {StreamId("t", "old 0"), StreamId("t", "new")}
