"""Recorded input, replayed through Kafka, gives the results of the reference worker.

As in a facility: ``livedata replay`` plays the raw messages, commands and regions into
the broker at the pace at which they were logged, a ``livedata worker`` of each service
reduces them, and what they publish is read from the broker. What is compared and what
is not is said in `tests.support.recorded_results`.
"""

from __future__ import annotations

import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from livedata_core.contract import (
    JobAction,
    JobCommand,
    JobId,
    Message,
    ResultKey,
    StartCommand,
    StreamId,
    WireMessage,
    WorkflowId,
    needed_topics,
)
from livedata_dummy.instrument import DUMMY
from livedata_replay.recordings import Recorded
from livedata_replay.retiming import TimeShift, retimed
from tests.support.codecs import decode, encode
from tests.support.kafka import KafkaBroker
from tests.support.kafka.topics import all_messages
from tests.support.programs import LIVEDATA
from tests.support.recorded_results import (
    COMMANDS,
    DATA,
    begins_at,
    compared,
    is_before,
    recorded_results,
    results_of,
)
from tests.support.recorded_streams import (
    DEVICES,
    device_results,
    recorded_devices,
    series_fault,
)
from tests.support.recordings import record
from tests.support.serving import running

pytestmark = [pytest.mark.kafka, pytest.mark.data]

RESPONSES = "dummy_livedata_responses"
SERVICES = ("monitor_data", "detector_data", "data_reduction", "timeseries")
WARM = {
    "monitor_histogram": "monitor1",
    "panel_0_xy": "panel_0",
    "total_counts": "panel_0",
}
SPEED = "2"
PATIENCE_S = 60.0
MS = 1_000_000


@pytest.fixture(scope="module")
def published(
    recording: Sequence[WireMessage],
    shared_kafka: KafkaBroker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Message[Any]]]:
    """Return what our workers published of results and device values."""
    folder = tmp_path_factory.mktemp("recorded")
    topics = [topic.name for topic in needed_topics(DUMMY)]
    shared_kafka.create(*topics)
    played = record(folder / "input.mcap", replayed_part(recording))
    address = ["--kafka", shared_kafka.address]
    with ExitStack() as stack:
        workers = []
        for service in SERVICES:
            command = [LIVEDATA, "worker", *address, "--service", service]
            log = folder / f"{service}.log"
            workers.append(stack.enter_context(running(command, log)))
            await_text(log, "runs ")
        warm_up(shared_kafka, recording)
        replay = [LIVEDATA, "replay", str(played), *address, "--raw", "--control"]
        done = subprocess.run(
            [*replay, "--keep-times", "--speed", SPEED],
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(PATIENCE_S) for worker in workers] == [0] * len(workers)
    yield [decode(wire) for wire in all_messages(shared_kafka, DATA, DEVICES)]
    shared_kafka.delete(*topics)


def replayed_part(recording: Sequence[WireMessage]) -> Iterator[Recorded]:
    """Yield the input, without pulses before the first windows of the reference.

    Nor the command to pause, which it refuses.
    """
    begins = {
        "dummy_beam_monitor": begins_at(recorded_results(recording, "monitor_data")),
        "dummy_detector": begins_at(recorded_results(recording, "detector_data")),
    }
    for wire in sorted(recording, key=lambda wire: wire.log_time_ms):
        if wire.topic in begins and is_before(wire, begins[wire.topic]):
            continue
        if b'"pause"' not in wire.value:
            yield Recorded(wire.topic, wire.value, wire.log_time_ms * MS)


def warm_up(broker: KafkaBroker, recording: Sequence[WireMessage]) -> None:
    """Let the workers do what takes them seconds once, lest they fall behind then.

    Jobs that the recording does not know reduce the first pulse of each stream as if it
    had come ten seconds before, and windows go on from there.
    """
    producer = Producer({"bootstrap.servers": broker.address})
    jobs = {JobId(source, uuid.uuid4()): name for name, source in WARM.items()}
    for job_id, name in jobs.items():
        start = StartCommand(identifier=WorkflowId("dummy", name, 1), job_id=job_id)
        producer.produce(COMMANDS, encode(Message(COMMANDS, "", 0, start)))
    producer.flush(PATIENCE_S)
    await_messages(broker, RESPONSES, lambda answers: len(answers) >= len(jobs))
    pulses: dict[StreamId, Message[Any]] = {}
    for recorded in replayed_part(recording):
        if recorded.value[4:8] == b"ev44":
            message = decode(WireMessage(recorded.topic, recorded.value))
            pulses.setdefault(StreamId(message.topic, message.source_name), message)
    before = TimeShift(10_000 * MS, 0)
    for message in pulses.values():
        producer.produce(message.topic, encode(retimed(message, before)))
    producer.flush(PATIENCE_S)
    await_messages(broker, DATA, lambda results: jobs.keys() <= job_ids(results))
    for job_id in jobs:
        stop = JobCommand(job_id=job_id, action=JobAction.STOP)
        producer.produce(COMMANDS, encode(Message(COMMANDS, "", 0, stop)))
    producer.flush(PATIENCE_S)


def job_ids(results: Sequence[WireMessage]) -> set[JobId]:
    return {ResultKey.parse(decode(wire).source_name).job_id for wire in results}


def await_messages(
    broker: KafkaBroker, topic: str, enough: Callable[[Sequence[WireMessage]], bool]
) -> None:
    """Wait until what is on a topic is enough."""
    deadline = time.monotonic() + PATIENCE_S
    while not enough(found := list(all_messages(broker, topic))):
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def await_text(log: Path, text: str) -> None:
    """Wait until a process has said something."""
    deadline = time.monotonic() + PATIENCE_S
    while text not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("service", "least"),
    [
        (
            "monitor_data",
            {
                "monitor_histogram.current": 90,
                "monitor_histogram.cumulative": 90,
                "monitor_histogram.counts_in_toa_range": 90,
            },
        ),
        (
            "detector_data",
            {
                "panel_0_xy.cumulative": 28,
                "panel_0_xy.current": 28,
                "panel_0_xy.counts_total": 28,
                "panel_0_xy.roi_spectra_cumulative": 28,
                "panel_0_xy.roi_rectangle": 28,
                "panel_0_xy.roi_polygon": 28,
                "panel_0_layers.cumulative": 2,
                "area_panel_xy.cumulative": 12,
            },
        ),
        ("data_reduction", {"total_counts.total_counts": 48}),
    ],
)
def test_results_equal_the_recorded_ones(
    recording: Sequence[WireMessage],
    published: Sequence[Message[Any]],
    service: str,
    least: Mapping[str, int],
) -> None:
    theirs = recorded_results(recording, service)
    found = compared(results_of(published, service), theirs, recording)
    assert found.different == []
    assert found.missing == []
    same = found.equal + found.grown
    assert {name: same[name] for name in least} == least
    assert sum(same.values()) + sum(found.excused.values()) == len(theirs)


def test_log_series_equal_the_recorded_ones(
    recording: Sequence[WireMessage], published: Sequence[Message[Any]]
) -> None:
    theirs = recorded_results(recording, "timeseries")
    assert series_fault(results_of(published, "timeseries"), theirs) == ""


@pytest.mark.parametrize(
    ("service", "least"), [("monitor_data", 90), ("detector_data", 25)]
)
def test_values_for_the_control_system_equal_the_recorded_ones(
    recording: Sequence[WireMessage],
    published: Sequence[Message[Any]],
    service: str,
    least: int,
) -> None:
    theirs = recorded_devices(recording, recorded_results(recording, service))
    names = {message.source_name for _, message in theirs}
    devices = [m for m in published if m.source_name in names]
    ours = device_results(devices, results_of(published, service))
    found = compared(ours, theirs, recording)
    assert found.different == []
    assert found.missing == []
    assert sum((found.equal + found.grown).values()) == least
