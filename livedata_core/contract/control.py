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
    "TopicStats",
    "TransportStats",
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

    From `params` on, the fields are ours; peers that do not send them leave None.

    Attributes
    ----------
    params, aux_source_names, schedule:
        What it was started with.
    paused:
        Whether it takes no data in until it is resumed. Its state is then ``warning``,
        which any peer shows.
    ended:
        Why a stopped job has stopped.
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
    schedule: Schedule | None = None
    paused: bool | None = None
    ended: Literal["command", "schedule", "shutdown"] | None = None

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
    """Messages of one stream in a window; `stream` is None where nothing maps it.

    `late` is ours: how many of them came after the window of their time was closed.
    """

    topic: str
    source_name: str
    stream: str | None = None
    count: int
    late: int | None = None


class StreamStats(_WireModel):
    """Message counts per stream over the last window."""

    window_seconds: float
    streams: tuple[StreamCount, ...] = ()


class TopicStats(_WireModel):
    """What a worker reads of a topic, and what it lost.

    Attributes
    ----------
    rate_hz, bytes_per_s:
        What was read over the last seconds.
    lag:
        Messages that the broker has and that were not read yet; None if unknown.
    skipped:
        Messages that the broker dropped before they were read, since the start.
    unsent:
        Messages that the broker did not take, since the start.
    """

    topic: str
    rate_hz: float = 0.0
    bytes_per_s: float = 0.0
    lag: int | None = None
    skipped: int = 0
    unsent: int = 0


class TransportStats(_WireModel):
    """How a worker's connection to the broker does, in words.

    `topics` is told for one service of a worker, as all services share them.
    """

    name: str
    connected: bool
    detail: str = ""
    topics: tuple[TopicStats, ...] = ()


class ServiceStatus(_WireModel):
    """A worker service's heartbeat; `started_at` in ns since the epoch.

    From `uptime_s` on, the fields are ours; peers that do not send them leave None.

    Attributes
    ----------
    batch_interval_s:
        How much data time an update covers now; more where the worker is behind.
    uptime_s:
        Since when it runs.
    warning:
        What an operator should know, e.g. that it is behind.
    lag_s:
        How old the newest data in the last update were when it was published.
    waiting:
        Windows of data that are complete and not yet processed.
    late, ahead:
        Messages, or parts of them, that came after their window was closed or with a
        time that cannot be, since the start. They count in a later window.
    transport:
        The connection to the broker.
    """

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
    uptime_s: float | None = None
    warning: str | None = None
    lag_s: float | None = None
    waiting: int | None = None
    late: int | None = None
    ahead: int | None = None
    transport: TransportStats | None = None

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
