"""How fast a worker reads, counts and publishes what a real Kafka broker holds.

Three parts, all with a 1024 x 1024 detector, one worker process, and the broker on the
same machine; the worker has seen some data before. *drain*: a topic that is filled
beforehand, to the images of it, read by another process; the yardstick is a bare
confluent-kafka consumer that looks at no message, before and after each. *live*:
events at a rate for a while, how old results are when they are published, and how long
a command waits for its answer meanwhile. *memory*: the same for longer; resident
memory over time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from confluent_kafka import Consumer, TopicPartition

from livedata_kafka.settings import KafkaSettings
from livedata_kafka.transport import KafkaTransport
from tests.benchmarks.machine import describe
from tests.support.bench_events import EVENTS, PANEL, PULSE_NS, Pulses
from tests.support.bench_kafka import Commands, Results, Sender, broker, worker
from tests.support.bench_meter import percentiles
from tests.support.bench_process import Told
from tests.support.kafka import KafkaBroker

ROW = "{:<52} {:>12}   {}"
QUIET_S = 3.0
SETTLE_S = 5.0
"""The lag is said to grow or not from then on: the first windows find all at rest."""
WARM_PULSES = 42
FILL_RATE = 7.5e7
TRAILING_PULSES = 15
"""One more than a window has, so that data close the last window that is measured."""
BARE_BATCH = 8
"""Messages that the bare consumer takes at once. It reads fastest with few: 100 of
them are 80 MB, which no cache holds."""


def bare_rate(address: str, first: int, messages: int) -> float:
    """Return messages/s of a consumer that does nothing with them.

    It has the options of the worker's, and copies each message to Python as that does.
    The clock starts before its first fetch.
    """
    settings = KafkaSettings.parse({"bootstrap.servers": address})
    consumer = Consumer(settings.consumer(KafkaTransport.role, print))
    consumer.poll(QUIET_S)  # it connects
    start, seen = time.perf_counter(), 0
    consumer.assign([TopicPartition(PANEL.topic, 0, first)])
    while seen < messages:
        seen += len(consumer.consume(min(BARE_BATCH, messages - seen), 1.0))
    elapsed = time.perf_counter() - start
    consumer.close()
    return seen / elapsed


@dataclass
class Filler:
    """Fills the topic, time after time, with data times that go on."""

    address: str
    start_ns: int

    def fill(self, gigabytes: float) -> tuple[int, int]:
        """Send so much and a window's worth of single messages behind it.

        Return messages and bytes, without those behind.
        """
        pulses = Pulses(FILL_RATE, self.start_ns)
        sender, sent, size = Sender(self.address), 0, 0
        last, per_pulse = TRAILING_PULSES, pulses.messages_per_pulse
        for number, (_, value) in enumerate(pulses.messages(sys.maxsize)):
            pulse = number // per_pulse
            if pulse > last:
                break
            if size < gigabytes * 1e9:
                sent, size = sent + 1, size + len(value)
                sender.send(value)
                last = pulse + TRAILING_PULSES
            elif number % per_pulse == 0:
                sender.send(value)
        self.start_ns += round((last + 1) * PULSE_NS)
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


def drain(gigabytes: float, repeats: int) -> dict[str, Any]:
    """Fill a topic, read it bare, and have the worker make images of it; repeatedly."""
    with broker() as kafka, worker(kafka.address) as told:
        kafka.create(PANEL.topic)
        results = Results(kafka.address)
        warm_up(kafka.address, told, results)
        filler = Filler(kafka.address, time.time_ns())
        runs = []
        for _ in range(repeats):
            told.tell("hold")
            runs.append(_drain_once(kafka, told, results, filler, gigabytes))
        said = told.ask("report")
        results.stop()
    return {"runs": runs, **said}


def _drain_once(
    kafka: KafkaBroker, told: Told, results: Results, filler: Filler, gigabytes: float
) -> dict[str, Any]:
    """Drain once; the worker is held, and has counted all that was sent before.

    What its client reads ahead while it is held counts for nothing.
    """
    counted, first = results.total, end_offset(kafka.address)
    sent, size = filler.fill(gigabytes)
    ahead = (KafkaTransport.role.read_ahead_kb << 10) / (size / sent)
    before = bare_rate(kafka.address, first, sent)
    results.images.clear()
    start, goal = time.time(), counted + sent * EVENTS
    told.tell("go")
    while results.total < goal and time.time() < start + 300:
        time.sleep(0.01)
    done = results.images[-1][0] if results.images else float("nan")
    images = len(results.images)
    goal = counted + (sent + TRAILING_PULSES) * EVENTS
    while results.total < goal and time.time() < start + 300:
        time.sleep(0.05)  # the trailing messages, by silence
    after = bare_rate(kafka.address, first, sent)
    rate = (sent - ahead) / (done - start)
    return {
        "messages": sent,
        "gigabytes": size / 1e9,
        "counted": (results.total - counted) / (goal - counted),
        "events_per_s": rate * EVENTS,
        "bare_events_per_s": [before * EVENTS, after * EVENTS],
        "ratio": rate / ((before + after) / 2),
        "images": images,
    }


def end_offset(address: str) -> int:
    """Return where the topic ends."""
    consumer = Consumer({"bootstrap.servers": address, "group.id": "bench"})
    _, high = consumer.get_watermark_offsets(TopicPartition(PANEL.topic, 0))
    consumer.close()
    return int(high)


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
    """Print the figures of a topic that was drained repeatedly, and their medians."""
    runs = found["runs"]
    for run in runs:
        bare = " and ".join(f"{rate:.2e}" for rate in run["bare_events_per_s"])
        note = f"{run['ratio']:.0%} of a bare consumer, before and after: {bare}"
        title = f"{run['gigabytes']:.1f} GB drained, events/s"
        print(ROW.format(title, f"{run['events_per_s']:.2e}", note))
    rate, ratio = (
        statistics.median(run[name] for run in runs)
        for name in ("events_per_s", "ratio")
    )
    print(ROW.format("  median, events/s", f"{rate:.2e}", "aim 7.5e7"))
    print(ROW.format("  median, of a bare consumer", f"{ratio:.0%}", "must 60 %"))
    share = f"{min(run['counted'] for run in runs):.2%}"
    images = ", ".join(str(run["images"]) for run in runs)
    note = f"{images} images; {found['rss_mb']:.0f} MB resident"
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
    parser.add_argument("--repeats", type=int, default=3, help="of the drain")
    parser.add_argument("--rate", type=float, default=1e7, help="events/s, live")
    parser.add_argument("--seconds", type=float, default=60.0, help="of live data")
    parser.add_argument("--minutes", type=float, default=10.0, help="for memory")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    options = parser.parse_args(argv)
    found: dict[str, Any] = {}
    if not options.json:
        print(describe(), flush=True)
    if "drain" in options.parts:
        found["drain"] = drain(options.gigabytes, options.repeats)
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
