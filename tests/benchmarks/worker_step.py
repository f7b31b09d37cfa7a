"""How fast the worker is without a broker: from bytes to published results.

Windows of 14 messages with 100,000 events each, one detector view of 128 x 128 pixels
with images, spectrum and counts, and with ``--monitor`` a monitor's histogram in its
place. A step decodes, routes, cuts windows, runs the job and encodes the results. The
yardsticks run in the same turn: the workflow alone on decoded messages, and numpy's
bare ``bincount``. Aim: 2e8 events/s; at least 1.2e8.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Sequence

import numpy as np

from livedata_codecs import ev44
from livedata_core.api import InProcessBroker, InProcessTransport
from livedata_core.contract import (
    Batch,
    Detector,
    EventData,
    Instrument,
    JobId,
    Message,
    Monitor,
    StartCommand,
    Topics,
    WireMessage,
    Workflow,
    WorkflowContext,
    WorkflowSpec,
    resolve,
)
from livedata_worker.process_memory import keep_freed_memory
from livedata_worker.worker import Worker
from livedata_workflows import specs
from tests.benchmarks.machine import describe
from tests.support.codecs import codec_table

SIDE = 128
PULSES = 14
PERIOD_NS = 10**9 // PULSES
WARM = 10
T0 = 1_800_000_000 * 10**9
BENCH = Instrument(
    name="bench",
    title="Bench",
    detectors=(
        Detector(
            name="bank",
            title="Bank",
            topic="bench_detector",
            source_name="bank",
            dims=("y", "x"),
            shape=(SIDE, SIDE),
        ),
    ),
    monitors=(
        Monitor(name="m", title="M", topic="bench_detector", source_name="bank"),
    ),
    pulse_rate_hz=PULSES,
)


class Feed:
    """Encoded windows one after the other, with the same events in each."""

    def __init__(self, events: int) -> None:
        rng = np.random.default_rng(1)
        self._times = rng.integers(0, 71_430_000, (PULSES, events), dtype=np.int32)
        self._pixels = rng.integers(1, SIDE * SIDE + 1, (PULSES, events), np.int32)
        self._slot = 0

    def window(self) -> list[bytes]:
        """Return the next 14 messages."""
        messages = [self._message() for _ in range(PULSES)]
        return [ev44.encode(message) for message in messages]

    def _message(self) -> Message[EventData]:
        row, time_ns = self._slot % PULSES, T0 + self._slot * 10**9 // PULSES
        self._slot += 1
        payload = EventData(
            np.array([time_ns]),
            np.zeros(1, dtype=np.int32),
            self._times[row],
            self._pixels[row],
        )
        return Message("bench_detector", "bank", time_ns, payload)


class Bench:
    """A worker with one job, stepped by hand; time is the data's."""

    def __init__(self, spec: WorkflowSpec, events: int) -> None:
        self._now_ns = T0
        broker = InProcessBroker(limit_bytes_per_topic=1 << 30)
        transport = InProcessTransport(broker)
        codecs = codec_table("bench")
        self._sink = transport.sink()
        self._feed = Feed(events)
        self._worker = Worker(
            BENCH, {spec.id: spec}, transport, codecs, clock=lambda: self._now_ns
        )
        job_id = JobId(spec.sources[0], uuid.uuid4())
        start = StartCommand(identifier=spec.id, job_id=job_id)
        topics = Topics("bench")
        message = Message(topics.commands, "", 0, start)
        self._sink.publish(topics.commands, codecs.encode(message))
        self._results = transport.source([topics.data])
        self._worker.step()

    def turn(self) -> float:
        """Publish a window and step; return the seconds of the step."""
        for value in self._feed.window():
            self._sink.publish("bench_detector", value)
        self._now_ns += 10**9
        begin = time.perf_counter()
        self._worker.step()
        seconds = time.perf_counter() - begin
        self._results.poll(0)
        return seconds


def _workflow_alone(spec: WorkflowSpec, events: int) -> Callable[[], float]:
    name = spec.sources[0]
    params = spec.params() if spec.params else None
    workflow: Workflow = resolve(spec.factory)(
        WorkflowContext(BENCH, spec, name, params)
    )
    wires = [WireMessage("bench_detector", value) for value in Feed(events).window()]
    batch = Batch(T0, T0 + 10**9, {name: [ev44.decode(wire) for wire in wires]})

    def turn() -> float:
        begin = time.perf_counter()
        workflow.accumulate(batch)
        workflow.finalize()
        return time.perf_counter() - begin

    return turn


def _bincount(events: int) -> Callable[[], float]:
    wires = [WireMessage("t", value) for value in Feed(events).window()]
    index = [ev44.decode(wire).payload.pixel_id.astype(np.intp) for wire in wires]

    def turn() -> float:
        begin = time.perf_counter()
        for pixels in index:
            np.bincount(pixels, minlength=SIDE * SIDE + 1)
        return time.perf_counter() - begin

    return turn


def _wait_for_compiled_loops() -> None:
    """Return when what was counted so far has asked for is ready."""
    for thread in threading.enumerate():
        if thread.name == "livedata-compile":
            thread.join()


def main(argv: Sequence[str]) -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(prog="worker_step", description=__doc__)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--events", type=int, default=100_000, help="in a message")
    parser.add_argument("--monitor", action="store_true", help="the monitor instead")
    options = parser.parse_args(argv)
    keep_freed_memory()  # as a worker's process does
    spec = (
        specs.monitor_histogram(BENCH)
        if options.monitor
        else specs.detector_view(BENCH, BENCH.detectors, name="view", title="View")
    )
    works = {
        "worker": Bench(spec, options.events).turn,
        "workflow alone": _workflow_alone(spec, options.events),
        "numpy bincount alone": _bincount(options.events),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(WARM):
        for work in works.values():
            work()
    _wait_for_compiled_loops()
    for _ in range(options.turns):
        for name, work in works.items():
            taken[name].append(work())
    print(describe())
    print(f"{spec.title}; {PULSES} messages of {options.events} events a step")
    print(f"{'':22} {'median':>9} {'p5':>9} {'p95':>9}   events/s")
    total = PULSES * options.events
    for name, seconds in taken.items():
        rates = sorted(total / s for s in seconds)
        low, high = rates[len(rates) // 20], rates[-1 - len(rates) // 20]
        print(f"{name:22} {statistics.median(rates):9.2e} {low:9.2e} {high:9.2e}")
