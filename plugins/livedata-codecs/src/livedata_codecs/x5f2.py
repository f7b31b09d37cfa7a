"""Schema x5f2: heartbeats of jobs and services, and status of other software.

The status is JSON with a code and a message; `message_type` says whose it is. Status
that is not livedata's is kept as text. The code is a summary of the state for
software that reads nothing else: it is written, and not read.
"""

from __future__ import annotations

import contextlib
from typing import Any

from streaming_data_types.status_x5f2 import serialise_x5f2

from livedata_codecs.jsontext import read_object, write_object
from livedata_codecs.tables import Table, root
from livedata_codecs.validation import validated
from livedata_core.contract import (
    DecodeError,
    Heartbeat,
    JobState,
    JobStatus,
    Message,
    OtherStatus,
    ServiceState,
    ServiceStatus,
    WireMessage,
)

__all__ = ["decode", "encode"]

SCHEMA = "x5f2"
_OK, _WARNING, _DISABLED, _ERROR, _UNKNOWN = 200, 210, 235, 240, 999
_JOB_CODES = {
    JobState.SCHEDULED: _DISABLED,
    JobState.PENDING_CONTEXT: _DISABLED,
    JobState.ACTIVE: _OK,
    JobState.FINISHING: _OK,
    JobState.WARNING: _WARNING,
    JobState.ERROR: _ERROR,
    JobState.STOPPED: _UNKNOWN,
}
_SERVICE_CODES = {
    ServiceState.STARTING: _DISABLED,
    ServiceState.RUNNING: _OK,
    ServiceState.STOPPED: _DISABLED,
    ServiceState.ERROR: _ERROR,
}
_OURS: dict[type, tuple[str, ...]] = {
    JobStatus: ("params", "aux_source_names", "schedule", "paused", "ended"),
    ServiceStatus: (
        "uptime_s",
        "warning",
        "lag_s",
        "waiting",
        "late",
        "ahead",
        "transport",
    ),
}


def decode(wire: WireMessage) -> Message[Heartbeat]:
    """Read a message; its source name is the service id, and it has no timestamp.

    Raises
    ------
    DecodeError
        If the bytes are no x5f2 message, or it says that it is a job's or service's
        and a field does not fit.
    """
    table = root(wire.value, SCHEMA)
    service_id = table.name(2)
    heartbeat = Heartbeat(
        status=_status(table, service_id),
        software_name=table.name(0),
        software_version=table.name(1),
        host_name=table.name(3),
        process_id=table.scalar(4, "I"),
        update_interval_ms=table.scalar(5, "I"),
    )
    return Message(wire.topic, service_id, 0, heartbeat)


def _status(table: Table, service_id: str) -> JobStatus | ServiceStatus | OtherStatus:
    text = table.text(6, limit=None) or ""
    content: dict[str, Any] = {}
    # Other software may write what it likes.
    with contextlib.suppress(DecodeError):
        content = read_object(text)
    message = content.get("message")
    if isinstance(message, dict):
        kind = message.get("message_type")
        if kind == "job":
            return validated(JobStatus, message)
        if kind == "service":
            return validated(ServiceStatus, message)
    return OtherStatus(service_id=service_id, status_json=text)


def encode(message: Message[Heartbeat]) -> bytes:
    """Write a message. Optional fields of ours are left out where they are None."""
    heartbeat = message.payload
    encoded: bytes = serialise_x5f2(
        software_name=heartbeat.software_name,
        software_version=heartbeat.software_version,
        service_id=heartbeat.status.service_id,
        host_name=heartbeat.host_name,
        process_id=heartbeat.process_id,
        update_interval=heartbeat.update_interval_ms,
        status_json=_status_json(heartbeat.status),
    )
    return encoded


def _status_json(status: JobStatus | ServiceStatus | OtherStatus) -> str:
    if isinstance(status, OtherStatus):
        return status.status_json
    content = status.model_dump(mode="json")
    for ours in _OURS[type(status)]:
        if content[ours] is None:
            del content[ours]
    if isinstance(status, ServiceStatus):
        for stream in (content["stream_stats"] or {}).get("streams", ()):
            if stream["late"] is None:
                del stream["late"]
        return write_object(
            {"status": _SERVICE_CODES[status.state], "message": content}
        )
    content["workflow_id"] = str(status.workflow_id)
    return write_object({"status": _JOB_CODES[status.state], "message": content})
