"""What has to be commanded again: pure functions of what is wanted and observed.

Only job numbers that this dashboard started or stopped are touched; those of others
are shown and left alone. Sending lives in `livedata_core.jobs.dispatch`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from livedata_core.contract import JobId, JobState, ServiceState, WorkflowId
from livedata_core.jobs.active import Generation
from livedata_core.jobs.desired import DesiredJob, Place, Wanted
from livedata_core.jobs.status import ObservedJob, ObservedService

__all__ = ["AGAIN_NS", "Observed", "RepairPlan", "Repeats", "plan_repair"]

MISSED_NS = 5_000_000_000
"""Without a heartbeat for so long, two and a half intervals, a job may be gone."""
CLOCKS_NS = 5_000_000_000
"""How far the clock of a worker's machine may be off ours."""
STOP_WITHIN_NS = 30_000_000_000
"""How long a job may go on after it was asked to stop."""
AGAIN_NS = 15_000_000_000
"""How long to wait before the same is sent again."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What heartbeats said until now.

    `accepted` are the generations whose results count.
    """

    jobs: Mapping[JobId, ObservedJob]
    services: Sequence[ObservedService]
    accepted: Mapping[Place, Generation]
    now_ns: int


@dataclass(frozen=True, slots=True)
class RepairPlan:
    """Jobs to start again because their worker is new, and stops that were lost."""

    starts: Mapping[Place, DesiredJob]
    stops: Mapping[Place, DesiredJob]


class Repeats:
    """Keeps what was sent again from being sent too often. One caller at a time."""

    def __init__(self) -> None:
        self._sent_ns: dict[JobId, int] = {}

    def due(
        self, jobs: Mapping[Place, DesiredJob], now_ns: int
    ) -> Mapping[Place, DesiredJob]:
        """Return those that were not sent lately, and note that they are now."""
        self._sent_ns = {
            job_id: sent_ns
            for job_id, sent_ns in self._sent_ns.items()
            if now_ns - sent_ns < AGAIN_NS
        }
        due = {p: job for p, job in jobs.items() if job.job_id not in self._sent_ns}
        self._sent_ns.update((job.job_id, now_ns) for job in due.values())
        return due


def plan_repair(
    desired: Mapping[Place, DesiredJob],
    observed: Observed,
    service_of: Callable[[WorkflowId], str | None],
    was_refused: Callable[[DesiredJob], bool],
) -> RepairPlan:
    """Return what to send again.

    Parameters
    ----------
    desired:
        What was asked for from here.
    service_of:
        The service that runs a workflow; None where that is not installed.
    was_refused:
        Whether a worker refused a start.
    """
    starts, stops = {}, {}
    for place, job in desired.items():
        seen = observed.jobs.get(job.job_id)
        if job.wanted is Wanted.STOPPED:
            if _runs_on(job, seen, observed.now_ns):
                stops[place] = job
        elif (
            _is_gone(job, seen, observed.now_ns)
            and not _was_overtaken(job, observed.accepted.get(place))
            and not was_refused(job)
            and _worker_is_new(job, seen, service_of(place[0]), observed)
        ):
            starts[place] = job
    return RepairPlan(starts, stops)


def _runs_on(job: DesiredJob, seen: ObservedJob | None, now_ns: int) -> bool:
    waited = now_ns - job.since_ns > STOP_WITHIN_NS
    return waited and seen is not None and seen.is_running(now_ns)


def _is_gone(job: DesiredJob, seen: ObservedJob | None, now_ns: int) -> bool:
    """Return whether a job ended without anybody having asked for it.

    A worker of another make does not say why a job has stopped, and says that it has
    only when the worker itself ends.
    """
    if seen is None:
        return now_ns - job.since_ns > MISSED_NS
    if seen.status.state is JobState.STOPPED:
        return seen.status.ended in (None, "shutdown")
    return now_ns - seen.last_seen_ns > MISSED_NS


def _was_overtaken(job: DesiredJob, accepted: Generation | None) -> bool:
    return accepted is not None and accepted.job_number != job.job_id.job_number


def _worker_is_new(
    job: DesiredJob,
    seen: ObservedJob | None,
    service: str | None,
    observed: Observed,
) -> bool:
    """Return whether a worker of the service began after the job was last heard."""
    last_ns = job.since_ns if seen is None else seen.last_seen_ns
    return any(
        worker.status.service_name == service
        and _is_up(worker, observed.now_ns)
        and worker.last_seen_ns > last_ns
        and (worker.status.started_at or 0) > last_ns - CLOCKS_NS
        for worker in observed.services
    )


def _is_up(worker: ObservedService, now_ns: int) -> bool:
    stopped = worker.status.state is ServiceState.STOPPED
    return not stopped and not worker.is_silent(now_ns)
