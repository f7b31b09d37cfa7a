"""Clocks of the instrument that are wrong, over a real broker.

One monitor's clock is right all the time, the other's is an hour ahead, an hour behind,
stands still, and jumps. A worker runs as a process of its own.
"""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livedata_core.contract import (
    CommandAck,
    EventData,
    JobId,
    Message,
    ResultKey,
    StartCommand,
    Topics,
    WorkflowId,
    needed_topics,
)
from livedata_dummy.instrument import DUMMY
from livedata_kafka.transport import create
from tests.support.codecs import decode, encode
from tests.support.kafka import KafkaBroker
from tests.support.programs import LIVEDATA
from tests.support.serving import running

pytestmark = pytest.mark.kafka

TOPICS = Topics("dummy")
RIGHT, WRONG = "monitor1", "monitor2"
PERIOD_NS = round(1e9 / DUMMY.pulse_rate_hz)
HOUR_NS = 3600 * 1_000_000_000
PATIENCE_S = 60.0

Clock = Callable[[int], int]


def standing_still() -> Clock:
    times: list[int] = []

    def clock(now_ns: int) -> int:
        times.append(now_ns)
        return times[0]

    return clock


def jumping() -> Clock:
    steps = itertools.cycle((0, HOUR_NS, -HOUR_NS))
    return lambda now_ns: now_ns + next(steps)


class Facility:
    """Two monitors with clocks of their own, and what the worker says of them."""

    def __init__(self, address: str) -> None:
        self.transport = create({"bootstrap.servers": address})
        self._sink = self.transport.sink()
        self._source = self.transport.source([TOPICS.data, TOPICS.responses])
        self.sent = 0
        self.answers: list[CommandAck] = []
        self.totals = {RIGHT: 0.0, WRONG: 0.0}
        """The counts of each monitor since the start of its job."""
        self.windows: list[tuple[int, int, float]] = []
        """Start, end and counts of the updates of the right clock's monitor."""

    def start_jobs(self) -> None:
        number = uuid.uuid4()
        for source in (RIGHT, WRONG):
            start = StartCommand(
                identifier=WorkflowId("dummy", "monitor_histogram", 1),
                job_id=JobId(source, number),
            )
            self._send(Message(TOPICS.commands, "", 0, start))
        self.wait_until(lambda: len(self.answers) == 2)

    def pulse(self, wrong: Clock) -> None:
        """Send a pulse of each monitor at its pace, and listen."""
        now_ns = time.time_ns()
        for source, time_ns in ((RIGHT, now_ns), (WRONG, wrong(now_ns))):
            events = EventData(
                np.array([time_ns]),
                np.array([0], dtype=np.int32),
                np.array([1_000_000, 2_000_000, 3_000_000], dtype=np.int32),
                np.array([], dtype=np.int32),
            )
            self._send(Message("dummy_beam_monitor", source, time_ns, events))
        self.sent += 3
        self.listen(PERIOD_NS / 1e9)

    def listen(self, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while (left_s := deadline - time.monotonic()) > 0:
            for wire in self._source.poll(left_s):
                message = decode(wire)
                if isinstance(message.payload, CommandAck):
                    self.answers.append(message.payload)
                else:
                    self._note(message)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, (self.sent, self.totals, self.windows)
            self.listen(0.1)

    def _note(self, message: Message[Any]) -> None:
        key = ResultKey.parse(message.source_name)
        source, data = key.job_id.source_name, message.payload
        value = data.get("signal").values
        if key.output_name == "counts_total_cumulative":
            self.totals[source] = float(value)
        if key.output_name == "counts_total" and source == RIGHT:
            times = (int(data.get(name).values) for name in ("start_time", "time"))
            self.windows.append((*times, float(value)))

    def _send(self, message: Message[Any]) -> None:
        self._sink.publish(message.topic, encode(message))


@pytest.fixture
def facility(shared_kafka: KafkaBroker, tmp_path: Path) -> Iterator[Facility]:
    names = [topic.name for topic in needed_topics(DUMMY)]
    shared_kafka.create(*names)
    log = tmp_path / "worker.log"
    command = [LIVEDATA, "worker", "--kafka", shared_kafka.address]
    made = Facility(shared_kafka.address)
    with (
        closing(made.transport),
        running([*command, "--service", "monitor_data"], log),
    ):
        made.wait_until(lambda: "runs " in log.read_text())
        yield made
    shared_kafka.delete(*names)


def test_clocks_that_are_wrong_delay_nobody_and_lose_nothing(
    facility: Facility,
) -> None:
    facility.start_jobs()
    for wrong in (
        lambda now_ns: now_ns,
        lambda now_ns: now_ns + HOUR_NS,
        standing_still(),
        jumping(),
        lambda now_ns: now_ns - HOUR_NS,
        lambda now_ns: now_ns,
    ):
        began_ns = time.time_ns()
        deadline = time.monotonic() + PATIENCE_S
        while not any(start >= began_ns for start, _, _ in facility.windows):
            assert time.monotonic() < deadline, (wrong, facility.windows)
            facility.pulse(wrong)
    sent = facility.sent
    facility.wait_until(lambda: facility.totals == {RIGHT: sent, WRONG: sent})
    assert sum(counts for _, _, counts in facility.windows) == sent
    for (_, end, _), (start, _, _) in itertools.pairwise(facility.windows):
        assert start >= end
