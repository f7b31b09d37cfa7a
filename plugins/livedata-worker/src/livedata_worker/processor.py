"""The work: commands carried out, windows given to jobs, results published.

Runs on one thread, which alone touches jobs and workflows. What others may know of it
is in the snapshot `Processor.state`.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livedata_core.api import EncodeError, MessageSink
from livedata_core.contract import (
    JobCommand,
    JobStatus,
    Message,
    RunStart,
    StartCommand,
    Topics,
    WorkflowId,
    WorkflowSpec,
)
from livedata_worker.jobs import JobManager
from livedata_worker.pieces import Piece
from livedata_worker.worklist import Worklist

__all__ = ["Processor", "WorkState"]

log = logging.getLogger(__name__)

GONE = 2000


@dataclass(frozen=True, slots=True)
class WorkState:
    """What heartbeats tell of the work.

    Attributes
    ----------
    jobs:
        The statuses of all jobs.
    gone:
        Last statuses of jobs that have gone, each with a number that rises.
    active:
        How many jobs there are by service.
    version:
        Rises when a job changes its state, comes or goes.
    span_s:
        How much data time the last update covered; None before the first.
    lag_s:
        How old its newest data were.
    together:
        How many windows it covered.
    """

    jobs: Sequence[JobStatus] = ()
    gone: Sequence[tuple[int, JobStatus]] = ()
    active: Mapping[str, int] | None = None
    version: int = 0
    span_s: float | None = None
    lag_s: float | None = None
    together: int = 1


class Processor:
    """Does what is on the worklist. One thread; `state` may be read by any.

    Results go to one sink; answers and heartbeats to another, which must not wait for
    them.

    Attributes
    ----------
    state:
        Replaced, never changed in place.
    """

    def __init__(
        self,
        jobs: JobManager,
        specs: Mapping[WorkflowId, WorkflowSpec],
        sink: MessageSink,
        answers: MessageSink,
        worklist: Worklist,
        topics: Topics,
        clock: Callable[[], int],
    ) -> None:
        self._jobs = jobs
        self._specs = specs
        self._sink = sink
        self._answers = answers
        self._worklist = worklist
        self._topics = topics
        self._clock = clock
        self._gone: deque[tuple[int, JobStatus]] = deque(maxlen=GONE)
        self._gone_count = 0
        self._span: tuple[float | None, float | None, int] = (None, None, 1)
        self.state = WorkState()
        self._errors: deque[str] = deque(maxlen=10)

    def step(self) -> None:
        """Carry out the commands, then process the next windows, if any."""
        self._obey_all()
        pieces = self._worklist.take_pieces()
        if pieces:
            self._process(pieces)

    def drain(self, may_go_on: Callable[[], bool] = lambda: True) -> None:
        """Do all that is on the list."""
        self._obey_all()
        while may_go_on() and (pieces := self._worklist.take_pieces()):
            self._process(pieces)

    def take_errors(self) -> list[str]:
        """Return what could not be published since the last call; any thread."""
        taken = []
        while self._errors:
            taken.append(self._errors.popleft())
        return taken

    def finish(self) -> None:
        """Stop every job."""
        self._jobs.stop_all()
        self._note_jobs()

    def _process(self, pieces: Sequence[Piece]) -> None:
        for results in self._jobs.process(pieces):
            for result, why in self.publish(results):
                if result.topic == self._topics.data:
                    self._jobs.not_published(result.source_name, why)
            self._obey_all()
        windows = sum(piece.ends for piece in pieces)
        if windows and pieces[-1].ends:
            first, last = pieces[0].batch, pieces[-1].batch
            span_s = (last.end_ns - first.start_ns) / 1e9
            self._tell_change_of_length(windows, span_s)
            self._span = span_s, (self._clock() - last.end_ns) / 1e9, windows
        self._note_jobs()

    def _tell_change_of_length(self, windows: int, span_s: float) -> None:
        before = self._span[2]
        if windows > 1 and before == 1:
            log.warning(
                "behind: %d windows wait, updates cover %.3g s of data for now",
                self._worklist.waiting,
                span_s,
            )
        elif windows == 1 and before > 1:
            log.info("caught up: updates cover %.3g s of data again", span_s)

    def _obey_all(self) -> None:
        changed = False
        while (message := self._worklist.next_command()) is not None:
            changed = True
            self._obey(message)
        if changed:
            self._note_jobs()

    def _obey(self, message: Message[Any]) -> None:
        payload = message.payload
        if isinstance(payload, StartCommand | JobCommand):
            answer = self._jobs.handle(payload)
            if answer is not None:
                self.answer(Message(self._topics.responses, "", 0, answer))
        elif isinstance(payload, RunStart):
            self._jobs.run_started(payload)
        elif message.topic == self._topics.roi:
            self._jobs.request_regions(message)

    def answer(self, message: Message[Any]) -> None:
        """Publish an answer or a heartbeat; tells what cannot be. Any thread."""
        self._send(self._answers, message)

    def publish(
        self, messages: Iterable[Message[Any]]
    ) -> list[tuple[Message[Any], str]]:
        """Publish results; return which cannot be and why, and tell it.

        They do not hold up the rest.
        """
        sent = [(message, self._send(self._sink, message)) for message in messages]
        return [(message, why) for message, why in sent if why is not None]

    def _send(self, sink: MessageSink, message: Message[Any]) -> str | None:
        try:
            sink.send(message)
        except (EncodeError, RuntimeError) as error:
            self._errors.append(f"cannot publish on {message.topic}: {error}")
            log.warning("%s", self._errors[-1])
            return str(error)
        return None

    def _note_jobs(self) -> None:
        for status in self._jobs.take_gone():
            self._gone_count += 1
            self._gone.append((self._gone_count, status))
        statuses = self._jobs.statuses
        active: dict[str, int] = {}
        for status in statuses:
            spec = self._specs.get(status.workflow_id)
            if spec is None:
                continue  # its plugin was edited, and has it no more
            service = spec.service
            active[service] = active.get(service, 0) + 1
        before = self.state
        gone = tuple(self._gone)
        changed = gone != before.gone or _states(statuses) != _states(before.jobs)
        span_s, lag_s, together = self._span
        self.state = WorkState(
            statuses,
            gone,
            active,
            before.version + changed,
            span_s,
            lag_s,
            together,
        )


def _states(statuses: Sequence[JobStatus]) -> list[tuple[object, ...]]:
    return [(s.workflow_id, s.job_id, s.state, s.paused) for s in statuses]
