"""The `Transport` over an in-process broker: the embedded default."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

from livedata_core.contract import TransportStatus
from livedata_core.transport.broker import (
    DEFAULT_LIMIT_BYTES,
    BrokerReader,
    InProcessBroker,
)

__all__ = ["InProcessSink", "InProcessTransport", "create"]

LIMIT = "limit_bytes_per_topic"


class InProcessTransport:
    """Reads from and publishes to a broker in this process; any thread.

    Whoever shares the broker (producer, worker, dashboard) has its own transport or
    shares one: closing a transport ends what was opened through it, not the broker.
    """

    def __init__(self, broker: InProcessBroker) -> None:
        self.broker = broker
        self._lock = threading.Lock()
        self._readers: list[BrokerReader] = []
        self._sinks: list[InProcessSink] = []
        self._closed = False

    def source(self, topics: Iterable[str]) -> BrokerReader:
        """Read those topics from now on.

        Raises
        ------
        RuntimeError
            If the transport is closed.
        """
        with self._lock:
            self._check_open()
            reader = self.broker.reader(topics)
            self._readers = [*(r for r in self._readers if not r.closed), reader]
            return reader

    def sink(self) -> InProcessSink:
        """Open for publishing.

        Raises
        ------
        RuntimeError
            If the transport is closed.
        """
        with self._lock:
            self._check_open()
            sink = InProcessSink(self.broker)
            self._sinks = [*(s for s in self._sinks if not s.closed), sink]
            return sink

    def status(self) -> TransportStatus:
        """Return whether it is open and what slow readers missed."""
        with self._lock:
            dropped = sum(reader.dropped for reader in self._readers)
            detail = f"slow readers missed {dropped} messages" if dropped else ""
            return TransportStatus("in-process", not self._closed, detail)

    def close(self) -> None:
        """Close whatever is still open."""
        with self._lock:
            self._closed = True
            for reader in self._readers:
                reader.close()
            for sink in self._sinks:
                sink.close()

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("the in-process transport is closed")


class InProcessSink:
    """Publishes to a broker in this process; any thread."""

    def __init__(self, broker: InProcessBroker) -> None:
        self._broker = broker
        self.closed = False

    def publish(self, topic: str, value: bytes) -> None:
        """Append to the topic.

        Raises
        ------
        RuntimeError
            If the sink is closed or the message larger than the broker's limit.
        """
        if self.closed:
            raise RuntimeError(
                f"cannot publish to {topic!r}: the in-process transport is closed"
            )
        self._broker.publish(topic, value)

    def close(self) -> None:
        """Take no more messages; nothing is queued."""
        self.closed = True


def create(settings: Mapping[str, object]) -> InProcessTransport:
    """Make a transport with a broker of its own: the factory of the record.

    Parameters
    ----------
    settings:
        ``limit_bytes_per_topic``, if the default does not fit.

    Raises
    ------
    ValueError
        If the limit is not a positive integer, or for any other setting.
    """
    limit = settings.get(LIMIT, DEFAULT_LIMIT_BYTES)
    if unknown := settings.keys() - {LIMIT}:
        raise ValueError(f"no setting {min(unknown)!r}; there is {LIMIT} alone")
    try:
        limit_bytes = int(str(limit))
    except ValueError:
        raise ValueError(f"{LIMIT} must be an integer, not {limit!r}") from None
    return InProcessTransport(InProcessBroker(limit_bytes_per_topic=limit_bytes))
