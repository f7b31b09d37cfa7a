"""All jobs of a worker: starts, control commands and what is answered to them.

A worker that does not own what a command names stays silent, for commands go to all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from livedata_core.contract import (
    ArrayData,
    Batch,
    CommandAck,
    Instrument,
    JobAction,
    JobCommand,
    JobId,
    JobState,
    JobStatus,
    LogData,
    Message,
    StartCommand,
    Workflow,
    WorkflowContext,
    WorkflowId,
    WorkflowSpec,
    resolve,
)
from livedata_worker.job import Job

__all__ = ["CommandRefusedError", "JobManager"]

BACKLOG = 1000
"""Readings of each log kept for jobs that start later."""

JobKey = tuple[WorkflowId, JobId]


class CommandRefusedError(ValueError):
    """A command that cannot be carried out; the text goes to its sender."""


class JobManager:
    """Starts, feeds and stops jobs. One thread.

    Parameters
    ----------
    specs:
        What this worker can run.
    """

    def __init__(
        self, instrument: Instrument, specs: Mapping[WorkflowId, WorkflowSpec]
    ) -> None:
        self._instrument = instrument
        self._specs = specs
        self._jobs: dict[JobKey, Job] = {}
        self._gone: list[JobStatus] = []
        self._readings: dict[str, deque[Message[Any]]] = {}

    @property
    def statuses(self) -> Sequence[JobStatus]:
        """What the heartbeats of all jobs say."""
        return tuple(job.status for job in self._jobs.values())

    def spec(self, status: JobStatus) -> WorkflowSpec:
        """Return the workflow of a job."""
        return self._specs[status.workflow_id]

    def take_gone(self) -> Sequence[JobStatus]:
        """Return the last statuses of jobs that have gone since the last call."""
        gone, self._gone = tuple(self._gone), []
        return gone

    def handle(self, command: StartCommand | JobCommand) -> CommandAck | None:
        """Carry out a command and return the answer; None if it is not ours."""
        if isinstance(command, StartCommand):
            device = command.job_id.source_name
        else:
            device = str(command.job_id) if command.job_id else "all"
        try:
            if isinstance(command, StartCommand):
                ours = self._start(command)
            else:
                ours = self._act(command)
        except CommandRefusedError as refused:
            return _answer(command, device, str(refused))
        return _answer(command, device) if ours else None

    def process(self, batch: Batch) -> Iterator[Message[ArrayData]]:
        """Give a window to every job; yield the results, job by job."""
        for job in tuple(self._jobs.values()):
            yield from job.process(batch)
            if job.status.state is JobState.STOPPED:
                self._remove(job)
        self._keep_readings(batch)

    def stop_all(self) -> None:
        """Stop every job."""
        for job in tuple(self._jobs.values()):
            self._remove(job)

    def _start(self, command: StartCommand) -> bool:
        spec = self._specs.get(command.identifier)
        if spec is None:
            return False
        key = (command.identifier, command.job_id)
        running = self._jobs.get(key)
        if running is not None and running.has_workflow:
            return True
        source = command.job_id.source_name
        if source not in spec.sources:
            raise CommandRefusedError(
                f"Source {source!r} is not allowed for workflow {spec.name!r}; "
                f"allowed are {', '.join(spec.sources)}"
            )
        params = _validated(spec, command)
        try:
            workflow = self._make(spec, command, params)
        except Exception as error:
            reason = f"Failed to start: {type(error).__name__}: {error}"
            self._jobs[key] = Job(spec, command, None, reason)
            raise CommandRefusedError(f"{spec.title} on {source}: {reason}") from error
        self._jobs[key] = Job(spec, command, workflow, backlog=self._readings)
        return True

    def _make(
        self, spec: WorkflowSpec, command: StartCommand, params: BaseModel | None
    ) -> Workflow:
        workflow: Workflow = resolve(spec.factory)(
            WorkflowContext(
                instrument=self._instrument,
                spec=spec,
                source_name=command.job_id.source_name,
                params=params,
                aux_source_names=command.aux_source_names,
            )
        )
        return workflow

    def _act(self, command: JobCommand) -> bool:
        chosen = self._chosen(command)
        if chosen and command.action in (JobAction.PAUSE, JobAction.RESUME):
            raise CommandRefusedError(
                f"{command.action.value} is not available yet; stop or reset the job"
            )
        failures = []
        for job in chosen:
            if command.action is JobAction.STOP:
                self._remove(job)
                continue
            try:
                job.reset()
            except RuntimeError as error:
                failures.append(str(error))
        if failures:
            raise CommandRefusedError("; ".join(failures))
        return bool(chosen)

    def _chosen(self, command: JobCommand) -> Sequence[Job]:
        return [
            job
            for (workflow_id, job_id), job in self._jobs.items()
            if (
                job_id == command.job_id
                if command.job_id is not None
                else command.workflow_id in (None, workflow_id)
            )
        ]

    def _remove(self, job: Job) -> None:
        job.stop()
        del self._jobs[job.command.identifier, job.command.job_id]
        self._gone.append(job.status)

    def _keep_readings(self, batch: Batch) -> None:
        for name, messages in batch.messages.items():
            readings = [m for m in messages if isinstance(m.payload, LogData)]
            if readings:
                kept = self._readings.setdefault(name, deque(maxlen=BACKLOG))
                kept.extend(readings)


def _validated(spec: WorkflowSpec, command: StartCommand) -> BaseModel | None:
    """Return the parameters as the workflow's model.

    Raises
    ------
    CommandRefusedError
        If they do not fit; names each field and what it takes.
    """
    if spec.params is None:
        return None
    try:
        return spec.params.model_validate(command.params)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'parameters'}: "
            f"{fault['msg'].removeprefix('Value error, ')}{_given(fault['input'])}"
            for fault in error.errors()
        )
        raise CommandRefusedError(f"{spec.title}: {faults}") from error


def _given(value: object) -> str:
    """Return what was given, where it is short enough to say."""
    return "" if isinstance(value, dict | BaseModel) else f", not {str(value)[:80]!r}"


def _answer(
    command: StartCommand | JobCommand, device: str, refusal: str | None = None
) -> CommandAck | None:
    if command.message_id is None:
        return None
    return CommandAck(
        message_id=command.message_id,
        device=device,
        response="ACK" if refusal is None else "ERR",
        message=refusal,
    )
