"""What was asked for from here: the last start or stop of each workflow and source.

What is observed lives in `livedata_core.jobs.status`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from livedata_core.contract import JobId, StartCommand, WorkflowId

__all__ = ["DesiredJob", "DesiredJobs", "Place", "Wanted"]

Place = tuple[WorkflowId, str]
"""A workflow and a source: where at most one job should run."""

ASKED_LIMIT = 5000


class Wanted(StrEnum):
    """What somebody asked of a job."""

    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class DesiredJob:
    """The last thing that was asked for at a place.

    Attributes
    ----------
    message_id, device:
        Under which the answer comes.
    since_ns:
        When it was asked for, ns since the epoch.
    params:
        What the job was started with; empty where it was not started here.
    command:
        What it was started with; None where it was not started here.
    """

    job_id: JobId
    wanted: Wanted
    message_id: str
    device: str
    since_ns: int
    params: Mapping[str, Any] = field(default_factory=dict)
    command: StartCommand | None = None


class DesiredJobs:
    """The desired jobs by place; one writer at a time, reads are lock-free."""

    def __init__(self) -> None:
        # Replaced, never changed in place, so that readers need no lock.
        self._jobs: Mapping[Place, DesiredJob] = MappingProxyType({})
        self._asked: OrderedDict[JobId, None] = OrderedDict()
        self._version = 0

    @property
    def version(self) -> int:
        """Rises with every change."""
        return self._version

    def get(self, workflow_id: WorkflowId, source_name: str) -> DesiredJob | None:
        """Return what was last asked for at a place, or None."""
        return self._jobs.get((workflow_id, source_name))

    def snapshot(self) -> Mapping[Place, DesiredJob]:
        """Return all of them."""
        return self._jobs

    def put(self, workflow_id: WorkflowId, jobs: Iterable[DesiredJob]) -> None:
        """Note what was asked for, one for each source."""
        new = {(workflow_id, job.job_id.source_name): job for job in jobs}
        self._jobs = MappingProxyType({**self._jobs, **new})
        self._version += 1

    def note_stop(self, job_id: JobId) -> None:
        """Remember that a job was asked to stop."""
        self._asked[job_id] = None
        while len(self._asked) > ASKED_LIMIT:
            self._asked.popitem(last=False)

    def was_asked_to_stop(self, job_id: JobId) -> bool:
        """Return whether that job was asked to stop from here."""
        return job_id in self._asked
