"""What arrived on each stream, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from livedata_core.contract import StreamId

__all__ = ["ERROR_SOURCE", "OTHER_SOURCE", "StreamArrivals", "StreamCounters"]

ERROR_SOURCE = "<error>"
"""The source name under which undecodable messages of a topic are counted."""

OTHER_SOURCE = "<other>"
"""The source name that stands for all further ones once there are too many."""

REASON_LIMIT = 500
_STALE_NS = 300 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class StreamArrivals:
    """What arrived of one stream since the start.

    Attributes
    ----------
    count:
        Messages that arrived, readable or not.
    errors:
        Those that could not be read.
    last_error:
        The latest reason.
    last_ns:
        When the latest arrived, ns since the epoch.
    """

    count: int
    errors: int
    last_error: str | None
    last_ns: int


class StreamCounters:
    """Counts per stream; one thread writes, any thread takes snapshots.

    The number of names is bounded: once `limit` streams are known, those silent for
    five minutes make room, and what still does not fit is counted as ``<other>`` of
    its topic. A peer that invents source names therefore costs no memory and hides
    no stream that was there before it.
    """

    def __init__(self, limit: int = 2000) -> None:
        self._limit = limit
        self._streams: dict[tuple[str, str], _Counter] = {}
        self._full_until_ns = 0

    def count(self, topic: str, source_name: str, now_ns: int) -> None:
        """Count a readable message; the writing thread only."""
        counter = self._streams.get((topic, source_name))
        if counter is None:
            counter = self._new(topic, source_name, now_ns)
        counter.count += 1
        counter.last_ns = now_ns

    def error(self, topic: str, reason: str, now_ns: int) -> None:
        """Count a message that could not be read; the writing thread only."""
        self.count(topic, ERROR_SOURCE, now_ns)
        counter = self._streams[topic, ERROR_SOURCE]
        counter.errors += 1
        counter.last_error = reason[:REASON_LIMIT]

    def snapshot(self) -> Mapping[StreamId, StreamArrivals]:
        """Return the counts as they are now; any thread."""
        return {
            StreamId(*name): StreamArrivals(
                counter.count, counter.errors, counter.last_error, counter.last_ns
            )
            for name, counter in self._streams.copy().items()
        }

    def _new(self, topic: str, source_name: str, now_ns: int) -> _Counter:
        if source_name not in (ERROR_SOURCE, OTHER_SOURCE) and self._is_full(now_ns):
            source_name = OTHER_SOURCE
        return self._streams.setdefault((topic, source_name), _Counter())

    def _is_full(self, now_ns: int) -> bool:
        if len(self._streams) < self._limit:
            return False
        if now_ns >= self._full_until_ns:  # look for silent ones now and then only
            self._full_until_ns = now_ns + _STALE_NS // 10
            for name, counter in tuple(self._streams.items()):
                if now_ns - counter.last_ns > _STALE_NS:
                    del self._streams[name]
        return len(self._streams) >= self._limit


class _Counter:
    __slots__ = ("count", "errors", "last_error", "last_ns")

    def __init__(self) -> None:
        self.count = 0
        self.errors = 0
        self.last_error: str | None = None
        self.last_ns = 0
