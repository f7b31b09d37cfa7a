"""The worker: raw messages in; results, heartbeats and answers out.

One thread does all of it, in steps: poll, carry out commands, cut windows, feed the
jobs, publish. `Worker.step` is such a step; tests call it without the thread. Nothing
heavy is imported before the first results.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from livedata_core.api import (
    CodecTable,
    DecodingSource,
    EncodeError,
    EncodingSink,
    StreamCounters,
)
from livedata_core.contract import (
    Batch,
    Instrument,
    JobCommand,
    JobId,
    JobState,
    Message,
    ServiceState,
    StartCommand,
    Topics,
    Transport,
    WorkflowId,
    WorkflowSpec,
)
from livedata_worker.batcher import Batcher
from livedata_worker.heartbeats import Heartbeats
from livedata_worker.jobs import JobManager
from livedata_worker.routing import Router

__all__ = ["Worker"]

log = logging.getLogger(__name__)

POLL_S = 0.1
RETRY_S = 1.0


class Worker:
    """Runs the workflows of an instrument on what a transport brings.

    Reads from the moment it is made. `start` and `stop` may be called from any
    thread; everything else happens on the worker's own.

    Parameters
    ----------
    specs:
        What it can run. Commands for other workflows are left to other workers.
    clock:
        The wall clock, ns since the epoch.
    batch_length_s:
        How much data time an update covers; rounded to whole pulses.
    """

    def __init__(
        self,
        instrument: Instrument,
        specs: Mapping[WorkflowId, WorkflowSpec],
        transport: Transport,
        codecs: CodecTable,
        *,
        clock: Callable[[], int] = time.time_ns,
        batch_length_s: float = 1.0,
    ) -> None:
        self._topics = Topics(instrument.name)
        self._clock = clock
        self._router = Router(instrument)
        self._batcher = Batcher(instrument.pulse_rate_hz, batch_length_s)
        self._jobs = JobManager(instrument, specs)
        self._service_names = tuple(
            dict.fromkeys(spec.service for spec in specs.values())
        )
        self.counters = StreamCounters()
        self._heartbeats = Heartbeats(
            instrument, self._service_names, self.counters, clock(), batch_length_s
        )
        self._error: str | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._source = DecodingSource(
            transport.source((self._topics.commands, *instrument.topics())),
            codecs,
            self.counters,
            clock,
        )
        self._bytes_out = transport.sink()
        self._sink = EncodingSink(self._bytes_out, codecs)

    def start(self) -> None:
        """Run on a thread of its own from now on."""
        self._thread = threading.Thread(
            target=self._run, name="livedata-worker", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Publish what is left, say goodbye, close; returns when that is done."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        else:
            self._finish()

    def step(self, timeout_s: float = 0.0) -> int:
        """Do what there is to do; return how many messages arrived."""
        messages = self._source.poll(timeout_s)
        now_ns = self._clock()
        for message in messages:
            self._take(message, now_ns)
        for batch in self._batcher.ready(now_ns):
            self._process(batch)
        if self._heartbeats.due(now_ns):
            self._tell(ServiceState.RUNNING, now_ns)
        return len(messages)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.step(POLL_S)
            except Exception as error:
                self._error = f"{type(error).__name__}: {error}"
                log.exception("the worker goes on after an error")
                self._stopping.wait(RETRY_S)
        self._finish()

    def _finish(self) -> None:
        for batch in self._batcher.flush():
            self._process(batch)
        self._jobs.stop_all()
        self._tell(ServiceState.STOPPED, self._clock())
        self._source.close()
        self._bytes_out.close()

    def _take(self, message: Message[Any], now_ns: int) -> None:
        if message.topic == self._topics.commands:
            self._obey(message.payload)
            return
        names = self._router.names(message)
        if names:
            self._batcher.add(names, message, now_ns)

    def _obey(self, command: StartCommand | JobCommand) -> None:
        answer = self._jobs.handle(command)
        if answer is not None:
            self._send([Message(self._topics.responses, "", 0, answer)])
        self._heartbeats.hurry()

    def _process(self, batch: Batch) -> None:
        before = self._states()
        self._send(self._jobs.process(batch))
        if self._states() != before:
            self._heartbeats.hurry()

    def _states(self) -> list[tuple[JobId, JobState]]:
        return [(status.job_id, status.state) for status in self._jobs.statuses]

    def _tell(self, state: ServiceState, now_ns: int) -> None:
        statuses = self._jobs.statuses
        active = Counter[str](self._jobs.spec(status).service for status in statuses)
        error, self._error = self._error, None
        if error is not None and state is ServiceState.RUNNING:
            state = ServiceState.ERROR
        self._send(self._heartbeats.jobs((*self._jobs.take_gone(), *statuses)))
        self._send(self._heartbeats.services(state, active, now_ns, error))

    def _send(self, messages: Iterable[Message[Any]]) -> None:
        """Publish; what cannot be published is told and does not hold up the rest."""
        for message in messages:
            try:
                self._sink.send(message)
            except (EncodeError, RuntimeError) as error:
                self._error = f"cannot publish on {message.topic}: {error}"
                log.warning("%s", self._error)
