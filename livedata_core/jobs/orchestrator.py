"""Starting and stopping jobs: stage, commit, stop.

What runs is what heartbeats say (`livedata_core.jobs.status`); here live the intent
and the commands that follow from it.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from livedata_core.config import ConfigurationStates
from livedata_core.contract import JobAction, JobId, WorkflowId, WorkflowSpec
from livedata_core.jobs.active import ActiveJobRegistry
from livedata_core.jobs.commands import CommandError, CommandService
from livedata_core.jobs.desired import DesiredJob, DesiredJobs, Place, Wanted
from livedata_core.jobs.dispatch import Dispatch
from livedata_core.jobs.pending import PendingCommandTracker, Reply
from livedata_core.jobs.planning import StopPlan, jobs_to_stop, plan_commit
from livedata_core.jobs.repair import Observed, Repeats, plan_repair
from livedata_core.jobs.staging import (
    JobSettings,
    Staging,
    checked_sources,
    validated,
)
from livedata_core.jobs.status import JobStatusRegistry, ObservedService
from livedata_core.sessions import Level, NotificationQueue

__all__ = ["JobOrchestrator"]


class JobOrchestrator:
    """Turns what operators want into commands. Any thread; never waits for a batch.

    Parameters
    ----------
    specs:
        The instrument's workflows.
    post:
        Runs a callable on the ingest thread, which alone writes `active`.
    saved:
        Where the parameters of each start are remembered.
    source_title:
        What people call a source.
    """

    def __init__(
        self,
        specs: Mapping[WorkflowId, WorkflowSpec],
        active: ActiveJobRegistry,
        commands: CommandService,
        pending: PendingCommandTracker,
        job_status: JobStatusRegistry,
        notifications: NotificationQueue,
        post: Callable[[Callable[[], None]], None],
        saved: ConfigurationStates,
        *,
        source_title: Callable[[str], str] = str,
        clock: Callable[[], int] = time.time_ns,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self._specs = specs
        self._active = active
        self._pending = pending
        self._job_status = job_status
        self._notifications = notifications
        self._saved = saved
        self._source_title = source_title
        self._clock = clock
        self._new_id = new_id
        self._lock = threading.RLock()
        self._staging = self._stored_staging()
        self._desired = DesiredJobs()
        self._repeats = Repeats()
        self._dispatch = Dispatch(
            commands, pending, job_status, active, self._desired, post, clock
        )

    def _stored_staging(self) -> Staging[JobSettings]:
        """Return what was staged before a restart, as far as it still fits."""
        staging: Staging[JobSettings] = Staging()
        for spec in self._specs.values():
            aux_sources = self._saved.aux_sources(spec.id, staged=True)
            for source, params in self._saved.staged(spec.id).items():
                try:
                    checked_sources(spec, [source])
                    aux = _known_aux(spec, aux_sources.get(source, {}))
                    settings = JobSettings(validated(spec, params), aux)
                    staging.put(spec.id, source, settings)
                except ValueError:
                    continue  # of another version of the workflow; it stays stored
        return staging

    @property
    def version(self) -> int:
        """Rises with every start and stop, and with what is staged."""
        return self._desired.version + self._staging.version

    def snapshot(self) -> Mapping[Place, DesiredJob]:
        """Return what was last asked for, by workflow and source."""
        return self._desired.snapshot()

    def spec(self, workflow_id: WorkflowId) -> WorkflowSpec:
        """Return a workflow's record.

        Raises
        ------
        ValueError
            If it is not installed here.
        """
        spec = self._specs.get(workflow_id)
        if spec is None:
            known = ", ".join(str(known) for known in self._specs) or "none"
            raise ValueError(
                f"There is no workflow {workflow_id} here (there is {known}); "
                "is its plugin installed?"
            )
        return spec

    def stage(
        self,
        workflow_id: WorkflowId,
        source_name: str,
        params: BaseModel | Mapping[str, Any],
        aux_sources: Mapping[str, str] | None = None,
    ) -> None:
        """Set aside parameters and auxiliary sources for the next commit.

        Without `aux_sources` they stay as they were chosen last.

        Raises
        ------
        ValueError
            If workflow, source or parameters are not valid, with a sentence.
        """
        spec = self.spec(workflow_id)
        checked_sources(spec, [source_name])
        values = validated(spec, params)
        with self._lock:
            if aux_sources is None:
                aux_sources = self._aux(spec, source_name)
            aux = _known_aux(spec, aux_sources)
            self._staging.put(workflow_id, source_name, JobSettings(values, aux))
            self._saved.stage(workflow_id, {source_name: values}, {source_name: aux})

    def staged(self, workflow_id: WorkflowId) -> Mapping[str, JobSettings]:
        """Return what is staged for a workflow, by source."""
        return self._staging.get(workflow_id)

    def unstage(self, workflow_id: WorkflowId, sources: Iterable[str]) -> None:
        """Give up what is staged for some sources."""
        chosen = tuple(sources)
        with self._lock:
            self._staging.consume(workflow_id, chosen)
            self._saved.stage(workflow_id, dict.fromkeys(chosen))

    def commit(
        self, workflow_id: WorkflowId, sources: Sequence[str] | None = None
    ) -> uuid.UUID:
        """Start a workflow: one job on each source, in place of those that run.

        Parameters
        ----------
        workflow_id:
            Which.
        sources:
            On which; without it on those that are staged, or else on all. A source
            takes its staged parameters, else those used last, else the defaults.

        Returns
        -------
        :
            The job number of the new generation.

        Raises
        ------
        ValueError
            If workflow, sources or parameters are not valid; nothing is sent.
        CommandError
            If a command cannot be sent; what was sent before stands.
        """
        spec = self.spec(workflow_id)
        with self._lock:
            if sources is None:
                sources = tuple(self._staging.get(workflow_id)) or spec.sources
            chosen = checked_sources(spec, sources)
            settings = {source: self._settings(spec, source) for source in chosen}
            superseded = self._to_stop(workflow_id, chosen)
            plan = plan_commit(spec, settings, superseded, self._new_id)
            what = self._label(spec.title, chosen)
            self._dispatch.stop(plan.stops, f"Stop the earlier {what}")
            self._dispatch.start(plan, f"Start {what}")
            self._staging.consume(workflow_id, chosen)
            self._saved.stage(workflow_id, dict.fromkeys(chosen))
            self._saved.remember(
                workflow_id,
                {source: own.params for source, own in settings.items()},
                {source: own.aux_sources for source, own in settings.items()},
            )
        return plan.job_number

    def stop(
        self, workflow_id: WorkflowId, sources: Sequence[str] | None = None
    ) -> None:
        """Stop what runs of a workflow, whoever started it; its last data stay.

        Parameters
        ----------
        workflow_id:
            Which; it need not be installed here.
        sources:
            Where; without it, everywhere.

        Raises
        ------
        CommandError
            If a command cannot be sent.
        """
        with self._lock:
            chosen = self._places(workflow_id) if sources is None else tuple(sources)
            jobs = self._to_stop(workflow_id, chosen)
            plan = StopPlan(str(self._new_id()), jobs)
            label = self._label(self._title(workflow_id), chosen)
            self._dispatch.stop(plan, f"Stop {label}")
            self._dispatch.want_stopped(workflow_id, plan)

    def reset(
        self, workflow_id: WorkflowId, sources: Sequence[str] | None = None
    ) -> None:
        """Have what runs of a workflow begin to accumulate anew, whoever started it.

        Parameters
        ----------
        sources:
            Where; without it, everywhere.

        Raises
        ------
        ValueError
            If nothing runs there.
        CommandError
            If a command cannot be sent.
        """
        now_ns = self._clock()
        with self._lock:
            chosen = self._places(workflow_id) if sources is None else tuple(sources)
            jobs = tuple(
                job_id
                for job_id, job in self._job_status.snapshot().items()
                if job.status.workflow_id == workflow_id
                and job_id.source_name in chosen
                and job.is_running(now_ns)
            )
            label = self._label(self._title(workflow_id), chosen)
            if not jobs:
                raise ValueError(f"{label} does not run: there is nothing to reset.")
            plan = StopPlan(str(self._new_id()), jobs, JobAction.RESET)
            self._dispatch.reset(plan, f"Reset {label}")

    def stop_job(self, workflow_id: WorkflowId, job_id: JobId) -> None:
        """Stop one job, whoever started it and whatever it is.

        Raises
        ------
        CommandError
            If the command cannot be sent.
        """
        with self._lock:
            plan = StopPlan(str(self._new_id()), (job_id,))
            label = self._label(self._title(workflow_id), [job_id.source_name])
            self._dispatch.stop(plan, f"Stop {label}")
            desired = self._desired.get(workflow_id, job_id.source_name)
            if desired is None or desired.job_id == job_id:
                self._dispatch.want_stopped(workflow_id, plan)

    def repair(self, services: Sequence[ObservedService]) -> None:
        """Start jobs again whose worker was restarted, and repeat lost stops.

        Called once a second. Nothing is sent twice within some seconds.
        """
        now_ns = self._clock()
        observed = Observed(
            self._job_status.snapshot(), services, self._active.snapshot(), now_ns
        )
        with self._lock:
            plan = plan_repair(
                self._desired.snapshot(), observed, self._service_of, self._was_refused
            )
            due = self._repeats.due({**plan.starts, **plan.stops}, now_ns)
            for place, job in due.items():
                self._repeat(place, job)

    def _repeat(self, place: Place, job: DesiredJob) -> None:
        try:
            self._dispatch.repeat(job)
        except CommandError:
            return  # the transport has told; it is tried again
        if job.wanted is Wanted.RUNNING:
            what = self._label(self._specs[place[0]].title, [place[1]])
            text = "Its worker was restarted."
            self._notifications.push(Level.INFO, f"{what} was started again", text)

    def _service_of(self, workflow_id: WorkflowId) -> str | None:
        spec = self._specs.get(workflow_id)
        return None if spec is None else spec.service

    def _was_refused(self, job: DesiredJob) -> bool:
        answer = self._pending.answer(job.message_id, job.device)
        return answer is not None and answer.reply is Reply.REJECTED

    def _settings(self, spec: WorkflowSpec, source: str) -> JobSettings:
        staged = self._staging.get(spec.id).get(source)
        if staged is not None:
            return staged
        return JobSettings(self._params(spec, source), self._aux(spec, source))

    def _aux(self, spec: WorkflowSpec, source: str) -> dict[str, str]:
        """Return the auxiliary sources that were chosen last."""
        return _known_aux(spec, self._saved.aux_sources(spec.id).get(source, {}))

    def _params(self, spec: WorkflowSpec, source: str) -> dict[str, Any]:
        used = self._saved.params(spec.id).get(source)
        if used is not None:
            try:
                return validated(spec, used)
            except ValueError as error:
                self._notifications.push(
                    Level.WARNING,
                    f"{spec.title} starts with its defaults",
                    f"The stored settings no longer fit. {error}",
                )
        return validated(spec, {})

    def _places(self, workflow_id: WorkflowId) -> tuple[str, ...]:
        """Return every source where jobs of a workflow were asked for or heard."""
        asked = (*self._desired.snapshot(), *self._active.snapshot())
        found = [source for workflow, source in asked if workflow == workflow_id]
        for job_id, job in self._job_status.snapshot().items():
            if job.status.workflow_id == workflow_id:
                found.append(job_id.source_name)
        return tuple(dict.fromkeys(found))

    def _to_stop(
        self, workflow_id: WorkflowId, sources: Iterable[str]
    ) -> tuple[JobId, ...]:
        observed, now_ns = self._job_status.snapshot(), self._clock()
        found: list[JobId] = []
        for source in sources:
            found += jobs_to_stop(
                workflow_id,
                source,
                observed,
                self._expected(workflow_id, source),
                self._desired.was_asked_to_stop,
                now_ns,
            )
        return tuple(found)

    def _expected(self, workflow_id: WorkflowId, source: str) -> list[JobId]:
        """Return jobs that may run without having been heard yet."""
        expected = []
        refused = None
        desired = self._desired.get(workflow_id, source)
        if desired is not None and desired.wanted is Wanted.RUNNING:
            if self._was_refused(desired):
                refused = desired.job_id
            expected.append(desired.job_id)
        number = self._active.generation(workflow_id, source)
        if number is not None:
            expected.append(JobId(source, number))
        return [job_id for job_id in expected if job_id != refused]

    def _title(self, workflow_id: WorkflowId) -> str:
        spec = self._specs.get(workflow_id)
        return str(workflow_id) if spec is None else spec.title

    def _label(self, title: str, sources: Iterable[str]) -> str:
        return f"{title} on {', '.join(map(self._source_title, sources))}"


def _known_aux(spec: WorkflowSpec, chosen: Mapping[str, Any]) -> dict[str, str]:
    """Return the chosen auxiliary sources that a workflow (still) has."""
    return {name: str(chosen[name]) for name in spec.aux_sources if name in chosen}
