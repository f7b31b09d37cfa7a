import threading

import pytest

from livedata_core.sessions import Level, NotificationQueue
from tests.support.clock import START_NS, FakeClock


def test_equal_notifications_are_grouped_with_a_count() -> None:
    clock = FakeClock()
    queue = NotificationQueue(clock)
    queue.push("warning", "Broker lost", "Trying again")
    clock.advance(5)
    queue.push(Level.WARNING, "Broker lost", "Trying again")
    (only,) = queue.since(0)
    assert only.count == 2
    assert only.first_ns == START_NS
    assert only.last_ns == START_NS + 5_000_000_000


def test_a_key_groups_what_reads_differently_and_the_newest_text_stands() -> None:
    queue = NotificationQueue(FakeClock())
    queue.push("info", "1 of 2", key="progress")
    queue.push("success", "2 of 2", key="progress")
    (only,) = queue.since(0)
    assert (only.title, only.level, only.count) == ("2 of 2", Level.SUCCESS, 2)


def test_a_reader_sees_only_what_is_newer_than_its_version() -> None:
    queue = NotificationQueue(FakeClock())
    queue.push("info", "a")
    queue.push("info", "b")
    seen = queue.version
    assert queue.since(seen) == ()
    queue.push("info", "c")
    queue.push("info", "a")
    assert [entry.title for entry in queue.since(seen)] == ["c", "a"]
    assert [entry.title for entry in queue.since(0)] == ["b", "c", "a"]


def test_the_oldest_are_dropped_beyond_the_limit() -> None:
    queue = NotificationQueue(FakeClock(), limit=3)
    for number in range(10):
        queue.push("info", str(number))
    assert [entry.title for entry in queue.since(0)] == ["7", "8", "9"]
    assert queue.version == 10


def test_an_unknown_level_is_refused() -> None:
    queue = NotificationQueue(FakeClock())
    with pytest.raises(ValueError, match="fatal"):
        queue.push("fatal", "x")
    assert queue.version == 0


def test_no_push_of_many_threads_is_lost() -> None:
    queue = NotificationQueue(FakeClock())

    def push_many() -> None:
        for _ in range(200):
            queue.push("info", "x")

    threads = [threading.Thread(target=push_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert queue.version == 800
    assert queue.since(0)[0].count == 800


def test_what_one_session_is_told_no_other_reads() -> None:
    queue = NotificationQueue(FakeClock())
    queue.push("info", "for all")
    for session in ("a", "b", "a"):
        queue.push("error", "not changed", session=session)
    assert [entry.count for entry in queue.since(0, "a")] == [1, 2]
    assert [entry.count for entry in queue.since(0, "b")] == [1, 1]
    assert [entry.title for entry in queue.since(0, "c")] == ["for all"]
    assert len(queue.since(0)) == 3
