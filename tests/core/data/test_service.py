from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from livedata_core.data.service import DataService
from tests.support.results import SECOND, result_key, window

KEY = result_key().data_key


def put(data: DataService, n: int = 0, output: str = "current") -> None:
    with data.transaction() as transaction:
        transaction.put(result_key(output), window(float(n), n, n + 1), n)


def test_a_result_is_kept_as_it_came_with_its_times() -> None:
    data = DataService(clock=lambda: 77)
    array = window(3.0, 10, 20)
    with data.transaction() as transaction:
        transaction.put(result_key(), array, 5)
    entry = data.entry(KEY)
    assert entry is not None
    assert entry.data is array
    assert (entry.timestamp_ns, entry.start_ns, entry.time_ns) == (5, 10, 20)
    assert (entry.received_ns, entry.version) == (77, 1)
    assert entry.job_number == result_key().job_id.job_number
    assert data.keys() == (KEY,)


def test_a_transaction_becomes_visible_as_a_whole_at_its_end() -> None:
    data = DataService()
    with data.transaction() as transaction:
        transaction.put(result_key("a"), window(1.0, 0, 1), 0)
        transaction.put(result_key("b"), window(1.0, 0, 1), 0)
        assert (data.keys(), data.version) == ((), 0)
    assert (len(data.keys()), data.version) == (2, 1)


def test_a_snapshot_does_not_change() -> None:
    data = DataService()
    put(data, 1)
    snapshot = data.snapshot()
    put(data, 2)
    assert snapshot.entries[KEY].time_ns == 2
    assert snapshot.version == 1
    assert data.snapshot().changed[KEY] == 2


def test_a_block_that_raises_writes_nothing() -> None:
    data = DataService()

    def write() -> None:
        with data.transaction() as transaction:
            transaction.put(result_key(), window(1.0, 0, 1), 0)
            raise KeyError

    with pytest.raises(KeyError):
        write()
    assert data.version == 0
    put(data)
    assert data.version == 1


def test_a_transaction_without_changes_is_no_version() -> None:
    data = DataService()
    with data.transaction() as transaction:
        transaction.drop(KEY)
    assert data.version == 0


def test_a_dropped_stream_is_gone_and_seen_to_have_changed() -> None:
    data = DataService()
    put(data)
    with data.transaction() as transaction:
        transaction.put(result_key(), window(1.0, 8, 9), 0)
        transaction.drop(KEY)
    assert data.entry(KEY) is None
    assert data.history(KEY) == ()
    assert data.snapshot().changed[KEY] == 2


def test_subscribers_are_woken_once_for_a_transaction_after_it() -> None:
    data = DataService()
    seen: list[int] = []
    subscription = data.subscribe(
        [KEY, result_key("b").data_key], lambda: seen.append(data.version)
    )
    with data.transaction() as transaction:
        transaction.put(result_key(), window(1.0, 0, 1), 0)
        transaction.put(result_key(), window(1.0, 1, 2), 0)
        transaction.put(result_key("b"), window(1.0, 0, 1), 0)
    put(data, output="other")
    assert seen == [1]
    subscription.close()
    subscription.close()
    put(data)
    assert seen == [1]


def test_a_failing_subscriber_is_logged_once_and_keeps_nothing_from_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    data = DataService()
    seen: list[int] = []
    bad = data.subscribe([KEY], lambda: [][0])
    data.subscribe([KEY], lambda: seen.append(data.version))
    with caplog.at_level(logging.ERROR):
        put(data, 1)
        put(data, 2)
    assert seen == [1, 2]
    assert len(caplog.records) == 1
    bad.close()


def test_a_second_transaction_is_refused_on_any_thread() -> None:
    data = DataService()

    def write() -> None:
        with data.transaction():
            pass

    with data.transaction(), ThreadPoolExecutor(1) as pool:
        with pytest.raises(RuntimeError, match="only the ingest thread writes"):
            write()
        with pytest.raises(RuntimeError, match="only the ingest thread writes"):
            pool.submit(write).result()
    write()


def test_a_write_outside_its_transaction_or_thread_is_refused() -> None:
    data = DataService()
    with data.transaction() as transaction, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(transaction.put, result_key(), window(1.0, 0, 1), 0)
        with pytest.raises(RuntimeError, match="another thread"):
            writing.result()
    with pytest.raises(RuntimeError, match="it is over"):
        transaction.put(result_key(), window(1.0, 0, 1), 0)
    with pytest.raises(RuntimeError, match="it is over"):
        transaction.drop(KEY)
    assert data.version == 0


def test_invented_streams_are_refused_beyond_the_limit() -> None:
    data = DataService(stream_limit=2)
    with data.transaction() as transaction:
        transaction.put(result_key("a"), window(1.0, 0, 1), 0)
        transaction.put(result_key("b"), window(1.0, 0, 1), 0)
        with pytest.raises(ValueError, match="there are 2 streams already"):
            transaction.put(result_key("c"), window(1.0, 0, 1), 0)
        transaction.put(result_key("a"), window(2.0, 1, 2), 0)
    assert len(data.keys()) == 2


def test_readers_never_see_half_a_transaction() -> None:
    """A writer puts equal times to two streams; no snapshot has them differ."""
    data = DataService()
    keys = [result_key(name) for name in ("a", "b")]
    done = threading.Event()

    def read() -> int:
        looks = 0
        while not done.is_set() or looks == 0:
            entries = data.snapshot().entries
            assert len({entries[k.data_key].time_ns for k in keys if entries}) <= 1
            looks += 1
        return looks

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for n in range(300):
            with data.transaction() as transaction:
                for key in keys:
                    transaction.put(key, window(float(n), n, n), 0)
        done.set()
        assert all(reader.result() > 0 for reader in readers)


def test_a_history_begins_with_the_latest_and_ends_with_its_last_claim() -> None:
    data = DataService()
    put(data, 0)
    put(data, 1)
    first, second = data.want_history(KEY, 10), data.want_history(KEY)
    put(data, 2)
    assert [entry.time_ns for entry in data.history(KEY)] == [2, 3]
    first.close()
    first.close()
    put(data, 3)
    assert len(data.history(KEY)) == 3
    second.close()
    assert [entry.time_ns for entry in data.history(KEY)] == [4]
    assert data.history_bytes == 0


def test_a_result_nobody_looks_at_is_not_copied() -> None:
    data = DataService()
    values = np.zeros((256, 256))
    array = window(values[0], 0, SECOND)
    with data.transaction() as transaction:
        transaction.put(result_key(), array, 0)
    entry = data.entry(KEY)
    assert entry is not None
    assert np.shares_memory(entry.data.variables[0].values, values)
