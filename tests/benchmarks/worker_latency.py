"""How long commands and pulses take through the worker, and what memory it needs.

A worker on its threads reads 14 pulses a second with the given rate of events, runs a
detector view and is told to reset it now and then. Measured are the time from a
command to its acknowledgement, from a pulse (its reference time is when it is sent) to
the arrival of the update that counts it, and resident memory. Aims: p95 of commands
under 150 ms; p95 of pulses at most one batch length plus 100 ms; memory flat.
"""

from __future__ import annotations

import argparse
import threading
import time
import uuid
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from livedata_codecs import ev44
from livedata_core.api import InProcessBroker, InProcessTransport, load_plugins
from livedata_core.contract import (
    CommandAck,
    EventData,
    JobAction,
    JobCommand,
    JobId,
    Message,
    ResultKey,
    StartCommand,
    Topics,
    Transport,
    WireMessage,
    resolve,
)
from livedata_worker.worker import Worker
from livedata_workflows import specs
from tests.benchmarks.machine import describe
from tests.benchmarks.worker_step import BENCH, PULSES, SIDE
from tests.support.codecs import codec_table

COMMAND_EVERY_S = 0.37
MEMORY_EVERY_S = 5.0
TOPICS = Topics("bench")


def rss_mb() -> float:
    """Return the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


class Load:
    """Sends pulses at their pace and commands, and notes when."""

    def __init__(self, transport: Transport, events: int, seconds: float) -> None:
        rng = np.random.default_rng(2)
        self._sink = transport.sink()
        self._codecs = codec_table("bench")
        self._times = rng.integers(0, 71_000_000, events, dtype=np.int32)
        self._pixels = rng.integers(1, SIDE * SIDE + 1, events, dtype=np.int32)
        self._seconds = seconds
        self.job_id = JobId("bank", uuid.uuid4())
        self.commands: dict[str, float] = {}
        self.pulses: deque[int] = deque()
        self.memory: list[tuple[float, float]] = []

    def command(self, command: StartCommand | JobCommand) -> None:
        """Send a command."""
        assert command.message_id is not None
        message: Message[Any] = Message(TOPICS.commands, "", 0, command)
        self.commands[command.message_id] = time.perf_counter()
        self._sink.publish(TOPICS.commands, self._codecs.encode(message))

    def run(self) -> None:
        """Send until the time is over."""
        begin = time.perf_counter()
        next_command = next_memory = COMMAND_EVERY_S
        pulse = 0
        while (now := time.perf_counter() - begin) < self._seconds:
            if now >= next_command:
                next_command += COMMAND_EVERY_S
                self.command(JobCommand(job_id=self.job_id, action=JobAction.RESUME))
            if now >= next_memory:
                next_memory += MEMORY_EVERY_S
                self.memory.append((now, rss_mb()))
            if now >= pulse / PULSES:
                pulse += 1
                self._pulse()
            time.sleep(
                max(
                    0.0, min(pulse / PULSES, next_command) + begin - time.perf_counter()
                )
            )

    def _pulse(self) -> None:
        time_ns = time.time_ns()
        index = np.zeros(1, dtype=np.int32)
        payload = EventData(np.array([time_ns]), index, self._times, self._pixels)
        value = ev44.encode(Message("bench_detector", "bank", time_ns, payload))
        self.pulses.append(time_ns)
        self._sink.publish("bench_detector", value)


class Ears:
    """Hears results and answers as they arrive."""

    def __init__(self, transport: Transport, load: Load) -> None:
        self._source = transport.source([TOPICS.data, TOPICS.responses])
        self._codecs = codec_table("bench")
        self._load = load
        self.answers: list[float] = []
        self.delays: list[float] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        """Listen until told to stop."""
        while not self.stopping.is_set():
            for wire in self._source.poll(0.1):
                self._hear(wire)

    def _hear(self, wire: WireMessage) -> None:
        payload = self._codecs.decode(wire)
        if isinstance(payload.payload, CommandAck):
            sent = self._load.commands.pop(payload.payload.message_id)
            self.answers.append(time.perf_counter() - sent)
        elif ResultKey.parse(payload.source_name).output_name == "current":
            now_ns = time.time_ns()
            end_ns = int(payload.payload.get("time").values)
            pulses = self._load.pulses
            while pulses and pulses[0] < end_ns - 10**9 // PULSES // 2:
                self.delays.append((now_ns - pulses.popleft()) / 1e9)


def opened(kafka: str | None) -> Transport:
    """Return a transport; each call over Kafka gives a client of its own."""
    if kafka is None:
        return InProcessTransport(InProcessBroker())
    spec = load_plugins().registry.transports["kafka"]
    transport: Transport = resolve(spec.factory)({"bootstrap.servers": kafka})
    return transport


def percentiles(values: Sequence[float]) -> str:
    """Return p50, p95 and maximum in ms."""
    p50, p95 = np.percentile(values, [50, 95]) * 1e3
    return f"p50 {p50:7.1f}  p95 {p95:7.1f}  max {max(values) * 1e3:7.1f} ms"


def main(argv: Sequence[str]) -> None:
    """Print delays and memory."""
    parser = argparse.ArgumentParser(prog="worker_latency", description=__doc__)
    parser.add_argument("--rate", type=float, default=1e6, help="events/s")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--kafka", metavar="HOST:PORT", help="a broker with the topics")
    options = parser.parse_args(argv)
    transport = opened(options.kafka)
    spec = specs.detector_view(BENCH, BENCH.detectors, name="view", title="View")
    worker = Worker(BENCH, {spec.id: spec}, transport, codec_table("bench"))
    load = Load(transport, round(options.rate / PULSES), options.seconds)
    ears = Ears(transport, load)
    listener = threading.Thread(target=ears.run)
    listener.start()
    worker.start()
    load.command(StartCommand(identifier=spec.id, job_id=load.job_id))
    load.run()
    ears.stopping.set()
    listener.join()
    worker.stop()
    transport.close()
    print(describe())
    print(f"{options.rate:.1e} events/s for {options.seconds:g} s, batches of 1 s")
    print(f"command to answer  {percentiles(ears.answers[1:])}  ({len(ears.answers)})")
    print(f"pulse to result    {percentiles(ears.delays)}  ({len(ears.delays)})")
    if len(load.memory) > 2:
        seconds, used = zip(*load.memory[1:], strict=True)
        slope = np.polyfit(seconds, used, 1)[0] * 60
        print(f"memory  peak {max(used):.0f} MB, slope {slope:+.1f} MB/min")
