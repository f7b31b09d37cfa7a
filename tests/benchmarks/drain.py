"""How fast a worker reads, counts and publishes what a real Kafka broker holds.

Three parts, all with a 1024 x 1024 detector, one worker process, and the broker on the
same machine; the worker has seen some data before. *drain*: a topic that is filled
beforehand, to the images of it; the yardstick is a bare confluent-kafka consumer that
looks at no message, in the same run. *live*: events at a rate for a while, how old
results are when they are published, and how long a command waits for its answer
meanwhile. *memory*: the same for longer; resident memory over time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition

from livedata_codecs import da00
from livedata_core.contract import Topics, WireMessage
from tests.benchmarks.machine import describe
from tests.support.bench_events import (
    EVENTS,
    INSTRUMENT,
    PANEL,
    PULSE_NS,
    Pulses,
    start_command,
)
from tests.support.bench_meter import percentiles
from tests.support.bench_process import Told
from tests.support.kafka import KafkaBroker

LARGEST = 110 << 20
TOPICS = Topics(INSTRUMENT.name)
ROW = "{:<52} {:>12}   {}"
QUIET_S = 3.0
COMMAND_EVERY_S = 0.5
SETTLE_S = 5.0
"""The lag is said to grow or not from then on: the first windows find all at rest."""
WARM_PULSES = 42
CONSUMER = {
    "group.id": "bench",
    "enable.auto.commit": False,
    "fetch.wait.max.ms": 50,
    "fetch.message.max.bytes": 16 << 20,
    "fetch.max.bytes": 64 << 20,
    "receive.message.max.bytes": 256 << 20,
    "queued.max.messages.kbytes": 65536,
    "fetch.queue.backoff.ms": 10,
}


@contextmanager
def broker(retention_bytes: int | None = None) -> Iterator[KafkaBroker]:
    """Run a broker with the topics of the instrument, that of raw data if bounded."""
    with tempfile.TemporaryDirectory() as folder:
        made = KafkaBroker(Path(folder) / "kafka", heap_mb=1024)
        with made:
            made.create(TOPICS.commands, TOPICS.responses, TOPICS.heartbeat)
            made.create(TOPICS.data, TOPICS.roi, TOPICS.nicos_data, TOPICS.filewriter)
            if retention_bytes is not None:
                bound = {"retention.bytes": str(retention_bytes)}
                made.create(
                    PANEL.topic, config={"segment.bytes": str(256 << 20), **bound}
                )
            yield made


@contextmanager
def worker(address: str) -> Iterator[Told]:
    """Run the worker process; its job runs, and its data wait for ``go``."""
    told = Told(["tests.support.bench_worker", address])
    try:
        told.answer()
        yield told
    finally:
        told.stop()


class Sender:
    """Publishes events; waits where the client's queue is full."""

    def __init__(self, address: str) -> None:
        self._producer = Producer(
            {
                "bootstrap.servers": address,
                "message.max.bytes": LARGEST,
                "queue.buffering.max.kbytes": 256 << 10,
                "batch.size": 4 << 20,
                "linger.ms": 2,
                "acks": 1,
            }
        )
        self.lost = 0

    def send(self, value: bytes) -> None:
        """Send one message."""
        while True:
            try:
                self._producer.produce(PANEL.topic, value, on_delivery=self._delivered)
            except BufferError:
                self._producer.poll(0.05)
            else:
                self._producer.poll(0)
                return

    def flush(self) -> None:
        """Wait until all is with the broker."""
        self._producer.flush(120)

    def _delivered(self, error: object, _message: object) -> None:
        self.lost += error is not None


class Results:
    """Reads the results as they are published, on a thread of its own.

    Attributes
    ----------
    images:
        Of the image of each update: when it was read and when the worker published it,
        s, and the end of its window, ns.
    total:
        The cumulative count so far.
    """

    def __init__(self, address: str) -> None:
        self._consumer = Consumer({"bootstrap.servers": address, **CONSUMER})
        self._consumer.assign([TopicPartition(TOPICS.data, 0, 0)])
        self._stop = threading.Event()
        self.images: list[tuple[float, float, int]] = []
        self.total = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Read no more."""
        self._stop.set()
        self._thread.join()
        self._consumer.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            message = self._consumer.poll(0.1)
            value = None if message is None else message.value()
            if message is not None and isinstance(value, bytes):
                self._take(value, message.timestamp()[1] / 1e3)

    def _take(self, value: bytes, published_s: float) -> None:
        result = da00.decode(WireMessage(TOPICS.data, value))
        name = json.loads(result.source_name)["output_name"]
        signal, end = result.payload.get("signal"), result.payload.get("time")
        assert signal is not None
        if name == "counts_total_cumulative":
            self.total = float(signal.values)
        elif name == "current" and end is not None:
            self.images.append((time.time(), published_s, int(end.values)))


class Commands:
    """Sends a command now and then and waits for its answer, on a thread of its own.

    One with a parameter that cannot be, so that nothing starts.

    Attributes
    ----------
    waits_ms:
        How long each waited.
    """

    def __init__(self, address: str) -> None:
        servers = {"bootstrap.servers": address}
        self._producer = Producer({**servers, "linger.ms": 0})
        self._consumer = Consumer({**servers, **CONSUMER})
        self._consumer.assign([TopicPartition(TOPICS.responses, 0, OFFSET_END)])
        self._stop = threading.Event()
        self.waits_ms: list[float] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send no more."""
        self._stop.set()
        self._thread.join()
        self._consumer.close()

    def _run(self) -> None:
        while not self._stop.wait(COMMAND_EVERY_S):
            params = {"toa_edges": {"num_bins": -1}}
            command = start_command().model_copy(update={"params": params})
            began = time.perf_counter()
            self._producer.produce(TOPICS.commands, command.model_dump_json().encode())
            self._producer.poll(0)
            identity = str(command.message_id).encode()
            while not self._stop.is_set():
                message = self._consumer.poll(0.1)
                if message is not None and identity in (message.value() or b""):
                    self.waits_ms.append(1e3 * (time.perf_counter() - began))
                    break


def bare_rate(address: str, messages: int) -> float:
    """Return messages/s of a consumer that does nothing with them."""
    consumer = Consumer({"bootstrap.servers": address, **CONSUMER})
    consumer.assign([TopicPartition(PANEL.topic, 0, 0)])
    time.sleep(QUIET_S)
    start, seen = time.perf_counter(), 0
    while seen < messages:
        seen += len(consumer.consume(100, 1.0))
    elapsed = time.perf_counter() - start
    consumer.close()
    return seen / elapsed


def fill(address: str, gigabytes: float) -> tuple[int, int]:
    """Fill the topic; return messages and bytes."""
    sender, sent, size = Sender(address), 0, 0
    for _, value in Pulses(7.5e7, time.time_ns()).messages(sys.maxsize):
        if size >= gigabytes * 1e9:
            break
        sender.send(value)
        sent, size = sent + 1, size + len(value)
    sender.flush()
    if sender.lost:
        raise RuntimeError(f"the broker did not take {sender.lost} messages")
    return sent, size


def warm_up(address: str, told: Told, results: Results) -> int:
    """Have the worker import and compile what it needs; return how many messages.

    A worker does so once, with its first data, and then runs for weeks.
    """
    sender, sent = Sender(address), 0
    for _, value in Pulses(1e7, time.time_ns() - 60 * 10**9).messages(WARM_PULSES):
        sender.send(value)
        sent += 1
    sender.flush()
    told.tell("go")
    deadline = time.time() + 120
    while results.total < sent * EVENTS and time.time() < deadline:
        time.sleep(0.05)
    time.sleep(2 * QUIET_S)  # what is compiled beside the work
    return sent


def drain(gigabytes: float) -> dict[str, Any]:
    """Fill a topic, read it bare, and have the worker make images of it."""
    with broker() as kafka, worker(kafka.address) as told:
        kafka.create(PANEL.topic)
        results = Results(kafka.address)
        warm = warm_up(kafka.address, told, results)
        told.tell("hold")
        sent, size = fill(kafka.address, gigabytes)
        before = bare_rate(kafka.address, sent)
        start = time.time()
        told.tell("go")
        while results.total < (warm + sent) * EVENTS and time.time() < start + 300:
            time.sleep(0.05)
        done = results.images[-1][0] if results.images else float("nan")
        said = told.ask("report")
        results.stop()
        after = bare_rate(kafka.address, sent)
    rate = sent / (done - start)
    return {
        "messages": sent,
        "gigabytes": size / 1e9,
        "counted": results.total / ((warm + sent) * EVENTS),
        "events_per_s": rate * EVENTS,
        "bare_events_per_s": [before * EVENTS, after * EVENTS],
        "ratio": rate / ((before + after) / 2),
        "images": len(results.images),
        **said,
    }


def live(rate: float, seconds: float, retention_bytes: int) -> dict[str, Any]:
    """Send events at a rate; return the lag of results and memory over time."""
    with broker(retention_bytes) as kafka, worker(kafka.address) as told:
        results, commands = Results(kafka.address), Commands(kafka.address)
        warm = warm_up(kafka.address, told, results)
        results.images.clear()
        commands.waits_ms.clear()
        pulses = Pulses(rate, time.time_ns())
        sender, memory, behind = Sender(kafka.address), [], 0.0
        due_memory = 0.0
        for time_ns, value in pulses.messages(round(seconds * 14)):
            wait_s = time_ns / 1e9 - time.time()
            if wait_s > 0:
                time.sleep(wait_s)
            behind = max(behind, -wait_s)
            sender.send(value)
            elapsed = (time_ns - pulses.start_ns) / 1e9
            if elapsed >= due_memory:
                memory.append((elapsed, told.ask("report")["rss_mb"]))
                due_memory += max(1.0, seconds / 60)
        sender.flush()
        time.sleep(QUIET_S)
        commands.stop()
        results.stop()
    # The last window has nothing behind it and is closed by the silence.
    images = [image for image in results.images if image[2] <= time_ns]
    published = [1e3 * (at - end_ns / 1e9) for _, at, end_ns in images]
    lags = [1e3 * (at - end_ns / 1e9) for at, _, end_ns in images]
    sent = round(seconds * 14) * pulses.messages_per_pulse * EVENTS
    counted = results.total - warm * EVENTS
    return {
        "events_per_s": sent / seconds,
        "counted": counted / sent,
        "producer_behind_s": behind,
        "answer_ms": percentiles(commands.waits_ms),
        "published_ms": percentiles(published),
        "lag_ms": percentiles(lags),
        "lag_ms_per_minute": _per_minute(*_settled([at for at, *_ in images], lags)),
        "rss_mb": [min(m for _, m in memory), max(m for _, m in memory)],
        "rss_mb_per_minute": _per_minute(*_second_half(memory)),
    }


def _settled(
    read_s: Sequence[float], lags: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Return when results were read and their lags, without the first ones."""
    since = read_s[0] + SETTLE_S if read_s else 0.0
    kept = [pair for pair in zip(read_s, lags, strict=True) if pair[0] >= since]
    return [x for x, _ in kept], [y for _, y in kept]


def _second_half(points: Sequence[tuple[float, float]]) -> tuple[list[float], ...]:
    late = points[len(points) // 2 :]
    return [x for x, _ in late], [y for _, y in late]


def _per_minute(x: Sequence[float], y: Sequence[float]) -> list[float]:
    """Return the slope of the straight line through points, and its standard error.

    `x` is in s. The error takes the points' distances from the line as independent.
    """
    if len(x) < 3:
        return [float("nan"), float("nan")]
    fitted, covariance = np.polyfit((np.asarray(x) - x[0]) / 60, y, 1, cov=True)
    return [float(fitted[0]), float(np.sqrt(covariance[0, 0]))]


def print_drain(found: dict[str, Any]) -> None:
    """Print the figures of a drained topic."""
    bare = " and ".join(f"{rate:.2e}" for rate in found["bare_events_per_s"])
    note = f"bare consumer before and after: {bare} (must 60 %)"
    title = f"{found['gigabytes']:.1f} GB drained, events/s"
    print(ROW.format(title, f"{found['events_per_s']:.2e}", "aim 7.5e7"))
    print(ROW.format("  of a bare consumer", f"{found['ratio']:.0%}", note))
    share = f"{found['counted']:.2%}"
    note = f"{found['images']} images; {found['rss_mb']:.0f} MB resident"
    print(ROW.format("  events counted", share, note), flush=True)


def print_live(what: str, found: dict[str, Any]) -> None:
    """Print the figures of a live stream."""
    rss = found["rss_mb"]
    title = f"{what}: {found['events_per_s']:.1e} events/s"
    print(ROW.format(title, f"{found['counted']:.2%}", "of the events were counted"))
    for title, lag in (
        ("  end of window to published result", found["published_ms"]),
        ("  end of window to result read by another process", found["lag_ms"]),
    ):
        figures = f"p95 {lag['p95']:.0f} max {lag['max']:.0f} ms"
        print(ROW.format(title, f"{lag['p50']:.0f} ms", figures))
    behind = f"producer behind by {1e3 * found['producer_behind_s']:.0f} ms at most"
    title = "  growth of that lag, ms/min"
    slope, error = found["lag_ms_per_minute"]
    print(ROW.format(title, f"{slope:+.0f} ± {error:.0f}", behind))
    answer = found["answer_ms"]
    note = f"p95 {answer['p95']:.0f} max {answer['max']:.0f} ms"
    print(ROW.format("  command to answer", f"{answer['p50']:.0f} ms", note))
    memory = f"of the second half; {rss[0]:.0f} to {rss[1]:.0f} MB at its peak"
    slope, error = found["rss_mb_per_minute"]
    title = "  growth of resident memory, MB/min"
    print(ROW.format(title, f"{slope:+.2f} ± {error:.2f}", memory), flush=True)


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="drain", description=__doc__)
    parts = ("drain", "live", "memory")
    parser.add_argument("--parts", nargs="+", choices=parts, default=parts)
    parser.add_argument("--gigabytes", type=float, default=4.0, help="to be drained")
    parser.add_argument("--rate", type=float, default=1e7, help="events/s, live")
    parser.add_argument("--seconds", type=float, default=60.0, help="of live data")
    parser.add_argument("--minutes", type=float, default=10.0, help="for memory")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    options = parser.parse_args(argv)
    found: dict[str, Any] = {}
    if not options.json:
        print(describe(), flush=True)
    if "drain" in options.parts:
        found["drain"] = drain(options.gigabytes)
    if "live" in options.parts:
        found["live"] = live(options.rate, options.seconds, 4 << 30)
    if "memory" in options.parts:
        found["memory"] = live(options.rate, options.minutes * 60, 4 << 30)
    if options.json:
        print(json.dumps(found))
        return 0
    for what, figures in found.items():
        if what == "drain":
            print_drain(figures)
        else:
            print_live(what, figures)
    print(f"a pulse is {PULSE_NS / 1e6:.1f} ms; messages of {EVENTS} events")
    return 0
