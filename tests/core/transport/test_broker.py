from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_core.transport import InProcessBroker

DEADLINE_S = 30.0
TOPICS = ("a", "b")


def test_what_all_readers_have_read_is_forgotten() -> None:
    broker = InProcessBroker()
    fast, slow = broker.reader(["t"]), broker.reader(["t"])
    broker.publish("t", bytes(100))
    fast.poll(0)
    assert broker.held_bytes("t") == 100
    slow.poll(0)
    assert broker.held_bytes("t") == 0


def test_closing_a_reader_lets_go_of_what_was_kept_for_it() -> None:
    broker = InProcessBroker()
    reader = broker.reader(["t"])
    broker.publish("t", bytes(100))
    reader.close()
    reader.close()
    assert broker.held_bytes("t") == 0


def test_without_readers_nothing_is_kept() -> None:
    broker = InProcessBroker()
    broker.publish("t", bytes(100))
    assert broker.held_bytes("t") == 0
    assert broker.held_bytes("never used") == 0


def test_a_slow_reader_skips_the_oldest_and_others_lose_nothing() -> None:
    broker = InProcessBroker(limit_bytes_per_topic=3)
    slow, fast = broker.reader(["t"]), broker.reader(["t"])
    seen = []
    for n in range(5):
        broker.publish("t", b"%d" % n)
        seen += [m.value for m in fast.poll(0)]
    assert seen == [b"0", b"1", b"2", b"3", b"4"]
    assert [m.value for m in slow.poll(0)] == [b"2", b"3", b"4"]
    assert (slow.dropped, fast.dropped) == (2, 0)


def test_a_busy_topic_does_not_starve_another() -> None:
    broker = InProcessBroker()
    reader = broker.reader(["busy", "quiet"])
    for _ in range(1500):
        broker.publish("busy", b"x")
    broker.publish("quiet", b"y")
    assert b"y" in {m.value for m in reader.poll(0)}
    assert len(reader.poll(0)) == 500


def test_a_waiting_poll_wakes_for_any_of_its_topics() -> None:
    broker = InProcessBroker()
    reader = broker.reader(["a", "b"])
    polling = threading.Event()

    def poll() -> list[bytes]:
        polling.set()
        return [m.value for m in reader.poll(10 * DEADLINE_S)]

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(poll)
        assert polling.wait(DEADLINE_S)
        broker.publish("b", b"wake")
        assert waiting.result(DEADLINE_S) == [b"wake"]


def test_concurrent_publishers_lose_nothing() -> None:
    broker = InProcessBroker()
    reader = broker.reader(TOPICS)

    def publish(worker: int) -> None:
        for n in range(200):
            broker.publish(TOPICS[worker % 2], b"%d:%d" % (worker, n))

    seen: list[bytes] = []
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, range(4)))
        while messages := reader.poll(0):
            seen += [m.value for m in messages]
    for worker in range(4):
        own = [value for value in seen if value.startswith(b"%d:" % worker)]
        assert own == [b"%d:%d" % (worker, n) for n in range(200)]


@pytest.mark.parametrize("limits", [(0, 1), (1, 0)])
def test_limits_must_allow_a_message(limits: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        InProcessBroker(*limits)


publish = st.tuples(st.just("publish"), st.sampled_from(TOPICS), st.integers(0, 12))
poll = st.tuples(st.just("poll"), st.just(""), st.integers(0, 2))


@settings(deadline=None)
@given(st.lists(publish | poll, max_size=80), st.integers(12, 30), st.integers(1, 6))
def test_bounds_hold_and_readers_get_a_suffix(
    steps: list[tuple[str, str, int]], limit_bytes: int, limit_messages: int
) -> None:
    """Held bytes stay within the limit; got plus dropped is what was published."""
    broker = InProcessBroker(limit_bytes, limit_messages)
    readers = [broker.reader(TOPICS) for _ in range(3)]
    got: list[list[int]] = [[], [], []]
    published = 0
    for kind, topic, n in steps:
        if kind == "publish":
            broker.publish(topic, bytes([published]) * n)
            published += n > 0
        else:
            got[n] += [m.value[0] for m in readers[n].poll(0) if m.value]
        assert all(broker.held_bytes(t) <= limit_bytes for t in TOPICS)
    for reader, values in zip(readers, got, strict=True):
        values += [m.value[0] for m in reader.poll(0) if m.value]
        assert len(set(values)) == len(values)
        assert len(values) + reader.dropped >= published
