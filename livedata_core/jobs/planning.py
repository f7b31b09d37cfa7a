"""What a commit or a stop sends: pure functions of what is known.

Sending and keeping track live in `livedata_core.jobs.orchestrator`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from livedata_core.contract import (
    JobAction,
    JobCommand,
    JobId,
    JobState,
    StartCommand,
    WorkflowId,
    WorkflowSpec,
)
from livedata_core.jobs.staging import JobSettings
from livedata_core.jobs.status import ObservedJob

__all__ = ["CommitPlan", "StopPlan", "jobs_to_stop", "plan_commit"]


@dataclass(frozen=True, slots=True)
class StopPlan:
    """Jobs that are stopped, or reset, under one message id."""

    message_id: str
    job_ids: tuple[JobId, ...]
    action: JobAction = JobAction.STOP

    @property
    def commands(self) -> tuple[JobCommand, ...]:
        """One command for each job."""
        return tuple(
            JobCommand(message_id=self.message_id, job_id=job_id, action=self.action)
            for job_id in self.job_ids
        )


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """What one commit sends: the stops of the superseded first, then the starts."""

    job_number: uuid.UUID
    message_id: str
    stops: StopPlan
    starts: tuple[StartCommand, ...]


def plan_commit(
    spec: WorkflowSpec,
    settings: Mapping[str, JobSettings],
    superseded: Iterable[JobId],
    new_id: Callable[[], uuid.UUID] = uuid.uuid4,
) -> CommitPlan:
    """Plan one job on each source, all of one generation.

    Parameters
    ----------
    spec:
        The workflow.
    settings:
        By source, validated.
    superseded:
        Jobs that give way.
    new_id:
        Makes the job number and the message ids.
    """
    job_number, message_id = new_id(), str(new_id())
    starts = tuple(
        StartCommand(
            identifier=spec.id,
            message_id=message_id,
            job_id=JobId(source, job_number),
            aux_source_names={**spec.aux_sources, **own.aux_sources},
            params=dict(own.params),
        )
        for source, own in settings.items()
    )
    stops = StopPlan(str(new_id()), tuple(superseded))
    return CommitPlan(job_number, message_id, stops, starts)


def jobs_to_stop(
    workflow_id: WorkflowId,
    source_name: str,
    observed: Mapping[JobId, ObservedJob],
    expected: Iterable[JobId],
    was_asked: Callable[[JobId], bool],
    now_ns: int,
) -> tuple[JobId, ...]:
    """Return the jobs of a workflow and source that run or may run.

    A silent job may sit in a worker that is only slow, so it is stopped too; but
    once, since one that was asked to stop falls silent without a farewell.

    Parameters
    ----------
    workflow_id, source_name:
        Where.
    observed:
        All jobs that heartbeats told of, whoever started them.
    expected:
        Jobs that were started or accepted here and may not have been heard yet.
    was_asked:
        Whether a job was asked to stop before.
    now_ns:
        Now, ns since the epoch.
    """
    heard = [
        job_id
        for job_id, job in observed.items()
        if job_id.source_name == source_name and job.status.workflow_id == workflow_id
    ]

    def may_run(job_id: JobId) -> bool:
        job = observed.get(job_id)
        if job is not None and job.status.state is JobState.STOPPED:
            return False
        gone = job is None or job.is_silent(now_ns)
        return not (gone and was_asked(job_id))

    return tuple(filter(may_run, dict.fromkeys((*expected, *heard))))
