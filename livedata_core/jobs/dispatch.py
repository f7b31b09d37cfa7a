"""Sending a plan and keeping track of it: answers, intent, accepted generations.

What to send is decided in `livedata_core.jobs.planning`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livedata_core.contract import JobId, StartCommand, WorkflowId
from livedata_core.jobs.active import ActiveJobRegistry
from livedata_core.jobs.commands import CommandService
from livedata_core.jobs.desired import DesiredJob, DesiredJobs, Wanted
from livedata_core.jobs.pending import PendingCommandTracker
from livedata_core.jobs.planning import CommitPlan, StopPlan
from livedata_core.jobs.status import JobStatusRegistry

__all__ = ["Dispatch"]


@dataclass(frozen=True)
class Dispatch:
    """Sends plans; one caller at a time (`JobOrchestrator` holds a lock)."""

    commands: CommandService
    pending: PendingCommandTracker
    job_status: JobStatusRegistry
    active: ActiveJobRegistry
    desired: DesiredJobs
    post: Callable[[Callable[[], None]], None]
    clock: Callable[[], int]

    def stop(self, plan: StopPlan, label: str) -> None:
        """Send stops; answers are expected only of jobs that are heard.

        Raises
        ------
        CommandError
            If one cannot be sent; those before it were.
        """
        observed, now_ns = self.job_status.snapshot(), self.clock()
        heard = []
        for job_id, command in zip(plan.job_ids, plan.commands, strict=True):
            self.commands.act(command)
            self.desired.note_stop(job_id)
            job = observed.get(job_id)
            if job is not None and job.is_running(now_ns):
                heard.append(str(job_id))
        if heard:
            self.pending.expect(plan.message_id, heard, label)

    def reset(self, plan: StopPlan, label: str) -> None:
        """Have jobs begin to accumulate anew.

        Raises
        ------
        CommandError
            If a command cannot be sent; those before it were.
        """
        for command in plan.commands:
            self.commands.act(command)
        self.pending.expect(plan.message_id, map(str, plan.job_ids), label)

    def want_stopped(self, workflow_id: WorkflowId, plan: StopPlan) -> None:
        """Note that those jobs are to stay stopped, and let others take over."""
        wanted: dict[str, DesiredJob] = {}
        for job_id in plan.job_ids:
            wanted.setdefault(
                job_id.source_name,
                DesiredJob(
                    job_id,
                    Wanted.STOPPED,
                    plan.message_id,
                    str(job_id),
                    self.clock(),
                    self._params(workflow_id, job_id),
                ),
            )
        self.desired.put(workflow_id, wanted.values())
        self.post(lambda: self.active.dismiss(workflow_id, plan.job_ids))

    def repeat(self, job: DesiredJob) -> None:
        """Send again what was asked of a job.

        Raises
        ------
        CommandError
            If it cannot be sent.
        """
        if job.wanted is Wanted.STOPPED:
            stop = StopPlan(job.message_id, (job.job_id,))
            self.commands.act(stop.commands[0])
        elif job.command is not None:
            self.commands.start(job.command)

    def start(self, plan: CommitPlan, label: str) -> None:
        """Send starts, and accept the new generation where that went well.

        Raises
        ------
        CommandError
            If one cannot be sent; those before it run and are kept track of.
        """
        sent: list[StartCommand] = []
        try:
            for command in plan.starts:
                self.commands.start(command)
                sent.append(command)
        finally:
            # Accepted after sending: what could not be sent must not hide what runs.
            if sent:
                self._started(plan, sent, label)

    def _started(
        self, plan: CommitPlan, sent: Sequence[StartCommand], label: str
    ) -> None:
        workflow_id, now_ns = sent[0].identifier, self.clock()
        job_ids = [command.job_id for command in sent]
        devices = [job_id.source_name for job_id in job_ids]
        self.pending.expect(plan.message_id, devices, label)
        jobs = [
            DesiredJob(
                command.job_id,
                Wanted.RUNNING,
                plan.message_id,
                command.job_id.source_name,
                now_ns,
                command.params,
                command,
            )
            for command in sent
        ]
        self.desired.put(workflow_id, jobs)
        self.post(lambda: self._accept(workflow_id, job_ids))

    def _accept(self, workflow_id: WorkflowId, job_ids: Sequence[JobId]) -> None:
        for job_id in job_ids:
            self.active.accept(workflow_id, job_id.source_name, job_id.job_number)

    def _params(self, workflow_id: WorkflowId, job_id: JobId) -> Mapping[str, Any]:
        earlier = self.desired.get(workflow_id, job_id.source_name)
        known = earlier is not None and earlier.job_id == job_id
        return earlier.params if earlier is not None and known else {}
