"""All times of a message move by one shift, and nothing else does."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from livedata_core.contract import (
    Alarm,
    ArrayData,
    ConnectionStatus,
    EventData,
    Heartbeat,
    ImageData,
    JobId,
    JobState,
    JobStatus,
    LogData,
    Message,
    OtherStatus,
    RunStart,
    RunStop,
    Schedule,
    ServiceState,
    ServiceStatus,
    StartCommand,
    Variable,
    WireMessage,
    WorkflowId,
)
from livedata_replay.recorded import KeepingEncoder, RebasingEncoder
from livedata_replay.recordings import Recorded
from livedata_replay.retiming import TimeShift, retimed
from tests.support.codecs import decode, encode
from tests.support.recordings import codecs

MS = 1_000_000
SHIFT_NS = 5_000_000 * MS
SINCE = 1_700_000_000_000 * MS
TIME = SINCE + 250 * MS
SHIFT = TimeShift(SINCE, SINCE + SHIFT_NS)

EVENTS = EventData(
    np.array([TIME, TIME + MS]), np.array([0, 1]), np.array([7, 8], np.int32), None
)
RESULT = ArrayData(
    (
        Variable("signal", ("x",), np.arange(3.0), "counts"),
        Variable("time", (), np.array(TIME), "datetime64[ns]"),
        Variable("start_time", (), np.array(TIME // MS), "datetime64[ms]"),
        Variable("reference_time", ("p",), np.array([TIME]), None),
        Variable("x", ("x",), np.array([TIME, 1, 2]), "ns"),
        Variable("index", ("x",), np.array([1, 2, 3]), None),
    )
)
JOB = JobStatus(
    state=JobState.ACTIVE,
    job_id=JobId("panel", uuid.UUID(int=1)),
    workflow_id=WorkflowId("dummy", "view", 1),
    start_time=TIME,
)
SERVICE = ServiceStatus(
    instrument="dummy",
    service_name="detector_data",
    worker_id="w",
    state=ServiceState.RUNNING,
    started_at=TIME,
)
START = StartCommand(
    identifier=JOB.workflow_id,
    job_id=JOB.job_id,
    schedule=Schedule(start_time=TIME),
)


def times(message: Message[Any]) -> list[int]:
    """Return all times of a message in ns."""
    payload = message.payload
    found = [message.timestamp_ns] if message.timestamp_ns else []
    match payload:
        case EventData():
            found += payload.reference_time.tolist()
        case ArrayData():
            for name, scale in (("time", 1), ("start_time", MS), ("reference_time", 1)):
                if variable := payload.get(name):
                    unit = variable.unit or "datetime64[ns]"
                    if unit.startswith("datetime64"):
                        scale = {"ns": 1, "ms": MS}[unit[11:-1]]
                        found += (np.atleast_1d(variable.values) * scale).tolist()
        case RunStart():
            found += [payload.start_ns, *([payload.stop_ns] if payload.stop_ns else [])]
        case RunStop():
            found += [payload.stop_ns]
        case Heartbeat(status=JobStatus() as status):
            found += [t for t in (status.start_time, status.end_time) if t]
        case Heartbeat(status=ServiceStatus() as status):
            found += [status.started_at] if status.started_at else []
        case StartCommand():
            found += (
                [payload.schedule.start_time] if payload.schedule.start_time else []
            )
    return found


MESSAGES = {
    "ev44": Message("t", "s", TIME, EVENTS),
    "f144": Message("t", "s", TIME, LogData(np.array(3.0))),
    "da00": Message("t", "s", TIME, RESULT),
    "ad00": Message("t", "s", TIME, ImageData(np.ones((2, 2), np.int32))),
    "pl72": Message("t", "", TIME, RunStart("run", TIME, TIME + MS)),
    "6s4t": Message("t", "", TIME, RunStop("run", TIME)),
    "al00": Message("t", "s", TIME, Alarm("MAJOR", "hot")),
    "ep01": Message("t", "s", TIME, ConnectionStatus("CONNECTED")),
    "x5f2 of a job": Message("t", JOB.service_id, 0, Heartbeat(status=JOB)),
    "x5f2 of a service": Message("t", SERVICE.service_id, 0, Heartbeat(status=SERVICE)),
    "json:command": Message("i_livedata_commands", "", 0, START),
}


@pytest.mark.parametrize("schema", MESSAGES)
def test_every_schema_is_rebased_by_one_shift(schema: str) -> None:
    message = MESSAGES[schema]
    value = encode(message)
    due_ns = SINCE + SHIFT_NS
    played = Message(message.topic, "", due_ns, Recorded(message.topic, value, SINCE))
    before = decode(WireMessage(message.topic, value))
    after = decode(WireMessage(message.topic, RebasingEncoder(codecs())(played)))
    assert times(before)
    assert times(after) == [time + SHIFT_NS for time in times(before)]


@pytest.mark.data
def test_the_shared_recording_is_rebased_by_one_shift(
    recording: Sequence[WireMessage],
) -> None:
    rebase = RebasingEncoder(codecs())
    unreadable: list[bytes] = []
    for wire in recording:
        log_ns = wire.log_time_ms * MS
        recorded = Recorded(wire.topic, wire.value, log_ns)
        value = rebase(Message(wire.topic, "", log_ns + SHIFT_NS, recorded))
        if rebase.unmoved > len(unreadable):
            unreadable.append(value)
            continue
        before, after = decode(wire), decode(WireMessage(wire.topic, value))
        assert times(after) == [time + SHIFT_NS for time in times(before)]
        assert after.source_name == before.source_name
        if isinstance(before.payload, EventData):
            for name in ("time_of_flight", "pixel_id", "reference_time_index"):
                np.testing.assert_array_equal(
                    getattr(after.payload, name), getattr(before.payload, name)
                )
    # One command of the recording is cut short.
    assert len(unreadable) == 1
    assert unreadable[0] in {wire.value for wire in recording}


def test_what_is_no_time_stays() -> None:
    moved = retimed(MESSAGES["da00"], SHIFT).payload
    for name in ("signal", "x", "index"):
        assert moved.get(name) is RESULT.get(name)
    events = retimed(MESSAGES["ev44"], SHIFT).payload
    assert events.time_of_flight is EVENTS.time_of_flight


@pytest.mark.parametrize(
    "payload",
    [
        ArrayData((Variable("signal", (), np.array(1.0)),)),
        EventData(np.zeros(0, np.int64), np.zeros(0, int), np.zeros(0, int), None),
        Heartbeat(status=OtherStatus(service_id="x", status_json="{}")),
        Heartbeat(status=JOB.model_copy(update={"start_time": None})),
        START.model_copy(update={"schedule": Schedule()}),
    ],
)
def test_a_message_without_times_is_the_same(payload: Any) -> None:
    message = Message("t", "s", 0, payload)
    assert retimed(message, SHIFT) is message


def test_times_come_nearer_by_the_speed() -> None:
    shift = TimeShift(SINCE, SINCE, 4.0)
    moved = retimed(Message("t", "s", SINCE + 400, EVENTS), shift)
    assert moved.timestamp_ns == SINCE + 100
    assert (moved.payload.reference_time - SINCE).tolist() == [
        (250 * MS) // 4,
        (251 * MS) // 4,
    ]
    assert moved.payload.time_of_flight.tolist() == [7, 8]


@pytest.mark.parametrize("speed", [1.0, 7.0])
@pytest.mark.parametrize("dtype", [np.int64, np.uint64, np.int32])
@pytest.mark.parametrize("shape", [(), (2,), (0,)])
def test_nonsense_raises_nothing(
    speed: float, dtype: type[np.integer], shape: tuple[int, ...]
) -> None:
    for limit in (np.iinfo(dtype).min, np.iinfo(dtype).max):
        values = np.full(shape, limit, dtype)
        variable = Variable("time", ("x",) * len(shape), values, "datetime64[s]")
        message = Message("t", "s", 2**63 - 1, ArrayData((variable,)))
        (moved,) = retimed(
            message, dataclasses.replace(SHIFT, speed=speed)
        ).payload.variables
        assert moved.values.dtype == dtype
        assert moved.values.shape == shape


@pytest.mark.parametrize("value", [b"", b"....zz99", b"....ev44", b"\0" * 50])
def test_what_cannot_be_read_is_sent_as_recorded_and_counted(value: bytes) -> None:
    rebase = RebasingEncoder(codecs())
    assert rebase(Message("t", "", TIME, Recorded("t", value, SINCE))) == value
    assert rebase.unmoved == 1


def test_a_time_that_cannot_be_written_is_sent_as_recorded() -> None:
    value = encode(Message("t", "s", 2**63 - 1, LogData(np.array(1.0))))
    rebase = RebasingEncoder(codecs())
    assert rebase(Message("t", "", TIME, Recorded("t", value, SINCE))) == value
    assert rebase.unmoved == 1


def test_kept_bytes_are_untouched_and_other_messages_encoded() -> None:
    keep = KeepingEncoder(codecs())
    value = encode(MESSAGES["ev44"])
    assert keep(Message("t", "", TIME, Recorded("t", value, SINCE))) is value
    assert keep(MESSAGES["ev44"]) == value
    assert RebasingEncoder(codecs())(MESSAGES["ev44"]) == value
