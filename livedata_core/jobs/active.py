"""The generation filter: which job's results count for a workflow and source.

Commits accept a generation; heartbeats adopt one where nothing was committed, or
where somebody else has started a newer one. Sending commands lives in
`livedata_core.jobs.orchestrator`.
"""

from __future__ import annotations

import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from livedata_core.contract import JobId, JobState, JobStatus, ResultKey, WorkflowId
from livedata_core.jobs.status import SILENT_NS

__all__ = ["ActiveJobRegistry", "Generation", "Place"]

START_GRACE_NS = 30_000_000_000
"""How long a committed job may take until its first heartbeat, ns."""

KNOWN_LIMIT = 5000
"""So many jobs are remembered, and so many places are adopted at most."""

Place = tuple[WorkflowId, str]


@dataclass(frozen=True, slots=True)
class Generation:
    """The accepted generation of one workflow on one source.

    `adopted` if it was learnt from heartbeats, not committed here; `since_ns` is when
    it was accepted, ns since the epoch.
    """

    job_number: uuid.UUID
    since_ns: int
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class _Heard:
    """What heartbeats said of the accepted generation."""

    last_ns: int
    start_time: int | None
    ended: bool = False


class ActiveJobRegistry:
    """Accepted generations; the ingest thread writes, reads are lock-free.

    The newest start counts. A job that was superseded or stopped from here is
    *dismissed*: its late heartbeats never bring it back.
    """

    def __init__(
        self, clock: Callable[[], int] = time.time_ns, *, limit: int = KNOWN_LIMIT
    ) -> None:
        self._clock = clock
        self._limit = limit
        # Replaced, never changed in place, so that readers need no lock.
        self._accepted: dict[Place, Generation] = {}
        self._version = 0
        # Touched by the writing thread only.
        self._heard: dict[Place, _Heard] = {}
        self._known: OrderedDict[tuple[WorkflowId, JobId], bool] = OrderedDict()

    @property
    def version(self) -> int:
        """Rises with every change of an accepted generation."""
        return self._version

    def generation(self, workflow_id: WorkflowId, source_name: str) -> uuid.UUID | None:
        """Return the accepted job number, or None."""
        accepted = self._accepted.get((workflow_id, source_name))
        return None if accepted is None else accepted.job_number

    def is_accepted(self, key: ResultKey) -> bool:
        """Return whether that result belongs to the accepted generation."""
        accepted = self._accepted.get((key.workflow_id, key.job_id.source_name))
        return accepted is not None and accepted.job_number == key.job_id.job_number

    def snapshot(self) -> Mapping[Place, Generation]:
        """Return the accepted generations by workflow and source."""
        return MappingProxyType(self._accepted)

    def accept(
        self, workflow_id: WorkflowId, source_name: str, job_number: uuid.UUID
    ) -> None:
        """Accept a generation that was committed; the earlier one is dismissed."""
        place = (workflow_id, source_name)
        earlier = self._accepted.get(place)
        if earlier is not None and earlier.job_number != job_number:
            self.dismiss(workflow_id, (JobId(source_name, earlier.job_number),))
        self._know(workflow_id, JobId(source_name, job_number), dismissed=False)
        self._replace(place, Generation(job_number, self._clock()))

    def dismiss(self, workflow_id: WorkflowId, job_ids: Iterable[JobId]) -> None:
        """Never adopt those jobs again; an accepted one gives way to any other.

        Its results still count until then, so that the last data stay on screen.
        """
        for job_id in job_ids:
            self._know(workflow_id, job_id, dismissed=True)

    def retire(self, workflow_id: WorkflowId, source_name: str) -> None:
        """Accept no results of that workflow and source until the next generation."""
        place = (workflow_id, source_name)
        accepted = self._accepted.get(place)
        if accepted is not None:
            self.dismiss(workflow_id, (JobId(source_name, accepted.job_number),))
            self._replace(place, None)

    def adopt(self, status: JobStatus) -> bool:
        """Learn from a job's heartbeat; return whether it was adopted.

        It is where no generation is accepted, where the accepted one has ended, was
        dismissed or fell silent, and where the job is new and started later.
        """
        job_id, place = status.job_id, (status.workflow_id, status.job_id.source_name)
        accepted = self._accepted.get(place)
        ended = status.state is JobState.STOPPED
        if accepted is not None and accepted.job_number == job_id.job_number:
            self._know(status.workflow_id, job_id)
            # A job that was reset has no start until its next batch; it is not newer.
            known = self._heard.get(place)
            start = status.start_time
            if start is None and known is not None:
                start = known.start_time
            self._heard[place] = _Heard(self._clock(), start, ended)
            return False
        newcomer = (status.workflow_id, job_id) not in self._known
        dismissed = self._know(status.workflow_id, job_id)
        if ended or dismissed or not self._gives_way(place, accepted, newcomer, status):
            return False
        self._replace(place, Generation(job_id.job_number, self._clock(), adopted=True))
        self._heard[place] = _Heard(self._clock(), status.start_time)
        return True

    def _gives_way(
        self,
        place: Place,
        accepted: Generation | None,
        newcomer: bool,
        status: JobStatus,
    ) -> bool:
        if accepted is None:
            return len(self._accepted) < self._limit
        job = (place[0], JobId(place[1], accepted.job_number))
        if self._known.get(job, False):
            return True
        heard = self._heard.get(place)
        if heard is None:
            return self._clock() - accepted.since_ns > START_GRACE_NS
        if heard.ended or self._clock() - heard.last_ns > SILENT_NS:
            return True
        # A reset moves start_time, so it is compared only when a job is first heard.
        if not newcomer:
            return False
        if heard.start_time is None:
            # Nothing to compare with; one that ran all along would have been heard.
            return self._clock() - accepted.since_ns > SILENT_NS
        return _started_later(status.start_time, heard.start_time)

    def _know(
        self, workflow_id: WorkflowId, job_id: JobId, dismissed: bool | None = None
    ) -> bool:
        """Remember a job; return whether it is dismissed."""
        key = (workflow_id, job_id)
        value = self._known.get(key, False) if dismissed is None else dismissed
        self._known[key] = value
        self._known.move_to_end(key)
        while len(self._known) > self._limit:
            self._known.popitem(last=False)
        return value

    def _replace(self, place: Place, generation: Generation | None) -> None:
        accepted = dict(self._accepted)
        if generation is None:
            del accepted[place]
        else:
            accepted[place] = generation
        self._accepted = accepted
        self._heard.pop(place, None)
        self._version += 1


def _started_later(start_time: int | None, other: int) -> bool:
    """Compare data times of starts; a job without one has only just been scheduled."""
    return start_time is None or start_time > other
