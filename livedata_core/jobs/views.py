"""What sessions show of workflows: immutable views and how they are put together.

Nothing is asked for or sent here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from livedata_core.contract import (
    Instrument,
    JobId,
    JobState,
    WorkflowId,
    WorkflowSpec,
)
from livedata_core.jobs.active import ActiveJobRegistry, Generation
from livedata_core.jobs.desired import DesiredJob
from livedata_core.jobs.orchestrator import JobOrchestrator
from livedata_core.jobs.pending import PendingCommandTracker
from livedata_core.jobs.states import RUNNING_STATES, SourceState, source_state
from livedata_core.jobs.status import JobStatusRegistry, ObservedJob

__all__ = ["JobView", "Observations", "SourceView", "WorkflowView", "source_title"]


FORGOTTEN_NS = 3600 * 1_000_000_000
"""A job that has been silent for so long is not listed any more, ns."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """A workflow on one source, as people see it.

    Attributes
    ----------
    name, title:
        The source's identifier, and what people call it.
    state:
        What it does.
    since_ns:
        Since when, ns since the epoch; None where it never ran.
    message:
        Why, or what is wrong.
    job_id:
        The job whose results are shown; None where there is none.
    params:
        What that job was started with, as far as it is known.
    runs:
        Whether a start would replace something.
    staged:
        Parameters that somebody set aside for the next start; None where there are
        none.
    detail:
        The traceback of an error, if the worker tells it.
    aux_sources, staged_aux_sources:
        The same of auxiliary sources, by the workflow's names for them.
    """

    name: str
    title: str
    state: SourceState
    since_ns: int | None = None
    message: str | None = None
    job_id: JobId | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    runs: bool = False
    staged: Mapping[str, Any] | None = None
    detail: str = ""
    aux_sources: Mapping[str, str] = field(default_factory=dict)
    staged_aux_sources: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class JobView:
    """A job that is heard, whatever it is.

    Attributes
    ----------
    workflow_id, job_id:
        What it says of itself.
    title:
        Of its workflow; the identifier where that is not installed here.
    source_title:
        What people call its source.
    state:
        What its last heartbeat said, or that they ceased.
    since_ns:
        Since when, ns since the epoch.
    message:
        Its error or warning.
    shown:
        Whether its results are the ones that are shown here.
    installed:
        Whether its workflow is installed here.
    params:
        What it was started with, if it tells.
    """

    workflow_id: WorkflowId
    job_id: JobId
    title: str
    source_title: str
    state: SourceState
    since_ns: int
    message: str
    shown: bool
    installed: bool
    params: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class WorkflowView:
    """A workflow with all its sources, those of its record first."""

    spec: WorkflowSpec
    sources: tuple[SourceView, ...]

    @property
    def runs(self) -> bool:
        """Whether it runs on any source."""
        return any(source.runs for source in self.sources)


@dataclass(frozen=True)
class Observations:
    """What views are made from; reads snapshots only, on any thread."""

    instrument: Instrument
    jobs: JobOrchestrator
    job_status: JobStatusRegistry
    active: ActiveJobRegistry
    pending: PendingCommandTracker

    def versions(self) -> tuple[int, ...]:
        """Return what changes when a view may have changed, but for time."""
        return (
            self.jobs.version,
            self.job_status.version,
            self.active.version,
            self.pending.version,
        )

    def views(
        self, specs: Iterable[WorkflowSpec], now_ns: int
    ) -> tuple[WorkflowView, ...]:
        """Return all workflows as they are now."""
        heard: dict[WorkflowId, set[str]] = {}
        for job_id, job in self.job_status.snapshot().items():
            if job.is_running(now_ns):
                heard.setdefault(job.status.workflow_id, set()).add(job_id.source_name)
        return tuple(
            WorkflowView(
                spec,
                tuple(
                    self._source(spec.id, name, now_ns)
                    for name in (
                        *spec.sources,
                        *sorted(heard.get(spec.id, set()) - {*spec.sources}),
                    )
                ),
            )
            for spec in specs
        )

    def heard(
        self, specs: Mapping[WorkflowId, WorkflowSpec], now_ns: int
    ) -> tuple[JobView, ...]:
        """Return the jobs that run or fell silent, whoever started them."""
        accepted = self.active.snapshot()
        return tuple(
            self._job(job_id, job, specs, accepted, now_ns)
            for job_id, job in sorted(self.job_status.snapshot().items())
            if job.status.state is not JobState.STOPPED
            and now_ns - job.last_seen_ns <= FORGOTTEN_NS
        )

    def _job(
        self,
        job_id: JobId,
        job: ObservedJob,
        specs: Mapping[WorkflowId, WorkflowSpec],
        accepted: Mapping[tuple[WorkflowId, str], Generation],
        now_ns: int,
    ) -> JobView:
        workflow_id = job.status.workflow_id
        shown = accepted.get((workflow_id, job_id.source_name))
        condition = source_state(None, job, None, now_ns)
        return JobView(
            workflow_id=workflow_id,
            job_id=job_id,
            title=specs[workflow_id].title
            if workflow_id in specs
            else str(workflow_id),
            source_title=source_title(self.instrument, job_id.source_name),
            state=condition.state,
            since_ns=job.since_ns,
            message=(condition.message or "").partition("\n")[0],
            shown=shown is not None and shown.job_number == job_id.job_number,
            installed=workflow_id in specs,
            params=job.status.params,
        )

    def _source(self, workflow_id: WorkflowId, name: str, now_ns: int) -> SourceView:
        desired = self.jobs.snapshot().get((workflow_id, name))
        accepted = self.active.snapshot().get((workflow_id, name))
        if desired is not None and _was_overtaken(desired, accepted):
            desired = None
        job_id = _job_id(name, desired, accepted)
        observed = None if job_id is None else self.job_status.get(job_id)
        answer = None
        if desired is not None:
            answer = self.pending.answer(desired.message_id, desired.device)
        condition = source_state(desired, observed, answer, now_ns)
        message, _, detail = (condition.message or "").partition("\n")
        reported = None if observed is None else observed.status.params
        started = None if desired is None else desired.params
        staged = self.jobs.staged(workflow_id).get(name)
        return SourceView(
            name=name,
            title=source_title(self.instrument, name),
            state=condition.state,
            since_ns=condition.since_ns,
            message=message or None,
            detail=detail,
            job_id=job_id,
            params=started or reported or {},
            staged=None if staged is None else staged.params,
            aux_sources=_aux_sources(desired, observed),
            staged_aux_sources=None if staged is None else staged.aux_sources,
            runs=condition.state in RUNNING_STATES
            or (condition.state is SourceState.ERROR and observed is not None),
        )


def source_title(instrument: Instrument, name: str) -> str:
    """Return what people call a source; its name where the instrument lacks it."""
    titles = {source.name: source.title for source in instrument.sources}
    return titles.get(name, name)


def _aux_sources(
    desired: DesiredJob | None, observed: ObservedJob | None
) -> Mapping[str, str]:
    """Return the auxiliary sources of a job, as far as they are known."""
    if desired is not None and desired.command is not None:
        return desired.command.aux_source_names
    reported = None if observed is None else observed.status.aux_source_names
    return reported or {}


def _was_overtaken(desired: DesiredJob, accepted: Generation | None) -> bool:
    """Return whether somebody else started a job after this dashboard did."""
    return (
        accepted is not None
        and accepted.adopted
        and accepted.job_number != desired.job_id.job_number
        and accepted.since_ns > desired.since_ns
    )


def _job_id(
    source: str, desired: DesiredJob | None, accepted: Generation | None
) -> JobId | None:
    number: uuid.UUID | None = None
    if desired is not None:
        number = desired.job_id.job_number
    elif accepted is not None:
        number = accepted.job_number
    return None if number is None else JobId(source, number)
