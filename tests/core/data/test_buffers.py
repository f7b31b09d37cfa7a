from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_core.contract import ArrayData, ResultKey
from livedata_core.data import buffers
from livedata_core.data.buffers import Coverage, Histories, HistoryBuffer
from livedata_core.data.entries import Entry, make_entry
from tests.support.results import SECOND, SECOND_JOB, result_key, series, window


def entry(data: ArrayData, key: ResultKey | None = None, received_ns: int = 0) -> Entry:
    return make_entry(key or result_key(), data, 0, received_ns, 1)


def counts(n: int, size: int = 1, key: ResultKey | None = None) -> Entry:
    """Return the window of second n - 1 to n."""
    data = window(np.full(size, float(n)), (n - 1) * SECOND, n * SECOND)
    return entry(data, key)


def times(buffer: HistoryBuffer) -> list[float]:
    return [entry.refers_to_ns / SECOND for entry in buffer.entries()]


def test_a_window_covers_exactly_its_seconds() -> None:
    buffer = HistoryBuffer(seconds=3)
    for n in range(1, 8):
        buffer.append(counts(n))
    assert times(buffer) == [5, 6, 7]
    coverage = buffer.coverage()
    assert coverage == Coverage(5 * SECOND, 7 * SECOND, 3, asked_s=3)


def test_what_memory_cost_is_told_until_it_has_left_the_window() -> None:
    buffer = HistoryBuffer(seconds=3)
    for n in range(1, 4):
        buffer.append(counts(n))
    buffer.drop_oldest("memory is full")
    coverage = buffer.coverage()
    assert coverage is not None
    assert (coverage.cut, coverage.note) == (True, "memory is full")
    buffer.append(counts(4))
    coverage = buffer.coverage()
    assert coverage is not None
    assert (coverage.cut, coverage.note) == (False, "")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (window(np.zeros(3), 0, SECOND), "'signal' changed its shape"),
        (window(np.zeros(2), 0, SECOND, unit="K"), "'signal' changed its shape, unit"),
        (window(np.zeros(2, int), 0, SECOND), "unit or type"),
        (window(np.zeros(2), 0, SECOND, edges=[0, 1, 2]), "it has signal, start_time"),
        (series([1.0, 2.0], [1, 2]), "it became a series"),
    ],
)
def test_another_structure_begins_anew_and_says_so(
    other: ArrayData, reason: str
) -> None:
    buffer = HistoryBuffer(None)
    buffer.append(counts(1, size=2))
    buffer.append(entry(other))
    coverage = buffer.coverage()
    assert coverage is not None
    assert (coverage.entries, coverage.cut) == (1, True)
    assert reason in coverage.note
    assert len(buffer) == 1


def test_other_bin_edges_begin_anew_and_equal_ones_of_another_job_go_on() -> None:
    buffer = HistoryBuffer(None)
    edges = [0.0, 1.0, np.nan]
    buffer.append(entry(window([1.0, 2.0], 0, 1, edges=edges)))
    again = window([1.0, 2.0], 1, 2, edges=edges)
    buffer.append(entry(again, result_key(job=SECOND_JOB)))
    assert len(buffer) == 2
    buffer.append(entry(window([1.0, 2.0], 2, 3, edges=[0.0, 2.0, 3.0])))
    coverage = buffer.coverage()
    assert coverage is not None
    assert coverage.note == "began anew: coord 'x' changed"


def test_a_second_delivery_of_a_window_is_left_out() -> None:
    buffer = HistoryBuffer(None)
    buffer.append(counts(1))
    buffer.append(counts(1))
    assert len(buffer) == 1


def test_results_without_times_are_told_apart_by_arrival() -> None:
    data = ArrayData((window(1.0, 0, 1).variables[0],))
    buffer = HistoryBuffer(None)
    buffer.append(entry(data, received_ns=5))
    buffer.append(entry(data, received_ns=6))
    coverage = buffer.coverage()
    assert coverage is not None
    assert (coverage.start_ns, coverage.end_ns) == (5, 6)


def test_a_series_is_kept_unasked_and_survives_a_short_window() -> None:
    histories = Histories(1 << 20)
    key = result_key("delta")
    for n in range(5):
        histories.append(entry(series([1.0], [n * SECOND]), key))
    histories.claim(key.data_key, 2.0, None)
    histories.append(entry(series([1.0], [5 * SECOND]), key))
    histories.release(key.data_key, 2.0)
    assert len(histories.entries(key.data_key)) == 6


def test_an_unasked_series_is_bounded_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(buffers, "SERIES_LIMIT_BYTES", 10_000)
    histories = Histories(1 << 30)
    key = result_key("delta")
    for n in range(100):
        histories.append(entry(series(np.zeros(10), np.arange(10) + 10 * n), key))
    assert histories.nbytes <= 10_000
    coverage = histories.coverage(key.data_key)
    assert coverage is not None
    assert coverage.cut
    assert "a series nobody asks for" in coverage.note


def test_what_was_a_series_is_forgotten_when_it_is_none_any_more() -> None:
    histories = Histories(1 << 20)
    histories.append(entry(series([1.0], [1])))
    histories.append(counts(1))
    assert (histories.entries(result_key().data_key), histories.nbytes) == ((), 0)


def test_the_longest_of_several_claims_counts() -> None:
    histories = Histories(1 << 20)
    key = result_key().data_key
    histories.claim(key, 1.0, None)
    histories.claim(key, 3.0, None)
    for n in range(1, 8):
        histories.append(counts(n))
    assert len(histories.entries(key)) == 3
    histories.release(key, 3.0)
    histories.append(counts(8))
    assert len(histories.entries(key)) == 1
    histories.claim(key, None, None)
    for n in range(9, 20):
        histories.append(counts(n))
    assert len(histories.entries(key)) == 12


def test_a_stream_with_small_results_is_not_cut_by_a_large_one() -> None:
    histories = Histories(1 << 20)
    small, large = result_key("small"), result_key("large")
    for key in (small, large):
        histories.claim(key.data_key, None, None)
    for n in range(1, 40):
        histories.append(counts(n, 1, small))
        histories.append(counts(n, 20_000, large))
    assert len(histories.entries(small.data_key)) == 39
    coverage = histories.coverage(large.data_key)
    assert coverage is not None
    assert (coverage.cut, coverage.note) == (True, "all histories share 1 MiB")


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["append", "append", "claim", "release", "drop"]),
            st.sampled_from(["a", "b", "c"]),
            st.integers(0, 400),
        ),
        max_size=120,
    )
)
def test_memory_is_counted_right_and_bounded(steps: list[tuple[str, str, int]]) -> None:
    limit = 20_000
    histories = Histories(limit)
    keys = {name: result_key(name) for name in "abc"}
    claims = dict.fromkeys("abc", 0)
    for n, (action, name, size) in enumerate(steps, start=1):
        key = keys[name].data_key
        if action == "append":
            histories.append(counts(n, size, keys[name]))
        elif action == "claim":
            histories.claim(key, 5.0, None)
            claims[name] += 1
        elif action == "release" and claims[name]:
            histories.release(key, 5.0)
            claims[name] -= 1
        elif action == "drop":
            histories.drop(key)
        kept = {name: histories.entries(key.data_key) for name, key in keys.items()}
        assert histories.nbytes == sum(
            entry.data.nbytes + 650 * (1 + len(entry.data.variables))
            for entries in kept.values()
            for entry in entries
        )
        over = histories.nbytes > limit
        assert not (over and any(len(entries) > 1 for entries in kept.values()))
        assert all(claims[name] or not kept[name] for name in kept)
