"""A worker process of a benchmark: the view of a large detector over Kafka.

``python -m tests.support.bench_worker ADDRESS``. It says ``{"ready": …}`` when its job
runs. Raw data are held back before ``go``: a topic made and filled meanwhile is read
from its beginning, and drained whole. ``report`` is answered with what was counted and
``stop`` ends it.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterable, Sequence

from livedata_core.api import CodecTable
from livedata_core.contract import (
    ByteSink,
    ByteSource,
    Message,
    Topics,
    Transport,
    TransportStatus,
    WireMessage,
    resolve,
)
from livedata_core.plugins import load_plugins
from livedata_worker.process_memory import keep_freed_memory
from livedata_worker.worker import Worker
from livedata_workflows import specs
from tests.support.bench_events import INSTRUMENT, PANEL, start_command
from tests.support.bench_meter import rss_mb


class Gate:
    """A transport whose raw data are held back until they are let through."""

    def __init__(self, transport: Transport) -> None:
        self.opened = threading.Event()
        self._transport = transport

    def source(self, topics: Iterable[str]) -> ByteSource:
        wanted = tuple(topics)
        source = self._transport.source(wanted)
        return _Held(source, self.opened) if PANEL.topic in wanted else source

    def sink(self) -> ByteSink:
        return self._transport.sink()

    def status(self) -> TransportStatus:
        return self._transport.status()

    def close(self) -> None:
        self._transport.close()


class _Held:
    def __init__(self, source: ByteSource, opened: threading.Event) -> None:
        self._source, self._opened = source, opened

    def poll(self, timeout_s: float) -> Sequence[WireMessage]:
        if not self._opened.wait(timeout_s):
            return ()
        return self._source.poll(timeout_s)

    def close(self) -> None:
        self._source.close()


def main(address: str) -> None:
    """Run until told to stop."""
    keep_freed_memory()
    registry = load_plugins().registry
    topics = Topics(INSTRUMENT.name)
    codecs = CodecTable(registry.decoders, registry.encoders, topics)
    make = resolve(registry.transports["kafka"].factory)
    gate = Gate(make({"bootstrap.servers": address}))
    spec = specs.detector_view(INSTRUMENT, PANEL, name="view", title="View")
    worker = Worker(INSTRUMENT, {spec.id: spec}, gate, codecs)
    worker.start()
    answers = gate.source((topics.responses,))
    sink = gate.sink()
    while not _answered(answers, sink, codecs, topics):
        pass
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        if line.strip() == "go":
            gate.opened.set()
        elif line.strip() == "hold":
            gate.opened.clear()
        elif line.strip() == "report":
            print(json.dumps(_report(worker)), flush=True)
        elif line.strip() == "stop":
            break
    worker.stop()
    gate.close()


def _answered(
    answers: ByteSource, sink: ByteSink, codecs: CodecTable, topics: Topics
) -> bool:
    """Start the job; it is asked for again until somebody has heard it."""
    sink.publish(
        topics.commands, codecs.encode(Message(topics.commands, "", 0, start_command()))
    )
    return bool(answers.poll(2.0))


def _report(worker: Worker) -> dict[str, object]:
    arrived = worker.arrivals()
    return {
        "arrived": sum(seen.count for s, seen in arrived.items() if s == PANEL.stream),
        "cpu_s": time.process_time(),
        "rss_mb": rss_mb(),
    }


if __name__ == "__main__":
    main(sys.argv[1])
