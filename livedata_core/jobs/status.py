"""What heartbeats say: the last status of every job and every worker service.

Observation alone. What was asked for lives in `livedata_core.jobs.desired`, and what
both together mean in `livedata_core.jobs.states`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from livedata_core.contract import (
    JobId,
    JobInfo,
    JobState,
    JobStatus,
    ServiceState,
    ServiceStatus,
)
from livedata_core.jobs.snapshots import SnapshotMap
from livedata_core.sessions import Observe

__all__ = [
    "SILENT_NS",
    "JobStatusRegistry",
    "ObservedJob",
    "ObservedService",
    "ServiceStatusRegistry",
]

SILENT_NS = 10_000_000_000
"""Without a heartbeat for so long (five intervals) a job or worker is silent, ns."""

JOB_LIMIT = 2000
SERVICE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class ObservedJob:
    """A job's last heartbeat.

    Attributes
    ----------
    status:
        What it said.
    last_seen_ns:
        When it came, by the dashboard's clock, ns since the epoch.
    since_ns:
        When the job was first heard in this state, likewise.
    """

    status: JobStatus
    last_seen_ns: int
    since_ns: int

    def is_silent(self, now_ns: int) -> bool:
        """Return whether heartbeats have ceased."""
        return now_ns - self.last_seen_ns > SILENT_NS

    def is_running(self, now_ns: int) -> bool:
        """Return whether the job is heard and has not ended."""
        return self.status.state is not JobState.STOPPED and not self.is_silent(now_ns)


@dataclass(frozen=True, slots=True)
class ObservedService:
    """A worker service's last heartbeat; times as in `ObservedJob`."""

    status: ServiceStatus
    last_seen_ns: int
    host_name: str = ""
    software_version: str = ""

    def is_silent(self, now_ns: int) -> bool:
        """Return whether heartbeats have ceased without a farewell."""
        return (
            self.status.state is not ServiceState.STOPPED
            and now_ns - self.last_seen_ns > SILENT_NS
        )


class JobStatusRegistry:
    """The last heartbeat of each job; the ingest thread writes, any thread reads.

    `version` rises when what a heartbeat says differs from the one before; the
    `last_seen_ns` of a snapshot is always the newest. Plugins are told of changed
    states. Of more than `limit` jobs, those silent for longest are forgotten.
    """

    def __init__(
        self, observe: Observe | None = None, *, limit: int = JOB_LIMIT
    ) -> None:
        self._observe = observe
        self._jobs: SnapshotMap[JobId, ObservedJob] = SnapshotMap(limit)
        self._version = 0

    @property
    def version(self) -> int:
        """Rises with every change of a status."""
        return self._version

    def update(self, status: JobStatus, now_ns: int) -> None:
        """Take in a heartbeat. Ingest thread."""
        earlier = self._jobs.get(status.job_id)
        same_state = earlier is not None and earlier.status.state is status.state
        since_ns = earlier.since_ns if earlier is not None and same_state else now_ns
        self._jobs.put(status.job_id, ObservedJob(status, now_ns, since_ns))
        if earlier is None or earlier.status != status or earlier.is_silent(now_ns):
            self._version += 1
        if not same_state and self._observe is not None:
            self._observe("livedata_job_changed", job=_info(status))

    def get(self, job_id: JobId) -> ObservedJob | None:
        """Return the last heartbeat of a job, or None."""
        return self._jobs.get(job_id)

    def snapshot(self) -> Mapping[JobId, ObservedJob]:
        """Return all jobs, the one silent for longest first."""
        return self._jobs.snapshot()


class ServiceStatusRegistry:
    """The last heartbeat of each worker; the ingest thread writes, any thread reads.

    Keyed by the service id of the wire. `stream_stats` comes only now and then; the
    last one is kept until the next.
    """

    def __init__(self, *, limit: int = SERVICE_LIMIT) -> None:
        self._services: SnapshotMap[str, ObservedService] = SnapshotMap(limit)
        self._version = 0

    @property
    def version(self) -> int:
        """Rises with every change of a status."""
        return self._version

    def update(
        self,
        status: ServiceStatus,
        now_ns: int,
        host_name: str = "",
        software_version: str = "",
    ) -> None:
        """Take in a heartbeat. Ingest thread."""
        earlier = self._services.get(status.service_id)
        if status.stream_stats is None and earlier is not None:
            status = status.model_copy(
                update={"stream_stats": earlier.status.stream_stats}
            )
        new = ObservedService(status, now_ns, host_name, software_version)
        self._services.put(status.service_id, new)
        if (
            earlier is None
            or earlier.status != status
            or earlier.is_silent(now_ns)
            or (earlier.host_name, earlier.software_version)
            != (host_name, software_version)
        ):
            self._version += 1

    def snapshot(self) -> Mapping[str, ObservedService]:
        """Return all workers, the one silent for longest first."""
        return self._services.snapshot()


def _info(status: JobStatus) -> JobInfo:
    return JobInfo(
        status.workflow_id,
        status.job_id,
        status.state,
        status.error or status.warning,
    )
