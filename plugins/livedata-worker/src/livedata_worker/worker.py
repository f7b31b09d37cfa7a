"""The worker: raw messages in; results, heartbeats and answers out.

Three threads, so that neither a command nor a heartbeat waits for data: *control*
reads commands and sends heartbeats, *intake* reads raw data and cuts windows, *work*
carries out commands and runs the workflows. `Worker.step` does a step of each on the
thread that calls it, as tests do. Nothing heavy is imported before the first results.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping

from livedata_core.api import (
    CodecTable,
    DecodingSource,
    EncodingSink,
    StreamArrivals,
    StreamCounters,
)
from livedata_core.contract import (
    Instrument,
    MeasuredTransport,
    ServiceState,
    StreamId,
    Topics,
    TopicTraffic,
    Transport,
    WorkflowId,
    WorkflowSpec,
)
from livedata_worker.batcher import Batcher
from livedata_worker.calls import Calls
from livedata_worker.heartbeats import Facts, Heartbeats
from livedata_worker.intake import Intake
from livedata_worker.jobs import JobManager
from livedata_worker.loops import Loops
from livedata_worker.memory import MemoryLimit
from livedata_worker.processor import Processor
from livedata_worker.routing import Router, Subscription, subscription
from livedata_worker.worklist import Worklist

__all__ = ["Worker"]

log = logging.getLogger(__name__)

POLL_S = 0.1
LAST_STEP_S = 20.0
"""How long a worker that is stopped waits for what is under way."""
FINISH_S = 10.0
"""How long a worker that is stopped goes on with what waits."""


class Worker:
    """Runs the workflows of an instrument on what a transport brings.

    Reads from the moment it is made. `start`, `stop` and `wait` may be called from any
    thread.

    Parameters
    ----------
    specs:
        What it can run. Commands for other workflows are left to other workers.
    sources:
        On which sources it runs them, the others being other workers'; None: on all.
    clock:
        The wall clock, ns since the epoch.
    batch_length_s:
        How much data time an update covers; rounded to whole pulses.
    memory_limit_bytes:
        How much memory the process may take before the job that made it grow most is
        ended; None: no limit.
    tracebacks:
        Whether errors of workflows say where they came from, for their authors.

    Attributes
    ----------
    subscription:
        What it reads.
    specs, services:
        What it can run, and under which names it does.
    """

    def __init__(
        self,
        instrument: Instrument,
        specs: Mapping[WorkflowId, WorkflowSpec],
        transport: Transport,
        codecs: CodecTable,
        *,
        sources: Collection[str] | None = None,
        clock: Callable[[], int] = time.time_ns,
        batch_length_s: float = 1.0,
        memory_limit_bytes: int | None = None,
        tracebacks: bool = False,
    ) -> None:
        self._clock = clock
        self.specs = specs
        self.services: tuple[str, ...] = tuple(
            dict.fromkeys(spec.service for spec in specs.values())
        )
        self.subscription: Subscription = subscription(
            instrument, specs.values(), sources
        )
        self._worklist = Worklist()
        self._counters = StreamCounters(), StreamCounters()  # one for each thread
        self._control = DecodingSource(
            transport.source(self.subscription.control),
            codecs,
            self._counters[0],
            clock,
        )
        self._intake = self._made_intake(instrument, transport, codecs, batch_length_s)
        # Answers and heartbeats do not wait for images to be sent.
        self._bytes_out = transport.sink(), transport.sink()
        results, answers = (EncodingSink(sink, codecs) for sink in self._bytes_out)
        self._calls = Calls()
        self._processor = Processor(
            JobManager(
                instrument,
                specs,
                owns=None if sources is None else frozenset(sources).__contains__,
                reads=self.subscription.sources,
                memory=MemoryLimit(memory_limit_bytes),
                tracebacks=tracebacks,
                calls=self._calls,
            ),
            specs,
            results,
            answers,
            self._worklist,
            Topics(instrument.name),
            clock,
        )
        self._heartbeats = Heartbeats(
            instrument, self.services, self._facts(transport), clock(), batch_length_s
        )
        self._loops = Loops(
            {
                "control": lambda: self._step_control(POLL_S),
                "intake": lambda: self._intake.step(POLL_S),
                "work": self._step_work,
            }
        )
        self._stopped = threading.Event()

    def _made_intake(
        self,
        instrument: Instrument,
        transport: Transport,
        codecs: CodecTable,
        batch_length_s: float,
    ) -> Intake:
        source = transport.source(self.subscription.data)
        return Intake(
            DecodingSource(source, codecs, self._counters[1], self._clock),
            Router(instrument),
            Batcher(instrument.pulse_rate_hz, batch_length_s),
            self._worklist,
            self._clock,
        )

    def _facts(self, transport: Transport) -> Facts:
        def traffic() -> Mapping[str, TopicTraffic]:
            if isinstance(transport, MeasuredTransport):
                return transport.traffic()
            return {}

        return Facts(
            work=lambda: self._processor.state,
            tardy=lambda: self._intake.tardy,
            waiting=lambda: self._worklist.waiting,
            arrivals=self.arrivals,
            transport=transport.status,
            traffic=traffic,
            overdue=self._calls.overdue,
        )

    def arrivals(self) -> Mapping[StreamId, StreamArrivals]:
        """Return what has arrived so far, by stream; any thread."""
        control, data = self._counters
        return {**control.snapshot(), **data.snapshot()}

    def start(self) -> None:
        """Run on threads of its own from now on."""
        self._loops.start()

    def wait(self, timeout_s: float | None = None) -> str | None:
        """Wait until the worker fails for good; return why, None if it has not."""
        return self._loops.wait(timeout_s)

    def stop(self) -> None:
        """Publish what is left, say goodbye, close; returns when that is done."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._worklist.close()
        if not self._loops.stop(LAST_STEP_S):
            log.error("%s", self._calls.overdue() or "a thread does not end")
            self._say_goodbye()
            return
        self._intake.finish()
        deadline = time.monotonic() + FINISH_S
        self._processor.drain(lambda: time.monotonic() < deadline)
        if self._worklist.waiting:
            log.warning("%d windows are left undone", self._worklist.waiting)
        self._processor.finish()
        self._say_goodbye()

    def _say_goodbye(self) -> None:
        self._tell(ServiceState.STOPPED)
        self._control.close()
        for sink in self._bytes_out:
            sink.close()

    def step(self, timeout_s: float = 0.0) -> int:
        """Do what there is to do; return how many messages arrived."""
        commands = self._read_control(0.0)
        messages = self._intake.step(timeout_s)
        self._processor.drain()
        self._beat(hurry=commands > 0)
        return commands + messages

    def _step_control(self, timeout_s: float) -> None:
        self._read_control(timeout_s)
        self._beat()

    def _step_work(self) -> None:
        self._worklist.wait_for_work(POLL_S)
        self._processor.step()

    def _read_control(self, timeout_s: float) -> int:
        messages = self._control.poll(timeout_s)
        if messages:
            self._worklist.add_commands(messages)
        return len(messages)

    def _beat(self, *, hurry: bool = False) -> None:
        if hurry:
            self._heartbeats.hurry()
        if self._heartbeats.due(self._clock()):
            self._tell(ServiceState.RUNNING)

    def _tell(self, state: ServiceState) -> None:
        errors = (*self._loops.take_errors(), *self._processor.take_errors())
        error = errors[-1] if errors else None
        if error is not None and state is ServiceState.RUNNING:
            state = ServiceState.ERROR
        for message in self._heartbeats.messages(state, self._clock(), error):
            self._processor.answer(message)
