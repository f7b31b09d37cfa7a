"""The registries on the recorded traffic of the reference system."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from livedata_codecs.plugin import livedata_decoders
from livedata_core.contract import (
    CommandAck,
    Heartbeat,
    JobId,
    JobState,
    JobStatus,
    Message,
    ResultKey,
    ServiceState,
    ServiceStatus,
    Topics,
    WireMessage,
    WorkflowId,
)
from livedata_core.jobs import (
    ActiveJobRegistry,
    JobStatusRegistry,
    PendingCommandTracker,
    ServiceStatusRegistry,
)
from livedata_core.sessions import NotificationQueue
from livedata_core.transport import CodecTable
from tests.support.clock import FakeClock

TOPICS = Topics("dummy")
CONTROL = {TOPICS.heartbeat, TOPICS.responses, TOPICS.commands}
VIEW = WorkflowId("dummy", "panel_0_xy", 1)


class Replayed:
    """Everything a dashboard learns when it listens without ever sending."""

    def __init__(self) -> None:
        self.clock = FakeClock(0)
        self.notes = NotificationQueue(self.clock)
        self.jobs = JobStatusRegistry()
        self.services = ServiceStatusRegistry()
        self.active = ActiveJobRegistry(self.clock)
        self.pending = PendingCommandTracker(self.clock, self.notes)
        self.adopted: list[tuple[str, JobId]] = []

    def take(self, message: Message[Any]) -> None:
        payload = message.payload
        if isinstance(payload, CommandAck):
            self.pending.acknowledge(payload)
        elif isinstance(payload, Heartbeat):
            self.beat(payload)

    def beat(self, heartbeat: Heartbeat) -> None:
        status, now_ns = heartbeat.status, self.clock()
        if isinstance(status, JobStatus):
            self.jobs.update(status, now_ns)
            if self.active.adopt(status):
                self.adopted.append((status.workflow_id.name, status.job_id))
        elif isinstance(status, ServiceStatus):
            self.services.update(
                status, now_ns, heartbeat.host_name, heartbeat.software_version
            )


@pytest.fixture(scope="module")
def messages(recording: Sequence[WireMessage]) -> list[tuple[int, Message[Any]]]:
    decoders = {spec.name: spec for spec in livedata_decoders()}
    codecs = CodecTable(decoders, {}, TOPICS)
    control = [
        wire
        for wire in recording
        if wire.topic in CONTROL
        and wire.value != b'{"kind":"workflow_config","identifier":'
    ]
    control.sort(key=lambda wire: wire.log_time_ms)
    return [(wire.log_time_ms, codecs.decode(wire)) for wire in control]


@pytest.fixture(scope="module")
def replayed(messages: list[tuple[int, Message[Any]]]) -> Replayed:
    replayed = Replayed()
    for time_ms, message in messages:
        replayed.clock.now_ns = time_ms * 1_000_000
        replayed.take(message)
    return replayed


def test_every_job_that_ran_is_known(replayed: Replayed) -> None:
    jobs = replayed.jobs.snapshot()
    assert len(jobs) == 12
    assert {job.status.workflow_id.name for job in jobs.values()} == {
        "panel_0_xy",
        "panel_0_layers",
        "area_panel_xy",
        "monitor_histogram",
        "total_counts",
        "timeseries_data",
    }


def test_jobs_that_were_stopped_by_command_fall_silent(replayed: Replayed) -> None:
    stopped = JobId("panel_0", uuid.UUID("d08358d2-ed0c-48a4-9d46-7dfe3980ad27"))
    job = replayed.jobs.snapshot()[stopped]
    assert job.status.state is JobState.ACTIVE
    assert job.is_silent(replayed.clock())


def test_the_newest_start_of_each_source_is_adopted(replayed: Replayed) -> None:
    newest = [job.job_number for name, job in replayed.adopted if name == "panel_0_xy"]
    assert str(newest[-1]).startswith("e73a3584")
    assert replayed.active.generation(VIEW, "panel_0") == newest[-1]
    assert [str(number)[:8] for number in newest] == [
        "d08358d2",
        "1850c7f7",
        "c3f26cf8",
        "0f8cbee6",
        "e73a3584",
    ]


def test_results_of_the_adopted_generation_count(
    replayed: Replayed, recording: Sequence[WireMessage]
) -> None:
    number = replayed.active.generation(VIEW, "panel_0")
    assert number is not None
    key = ResultKey(VIEW, JobId("panel_0", number), "cumulative")
    assert replayed.active.is_accepted(key)
    wire_key = key.to_wire().encode()
    assert any(wire_key in wire.value for wire in recording)


def test_all_workers_said_farewell(replayed: Replayed) -> None:
    services = replayed.services.snapshot().values()
    assert {service.status.service_name for service in services} == {
        "monitor_data",
        "detector_data",
        "data_reduction",
        "timeseries",
    }
    assert {service.status.state for service in services} == {ServiceState.STOPPED}
    assert all(service.host_name for service in services)
    assert any(service.status.stream_stats for service in services)


def test_every_answer_finds_its_command(
    messages: list[tuple[int, Message[Any]]],
) -> None:
    replayed = Replayed()
    acks = [m.payload for _, m in messages if isinstance(m.payload, CommandAck)]
    for ack in acks:
        known = replayed.pending.answer(ack.message_id, ack.device)
        if known is None:
            devices = {a.device for a in acks if a.message_id == ack.message_id}
            replayed.pending.expect(ack.message_id, devices, "Recorded")
        replayed.pending.acknowledge(ack)
    assert replayed.pending.snapshot() == {}
    refused = replayed.notes.since(0)
    assert len(refused) == 6
    assert sum(note.count for note in refused) == 9
    assert "Pause action not implemented yet" in {note.text for note in refused}


def test_devices_of_answers_are_those_we_expect(
    messages: list[tuple[int, Message[Any]]], recording: Sequence[WireMessage]
) -> None:
    commands: dict[str | None, list[dict[str, Any]]] = {}
    for wire in recording:
        if wire.topic == TOPICS.commands and wire.value.endswith(b"}"):
            command = json.loads(wire.value)
            commands.setdefault(command.get("message_id"), []).append(command)
    for _, message in messages:
        if not isinstance(message.payload, CommandAck):
            continue
        for command in commands.get(message.payload.message_id, []):
            if command["kind"] != "workflow_config" and command.get("job_id") is None:
                assert message.payload.device == "all"
        devices = {
            command["job_id"]["source_name"]
            if command["kind"] == "workflow_config"
            else str(JobId.parse(command["job_id"]))
            for command in commands.get(message.payload.message_id, [])
            if command.get("job_id")
        }
        assert not devices or message.payload.device in devices
