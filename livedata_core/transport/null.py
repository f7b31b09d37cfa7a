"""The transport without data: a dashboard that only shows its page."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence

from livedata_core.contract import TransportStatus, WireMessage

__all__ = ["NullSink", "NullSource", "NullTransport", "create"]


class NullTransport:
    """Never has data and forgets what is published; any thread."""

    def __init__(self) -> None:
        self._sources: list[NullSource] = []

    def source(self, topics: Iterable[str]) -> NullSource:
        """Return a source without messages."""
        del topics  # no topic has any
        source = NullSource()
        self._sources = [*(s for s in self._sources if not s.closed), source]
        return source

    def sink(self) -> NullSink:
        """Return a sink that forgets."""
        return NullSink()

    def status(self) -> TransportStatus:
        """Return that there is no broker."""
        return TransportStatus("null", connected=False, detail="no broker is used")

    def close(self) -> None:
        """End the waiting of all sources."""
        for source in tuple(self._sources):
            source.close()


class NullSource:
    """A source without messages; a poll waits its time, or until closed."""

    def __init__(self) -> None:
        self._over = threading.Event()

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return self._over.is_set()

    def poll(self, timeout_s: float) -> Sequence[WireMessage]:
        """Wait, and return nothing."""
        self._over.wait(timeout_s)
        return ()

    def close(self) -> None:
        """Let a waiting poll return."""
        self._over.set()


class NullSink:
    """A sink that forgets."""

    def publish(self, topic: str, value: bytes) -> None:
        """Forget the message."""

    def close(self) -> None:
        """Nothing is queued."""


def create(settings: Mapping[str, object]) -> NullTransport:
    """Make one: the factory of the record. No setting applies."""
    del settings
    return NullTransport()
