"""A dashboard that is behind: the newest of each result, and all of the rest."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livedata_codecs.da00 import encode
from livedata_core.contract import ArrayData, Message, Variable, WireMessage
from livedata_kafka.newest import ReadAheadSource, result_stream
from livedata_kafka.traffic import Traffic

DEADLINE_S = 30.0


def da00(source_name: str, value: float = 0.0, size: int = 1) -> bytes:
    signal = Variable("signal", ("x",), np.full(size, value))
    return encode(Message("t", source_name, 1, ArrayData((signal,))))


def result(source_name: str, value: float, size: int = 1) -> WireMessage:
    return WireMessage("data", da00(source_name, value, size))


class Script:
    """A source that gives what it is told to, batch by batch."""

    def __init__(self) -> None:
        self.batches: deque[Sequence[WireMessage]] = deque()
        self.empty = threading.Event()
        self.closed = False

    def poll(self, timeout_s: float) -> Sequence[WireMessage]:
        if self.batches:
            return self.batches.popleft()
        self.empty.set()
        threading.Event().wait(0.001)
        return ()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


@pytest.fixture
def source(script: Script, traffic: Traffic) -> Iterator[ReadAheadSource]:
    made = ReadAheadSource(script, traffic, results_limit=20_000, others_limit=20_000)
    yield made
    made.close()


def give(script: Script, *messages: WireMessage) -> None:
    """Have messages read by the source's thread; returns when it took them all."""
    script.batches.append(messages)
    script.empty.clear()
    assert script.empty.wait(DEADLINE_S)


def test_newest_of_each_result_stands(
    source: ReadAheadSource, script: Script, traffic: Traffic
) -> None:
    give(script, *(result(name, n) for n in range(5) for name in "ab"))
    assert source.poll(0) == [result("a", 4), result("b", 4)]
    assert traffic.snapshot()["data"].skipped == 8


def test_a_reader_that_keeps_up_gets_everything(
    source: ReadAheadSource, script: Script, traffic: Traffic
) -> None:
    for n in range(3):
        give(script, result("a", n))
        assert source.poll(0) == [result("a", n)]
    assert "data" not in traffic.snapshot()


def test_same_name_on_another_topic_is_another_stream(
    source: ReadAheadSource, script: Script
) -> None:
    other = WireMessage("other", da00("a"))
    give(script, result("a", 1), other)
    assert source.poll(0) == [result("a", 1), other]


def test_nothing_of_the_rest_is_lost_while_there_is_no_room(
    source: ReadAheadSource, script: Script
) -> None:
    acks = [WireMessage("responses", b"%06d" % n + bytes(1000)) for n in range(100)]
    script.batches.extend([ack] for ack in acks)
    got: list[WireMessage] = []
    while len(got) < len(acks):
        got += source.poll(DEADLINE_S)
    assert got == acks


def test_results_are_bounded_oldest_first(
    source: ReadAheadSource, script: Script, traffic: Traffic
) -> None:
    give(script, *(result(f"stream {n}", n, size=500) for n in range(10)))
    kept = source.poll(0)
    assert kept == [result(f"stream {n}", n, size=500) for n in range(6, 10)]
    assert traffic.snapshot()["data"].skipped == 6


def test_a_result_over_the_limit_is_kept(
    source: ReadAheadSource, script: Script
) -> None:
    image = result("image", 1, size=50_000)
    give(script, result("a", 1), image)
    assert source.poll(0) == [image]


def test_close_ends_a_reader_without_room(traffic: Traffic, script: Script) -> None:
    source = ReadAheadSource(script, traffic, others_limit=1)
    script.batches.append([WireMessage("t", b"1"), WireMessage("t", b"2")])
    source.close()
    assert script.closed
    assert source.poll(DEADLINE_S) == ()


def test_reading_goes_on_after_a_failure(
    source: ReadAheadSource, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll, failed = script.poll, threading.Event()

    def fail_once(timeout_s: float) -> Sequence[WireMessage]:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("the client broke")
        return poll(timeout_s)

    monkeypatch.setattr(script, "poll", fail_once)
    assert failed.wait(DEADLINE_S)
    give(script, result("a", 1))
    assert source.poll(DEADLINE_S) == [result("a", 1)]


def test_result_stream_is_the_source_name() -> None:
    assert result_stream(da00('{"output_name":"cumulative"}')) == (
        b'{"output_name":"cumulative"}'
    )
    assert result_stream(b'{"message_id":"da00"}') is None


@given(st.binary(max_size=64))
def test_any_bytes_are_some_stream_or_none(tail: bytes) -> None:
    name = result_stream(tail[:4] + b"da00" + tail[4:])
    assert name is None or name in tail[:4] + b"da00" + tail[4:]


@given(st.integers(0, 200), st.integers(0, 255))
def test_damaged_results_raise_nothing(place: int, byte: int) -> None:
    damaged = bytearray(da00("a"))
    damaged[place % len(damaged)] = byte
    result_stream(bytes(damaged))
