"""A broker, a worker and their peers for benchmarks over real Kafka.

Here are the processes and clients; what is measured with them is with the benchmark.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition

from livedata_codecs import da00
from livedata_core.contract import Topics, WireMessage
from tests.support.bench_events import INSTRUMENT, PANEL, start_command
from tests.support.bench_process import Told
from tests.support.kafka import KafkaBroker

__all__ = ["TOPICS", "Commands", "Results", "Sender", "broker", "worker"]

LARGEST = 110 << 20
TOPICS = Topics(INSTRUMENT.name)
COMMAND_EVERY_S = 0.5
_CONSUMER = {
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
        self._consumer = Consumer({"bootstrap.servers": address, **_CONSUMER})
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
        self._consumer = Consumer({**servers, **_CONSUMER})
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
