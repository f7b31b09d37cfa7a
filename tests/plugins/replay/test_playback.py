"""A producer on its thread: order, pace, end, errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livedata_core.contract import LogData, Message
from livedata_replay.playback import Playback, Progress
from livedata_replay.producer import NexusProducer
from tests.support.nexus_files import BANK, INSTRUMENT, datasets, write

SECOND = 1_000_000_000


class Listed:
    """Yields messages at the given times after the start; raises what it is given."""

    def __init__(self, seconds: Sequence[float], end: Exception | None = None) -> None:
        self._seconds = seconds
        self._end = end

    def messages(self, start_ns: int) -> Iterator[Message[Any]]:
        for offset in self._seconds:
            moment = start_ns + int(offset * SECOND)
            yield Message("t", "s", moment, LogData(np.array(offset)))
        if self._end is not None:
            raise self._end


class Kept:
    """Keeps what is published with its time; refuses the values it is told to."""

    def __init__(self, refuse: bytes = b"") -> None:
        self.values: list[bytes] = []
        self.times_ns: list[int] = []
        self._refuse = refuse

    def publish(self, topic: str, value: bytes) -> None:
        if value == self._refuse:
            raise RuntimeError("the queue is full")
        self.values.append(value)
        self.times_ns.append(time.time_ns())

    def close(self) -> None:
        raise AssertionError("the sink is not the playback's to close")


def text(message: Message[Any]) -> bytes:
    return str(float(message.payload.value)).encode()


def test_messages_are_sent_in_order_and_the_end_is_told() -> None:
    sink, told = Kept(), threading.Event()
    playback = Playback(
        Listed([0, 0.01, 0.02]), text, sink, total=3, on_finished=told.set
    )
    assert playback.progress == Progress(total=3)
    playback.start()
    assert playback.wait()
    assert told.is_set()
    assert playback.finished
    assert playback.error is None
    assert sink.values == [b"0.0", b"0.01", b"0.02"]
    assert playback.progress == Progress(sent=3, nbytes=11, total=3)
    assert playback.progress.fraction == 1.0


def test_no_message_is_sent_before_its_time() -> None:
    sink, due = Kept(), []

    def encode(message: Message[Any]) -> bytes:
        due.append(message.timestamp_ns)
        return b"x"

    playback = Playback(Listed([0, 0.02, 0.05]), encode, sink)
    playback.start()
    assert playback.wait()
    tolerance_ns = SECOND // 100
    for sent, moment in zip(sink.times_ns, due, strict=True):
        assert sent >= moment - tolerance_ns


def test_speed_brings_data_times_together() -> None:
    moments: list[int] = []

    def encode(message: Message[Any]) -> bytes:
        moments.append(message.timestamp_ns)
        return b""

    playback = Playback(Listed([0, 100, 300]), encode, Kept(), speed=10_000)
    playback.start()
    assert playback.wait()
    assert np.diff(moments).tolist() == [SECOND // 100, SECOND // 50]


def test_without_pace_nothing_is_waited_for_and_times_stay() -> None:
    moments: list[int] = []

    def encode(message: Message[Any]) -> bytes:
        moments.append(message.timestamp_ns)
        return b""

    days = 86_400
    playback = Playback(
        Listed([0, days, 2 * days]), encode, Kept(), speed=float("inf"), start_ns=7
    )
    playback.start()
    assert playback.wait(60)
    assert moments == [7, 7 + days * SECOND, 7 + 2 * days * SECOND]


def test_kept_times_are_not_brought_together_by_the_speed() -> None:
    moments: list[int] = []

    def encode(message: Message[Any]) -> bytes:
        moments.append(message.timestamp_ns)
        return b""

    playback = Playback(Listed([0, 50]), encode, Kept(), speed=1000, start_ns=7)
    playback.start()
    assert playback.wait()
    assert moments == [7, 7 + 50 * SECOND]


def test_a_full_sink_is_offered_the_message_again() -> None:
    class Full(Kept):
        refusals = 3

        def publish(self, topic: str, value: bytes) -> None:
            if self.refusals:
                self.refusals -= 1
                raise RuntimeError("the queue is full")
            super().publish(topic, value)

    sink = Full()
    playback = Playback(Listed([0, 0.01]), text, sink, patience_s=60)
    playback.start()
    assert playback.wait()
    assert sink.values == [b"0.0", b"0.01"]
    assert playback.progress == Progress(sent=2, nbytes=7)


def test_stop_ends_the_patience_with_a_full_sink() -> None:
    refused = threading.Event()

    class Full(Kept):
        def publish(self, topic: str, value: bytes) -> None:
            refused.set()
            raise RuntimeError("the queue is full")

    playback = Playback(Listed([0, 0.01]), text, Full(), patience_s=3600)
    playback.start()
    assert refused.wait(30)
    playback.stop()
    assert playback.wait(30)
    assert not playback.finished


def test_stop_ends_a_long_wait_and_is_no_finish() -> None:
    sink = Kept()
    playback = Playback(Listed([3600]), text, sink, on_finished=pytest.fail)
    playback.start()
    assert not playback.wait(timeout_s=0)
    playback.stop()
    playback.stop()
    assert playback.wait()
    assert not playback.finished
    assert playback.error is None
    assert sink.values == []


def test_an_endless_producer_can_be_stopped(tmp_path: Path) -> None:
    path = write(tmp_path / "f.nxs", {BANK: datasets()})
    producer = NexusProducer(path, INSTRUMENT, loop=True)
    enough = threading.Event()
    sent: list[int] = []

    def encode(message: Message[Any]) -> bytes:
        sent.append(message.timestamp_ns)
        if len(sent) == 10:
            enough.set()
        return b""

    playback = Playback(producer, encode, Kept(), speed=1000, total=producer.total)
    playback.start()
    assert enough.wait(30)
    playback.stop()
    assert playback.wait()
    assert playback.progress.fraction is None


def test_an_error_is_kept_and_ends_it(caplog: pytest.LogCaptureFixture) -> None:
    broken = ValueError("bad pulse")
    playback = Playback(Listed([0], broken), text, Kept(), on_finished=pytest.fail)
    playback.start()
    assert playback.wait()
    assert playback.error is broken
    assert not playback.finished
    assert "bad pulse" in caplog.text


def test_a_message_that_is_not_taken_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sink = Kept(refuse=b"0.01")
    playback = Playback(Listed([0, 0.01, 0.02]), text, sink, total=3)
    playback.start()
    assert playback.wait()
    assert playback.finished
    assert sink.values == [b"0.0", b"0.02"]
    assert playback.progress == Progress(sent=2, dropped=1, nbytes=7, total=3)
    assert "the queue is full" in caplog.text


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_speed_must_be_positive(speed: float) -> None:
    with pytest.raises(ValueError, match="is not a positive number"):
        Playback(Listed([]), text, Kept(), speed=speed)
