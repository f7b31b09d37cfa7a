"""Commands, acknowledgements and status: the JSON side of the wire.

Unknown fields are ignored on input, so that a newer peer is understood, and
everything we add to the reference protocol is optional.
"""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from livedata_core.contract.identities import JobIdField, WorkflowIdField

__all__ = [
    "CommandAck",
    "Heartbeat",
    "JobAction",
    "JobCommand",
    "JobState",
    "JobStatus",
    "OtherStatus",
    "Schedule",
    "ServiceState",
    "ServiceStatus",
    "StartCommand",
    "StreamCount",
    "StreamStats",
]


class _WireModel(BaseModel):
    """A frozen model that ignores what it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Schedule(_WireModel):
    """When a job starts and ends, in data time, ns since the epoch; None: open."""

    start_time: int | None = None
    end_time: int | None = None


class StartCommand(_WireModel):
    """Start a workflow on one source; one message for each source of a commit."""

    kind: Literal["workflow_config"] = "workflow_config"
    identifier: WorkflowIdField
    message_id: str | None = Field(default_factory=lambda: str(uuid.uuid4()))
    job_id: JobIdField
    schedule: Schedule = Schedule()
    aux_source_names: dict[str, str] = Field(default_factory=dict)
    params: dict[str, Any] = Field(default_factory=dict)


class JobAction(StrEnum):
    """What can be asked of a running job."""

    PAUSE = "pause"
    RESUME = "resume"
    RESET = "reset"
    STOP = "stop"


class JobCommand(_WireModel):
    """Act on one job, on all jobs of a workflow, or (both None) on every job."""

    kind: Literal["job_command"] = "job_command"
    message_id: str | None = Field(default_factory=lambda: str(uuid.uuid4()))
    job_id: JobIdField | None = None
    workflow_id: WorkflowIdField | None = None
    action: JobAction


class CommandAck(_WireModel):
    """A worker's answer to a command.

    `device` is the source (start), ``source/uuid`` (one job) or ``all``.
    """

    message_id: str
    device: str
    response: Literal["ACK", "ERR"]
    message: str | None = None


class JobState(StrEnum):
    """The state of a job as its worker reports it."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    FINISHING = "finishing"
    ERROR = "error"
    WARNING = "warning"
    PENDING_CONTEXT = "pending_context"
    STOPPED = "stopped"


class JobStatus(_WireModel):
    """One job's heartbeat.

    `params` and `aux_source_names` are ours: the configuration it was started
    with. Peers that do not send them leave None.
    """

    message_type: Literal["job"] = "job"
    state: JobState
    warning: str | None = None
    error: str | None = None
    job_id: JobIdField
    workflow_id: WorkflowIdField
    start_time: int | None = None
    end_time: int | None = None
    params: dict[str, Any] | None = None
    aux_source_names: dict[str, str] | None = None

    @property
    def service_id(self) -> str:
        """The identity on the wire: ``source:job_number``."""
        return f"{self.job_id.source_name}:{self.job_id.job_number}"


class ServiceState(StrEnum):
    """The state of a worker service."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"
    ERROR = "error"


class StreamCount(_WireModel):
    """Messages of one stream in a window; `stream` is None where nothing maps it."""

    topic: str
    source_name: str
    stream: str | None = None
    count: int


class StreamStats(_WireModel):
    """Message counts per stream over the last window."""

    window_seconds: float
    streams: tuple[StreamCount, ...] = ()


class ServiceStatus(_WireModel):
    """A worker service's heartbeat; `started_at` in ns since the epoch."""

    message_type: Literal["service"] = "service"
    instrument: str
    service_name: str
    worker_id: str
    state: ServiceState
    started_at: int | None = None
    active_job_count: int = 0
    error: str | None = None
    batch_interval_s: float | None = None
    stream_stats: StreamStats | None = None

    @property
    def service_id(self) -> str:
        """The identity on the wire: ``instrument:service:worker``."""
        return f"{self.instrument}:{self.service_name}:{self.worker_id}"


class OtherStatus(_WireModel):
    """The status of software that is not livedata, as it came."""

    service_id: str
    status_json: str


class Heartbeat(_WireModel):
    """A status message with its envelope (schema x5f2)."""

    status: JobStatus | ServiceStatus | OtherStatus
    software_name: str = "livedata"
    software_version: str = ""
    host_name: str = ""
    process_id: int = 0
    update_interval_ms: int = 2000
