"""All jobs of a worker: starts, control commands and what is answered to them.

A worker that does not own what a command names stays silent, for commands go to all.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from livedata_core.contract import (
    ArrayData,
    Batch,
    CommandAck,
    Instrument,
    JobAction,
    JobCommand,
    JobId,
    JobStatus,
    LogData,
    Message,
    ResultKey,
    RunStart,
    StartCommand,
    Workflow,
    WorkflowId,
    WorkflowSpec,
)
from livedata_core.contract.raised import pass_on
from livedata_worker.calls import Calls
from livedata_worker.health import failure
from livedata_worker.job import BACKLOG, Ended, Job
from livedata_worker.memory import MemoryLimit, give_back
from livedata_worker.pieces import Piece
from livedata_worker.roi_requests import RegionRequests, region_request
from livedata_worker.runs import RunStarts
from livedata_worker.starts import (
    CommandRefusedError,
    check_sources,
    checked_params,
    make_workflow,
)
from livedata_worker.stopped import StoppedJobs

__all__ = ["JobManager"]

log = logging.getLogger(__name__)

MAX_JOBS = 1000

JobKey = tuple[WorkflowId, JobId]


class JobManager:
    """Starts, feeds and stops jobs. One thread.

    Parameters
    ----------
    specs:
        What this worker can run.
    owns:
        Whether jobs on a source are this worker's; None: all are.
    reads:
        The sources whose data this worker gets; None: all.
    memory:
        How much the process may take; the job that exceeds it is ended.
    tracebacks:
        Whether errors of workflows say where they came from.
    calls:
        Where it notes which workflow's code runs.
    """

    def __init__(
        self,
        instrument: Instrument,
        specs: Mapping[WorkflowId, WorkflowSpec],
        *,
        owns: Callable[[str], bool] | None = None,
        reads: frozenset[str] | None = None,
        memory: MemoryLimit | None = None,
        tracebacks: bool = False,
        calls: Calls | None = None,
    ) -> None:
        self._tracebacks = tracebacks
        self._calls = calls or Calls()
        self._memory = memory or MemoryLimit(None)
        self._instrument = instrument
        self._specs = specs
        self._owns = owns or (lambda source: True)
        self._reads = reads or frozenset(s.name for s in instrument.sources)
        self._jobs: dict[JobKey, Job] = {}
        self._gone: list[JobStatus] = []
        self._readings: dict[str, deque[Message[Any]]] = {}
        self._stopped = StoppedJobs()
        self._regions = RegionRequests()
        self._runs = RunStarts()
        self._under_way_ns: int | None = None

    @property
    def statuses(self) -> Sequence[JobStatus]:
        """What the heartbeats of all jobs say."""
        return tuple(job.status for job in self._jobs.values())

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
                note = self._start(command)
            else:
                note = self._act(command)
        except CommandRefusedError as refused:
            return _answer(command, device, "ERR", str(refused))
        return None if note is None else _answer(command, device, "ACK", note or None)

    def request_regions(self, message: Message[Any]) -> None:
        """Hand regions of interest to their job, now or when it starts."""
        request = region_request(message)
        if request is None or not self._owns(request[0].source_name):
            return
        job_id, kind, regions = request
        found = self._chosen(JobCommand(job_id=job_id, action=JobAction.RESET))
        for job in found:
            job.set_regions(kind, regions)
        if not found and job_id not in self._stopped:
            self._regions.keep(request)

    def run_started(self, run: RunStart) -> None:
        """Let jobs begin anew with the data of a run, if that was not told before."""
        if self._runs.is_new(run):
            for job in self._jobs.values():
                job.run_started(run.start_ns)

    def process(self, pieces: Sequence[Piece]) -> Iterator[Sequence[Message[Any]]]:
        """Give pieces of windows to every job and yield results, which cover all.

        There are results only where the last piece ends its window. A yield ends a
        piece of work of one job: between two of them commands may be carried out.
        """
        for number, piece in enumerate(pieces, 1):
            publish = piece.ends and number == len(pieces)
            for key, job in tuple(self._jobs.items()):
                running = self._calls.of(job.spec, key[1].source_name)
                with running, self._memory.call(key):
                    job.take(piece.batch)
                    results = self._finish(job) if publish else ()
                self._keep_to_memory()
                yield results
            self._keep_readings(piece.batch)
            self._under_way_ns = None if piece.ends else piece.batch.end_ns

    def not_published(self, source_name: str, why: str) -> None:
        """Let the job of a result show that it could not be published."""
        key = ResultKey.parse(source_name)
        job = self._jobs.get((key.workflow_id, key.job_id))
        if job is not None:
            job.not_published(key.output_name, why)

    def stop_all(self) -> None:
        """Stop every job, since the worker ends."""
        for job in tuple(self._jobs.values()):
            self._remove(job, "shutdown")

    def _keep_to_memory(self) -> None:
        """End the job that takes more memory than there is for all."""
        excess = self._memory.excess()
        if excess is None:
            return
        key, why = excess
        self._memory.forget(key)
        for known, job in self._jobs.items():
            if known == key:
                job.give_up(why)
        give_back()

    def _start(self, command: StartCommand) -> str | None:
        """Start a job; return what to add to the answer, None if it is not ours."""
        spec = self._specs.get(command.identifier)
        if spec is None or not self._owns(command.job_id.source_name):
            log.info("left to other workers: start of %s", command.identifier)
            return None
        if command.job_id in self._stopped:
            self._gone.append(self._stopped.refuse(command))
            return "it was stopped before and does not start again; start a new one"
        key = (command.identifier, command.job_id)
        running = self._jobs.get(key)
        if running is not None and running.has_workflow:
            return ""
        check_sources(spec, command, self._reads)
        if running is None and len(self._jobs) >= MAX_JOBS:
            raise CommandRefusedError(
                f"{spec.title}: this worker runs {MAX_JOBS} jobs already; stop some"
            )
        self._jobs[key] = self._made(spec, command)
        return ""

    def _made(self, spec: WorkflowSpec, command: StartCommand) -> Job:
        """Return a new job; one whose workflow fails is shown, and refused."""
        params = checked_params(spec, command)
        workflow: Workflow | None = None
        try:
            with self._calls.of(spec, command.job_id.source_name):
                workflow = make_workflow(self._instrument, spec, command, params)
        except BaseException as error:
            pass_on(error)
            what = f"failed to start on {command.job_id.source_name}"
            told = failure(spec, what, error, tracebacks=self._tracebacks)
            self._jobs[command.identifier, command.job_id] = Job(
                spec, command, None, told
            )
            raise CommandRefusedError(failure(spec, what, error)) from error
        job = Job(
            spec,
            command,
            workflow,
            readings=self._readings,
            tracebacks=self._tracebacks,
        )
        job.skip(self._under_way_ns)
        if self._runs.latest_ns is not None:
            job.run_started(self._runs.latest_ns)
        for _, kind, regions in self._regions.take(command.job_id):
            job.set_regions(kind, regions)
        return job

    def _act(self, command: JobCommand) -> str | None:
        """Carry out a command; return an addition to the answer, None if not ours."""
        chosen = self._chosen(command)
        if not chosen:
            return self._act_on_gone(command)
        failures = []
        for job in chosen:
            try:
                self._do(command.action, job)
            except RuntimeError as error:
                failures.append(str(error))
        if failures:
            raise CommandRefusedError("; ".join(failures))
        return ""

    def _act_on_gone(self, command: JobCommand) -> str | None:
        if command.job_id is None:
            return None
        last = self._stopped.last_status(command.job_id)
        if command.action is JobAction.STOP:
            self._stopped.note(command.job_id)
        if last is None:
            return None
        self._gone.append(last)
        if command.action is not JobAction.STOP:
            raise CommandRefusedError(f"job {command.job_id} has stopped")
        return "it had stopped before"

    def _do(self, action: JobAction, job: Job) -> None:
        match action:
            case JobAction.STOP:
                self._remove(job, "command")
            case JobAction.PAUSE:
                job.pause()
            case JobAction.RESUME:
                if job.resume():
                    job.skip(self._under_way_ns)
            case JobAction.RESET:
                job.reset()
                job.skip(self._under_way_ns)

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

    def _finish(self, job: Job) -> Sequence[Message[ArrayData]]:
        """Return a job's results, for the control system too if it is the newest."""
        results = job.finish()
        if results and self._is_newest(job):
            from livedata_worker.results import device_messages  # imports scipp

            results = (*results, *device_messages(job.spec, results))
        if job.is_over:
            self._remove(job, "schedule")
        return results

    def _is_newest(self, job: Job) -> bool:
        """Return whether no later job does the same on the same source."""
        place = job.command.identifier, job.command.job_id.source_name
        same = [
            other
            for (workflow_id, job_id), other in self._jobs.items()
            if (workflow_id, job_id.source_name) == place and other.has_workflow
        ]
        return not same or same[-1] is job

    def _remove(self, job: Job, why: Ended) -> None:
        job.stop(why)
        job_id = job.command.job_id
        self._memory.forget((job.command.identifier, job_id))
        if self._jobs.pop((job.command.identifier, job_id), None) is not None:
            status = job.status
            self._stopped.note(job_id, status)
            self._gone.append(status)

    def _keep_readings(self, window: Batch) -> None:
        for name, messages in window.messages.items():
            readings = [m for m in messages if isinstance(m.payload, LogData)]
            if readings:
                kept = self._readings.setdefault(name, deque(maxlen=BACKLOG))
                kept.extend(readings)


def _answer(
    command: StartCommand | JobCommand,
    device: str,
    response: Literal["ACK", "ERR"],
    message: str | None,
) -> CommandAck | None:
    if command.message_id is None:
        return None
    return CommandAck(
        message_id=command.message_id,
        device=device,
        response=response,
        message=message,
    )
