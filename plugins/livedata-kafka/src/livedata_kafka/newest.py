"""What a dashboard has yet to take in: of results the newest, of the rest all.

A dashboard that is slow shows the present late, never the past in order: of each
result stream the newest message stands. Commands, answers, status and run control
are all kept, and reading stops while there is no room for more of them.
"""

from __future__ import annotations

import logging
import struct
import threading
from collections import deque
from collections.abc import Sequence

from livedata_core.contract import ByteSource, WireMessage
from livedata_kafka.traffic import Traffic

__all__ = ["ReadAheadSource", "result_stream"]

log = logging.getLogger(__name__)

RESULTS_LIMIT_BYTES = 512 << 20
OTHERS_LIMIT_BYTES = 64 << 20
SLICE_S = 0.1
_OVERHEAD = 200  # of a message in memory, so that empty ones count too


def result_stream(value: bytes) -> bytes | None:
    """Return the source name of a result (da00); None for anything else.

    Read from the flatbuffer's root table, whose first field it is, without decoding.
    """
    if value[4:8] != b"da00":
        return None
    try:
        (table,) = struct.unpack_from("<I", value, 0)
        (back,) = struct.unpack_from("<i", value, table)
        vtable = table - back
        if vtable < 0:
            return None
        size, _, field = struct.unpack_from("<HHH", value, vtable)
        if size < 6 or field == 0:
            return None
        place = table + field
        (forward,) = struct.unpack_from("<I", value, place)
        (length,) = struct.unpack_from("<I", value, place + forward)
    except struct.error:
        return None
    start = place + forward + 4
    name = value[start : start + length]
    return name if len(name) == length else None


class ReadAheadSource:
    """Reads another source on a thread of its own; one thread polls, any closes."""

    def __init__(
        self,
        source: ByteSource,
        traffic: Traffic,
        *,
        results_limit: int = RESULTS_LIMIT_BYTES,
        others_limit: int = OTHERS_LIMIT_BYTES,
    ) -> None:
        self._source = source
        self._traffic = traffic
        self._results_limit = results_limit
        self._others_limit = others_limit
        self._results: dict[tuple[str, bytes], WireMessage] = {}
        self._others: deque[WireMessage] = deque()
        self._results_bytes = self._others_bytes = 0
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(
            target=self._run, name="livedata-kafka-read", daemon=True
        )
        self._thread.start()

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return self._closed

    def poll(self, timeout_s: float) -> Sequence[WireMessage]:
        """Return what has arrived; wait up to `timeout_s` if nothing has.

        Results come behind the rest, in the order of their arrival.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._others or self._results, timeout_s
            )
            if self._closed:
                return ()
            taken = [*self._others, *self._results.values()]
            self._others.clear()
            self._results.clear()
            self._results_bytes = self._others_bytes = 0
            self._changed.notify_all()
            return taken

    def close(self) -> None:
        """Stop reading; a waiting `poll` returns."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._source.close()
        self._thread.join(timeout=10)

    def add(self, messages: Sequence[WireMessage]) -> None:
        """Keep messages, of results the newest; waits for room for the rest."""
        with self._changed:
            for message in messages:
                stream = result_stream(message.value)
                if stream is None:
                    self._keep(message)
                else:
                    self._replace((message.topic, stream), message)
            self._changed.notify_all()

    def _run(self) -> None:
        while not self._closed:
            try:
                messages = self._source.poll(SLICE_S)
            except Exception:  # whatever the client raises, reading goes on
                log.exception("reading from Kafka failed; it goes on")
                with self._changed:
                    self._changed.wait(1.0)
                continue
            if messages:
                self.add(messages)

    def _keep(self, message: WireMessage) -> None:
        self._changed.notify_all()
        self._changed.wait_for(
            lambda: self._closed or self._others_bytes < self._others_limit
        )
        self._others.append(message)
        self._others_bytes += _size(message)

    def _replace(self, key: tuple[str, bytes], message: WireMessage) -> None:
        older = self._results.pop(key, None)
        if older is not None:
            self._skip(older)
        self._results[key] = message
        self._results_bytes += _size(message)
        while self._results_bytes > self._results_limit and len(self._results) > 1:
            self._skip(self._results.pop(next(iter(self._results))))

    def _skip(self, message: WireMessage) -> None:
        self._results_bytes -= _size(message)
        self._traffic.skipped(message.topic)


def _size(message: WireMessage) -> int:
    return len(message.value) + _OVERHEAD
