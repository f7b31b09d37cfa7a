"""The in-process broker: topics as bounded logs of encoded bytes.

The embedded system's stand-in for Kafka. It keeps Kafka's promises to a reader and
no more: order holds within a topic, not between topics, and a reader that is too
slow misses the oldest messages. Only the log lives here; the `Transport` over it is
in `livedata_core.transport.inprocess`.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice

from livedata_core.contract import WireMessage

__all__ = ["DEFAULT_LIMIT_BYTES", "BrokerReader", "InProcessBroker"]

DEFAULT_LIMIT_BYTES = 128 << 20
_READ_LIMIT = 1000  # messages of one topic in one poll, so that no topic starves others


class InProcessBroker:
    """Named logs of bytes that any thread may append to and read from.

    A topic exists from its first use. What every reader has read is forgotten at once;
    the limits bound what a slow reader can make the log hold.

    Parameters
    ----------
    limit_bytes_per_topic:
        Most bytes that a topic holds; also the largest message.
    limit_messages_per_topic:
        Most messages that a topic holds.
    """

    def __init__(
        self,
        limit_bytes_per_topic: int = DEFAULT_LIMIT_BYTES,
        limit_messages_per_topic: int = 100_000,
    ) -> None:
        if limit_bytes_per_topic < 1 or limit_messages_per_topic < 1:
            raise ValueError("an in-process broker needs limits of at least 1")
        self._limit_bytes = limit_bytes_per_topic
        self._limit_messages = limit_messages_per_topic
        self._lock = threading.Lock()
        self._logs: dict[str, _Log] = {}

    def publish(self, topic: str, value: bytes) -> None:
        """Append a message and wake the readers that wait for it; any thread.

        Raises
        ------
        RuntimeError
            If the message is larger than the topic's limit.
        """
        if len(value) > self._limit_bytes:
            raise RuntimeError(
                f"message of {len(value)} bytes for topic {topic!r} exceeds the "
                f"in-process broker's limit of {self._limit_bytes} bytes per topic"
            )
        message = WireMessage(topic, bytes(value), time.time_ns() // 1_000_000)
        with self._lock:
            log = self._log(topic)
            log.append(message)
            for reader in log.positions:
                reader.wake()

    def reader(self, topics: Iterable[str]) -> BrokerReader:
        """Open a reader of what is published to `topics` from now on."""
        with self._lock:
            logs = tuple(self._log(topic) for topic in dict.fromkeys(topics))
            return BrokerReader(self._lock, logs)

    def held_bytes(self, topic: str) -> int:
        """Return how many bytes the topic holds for readers yet to come to them."""
        with self._lock:
            return self._logs[topic].nbytes if topic in self._logs else 0

    def _log(self, topic: str) -> _Log:
        if topic not in self._logs:
            self._logs[topic] = _Log(self._limit_bytes, self._limit_messages)
        return self._logs[topic]


class BrokerReader:
    """A position in each of some topics; one thread polls, any thread closes.

    Made by `InProcessBroker.reader`, which holds the lock meanwhile.
    """

    def __init__(self, lock: threading.Lock, logs: Sequence[_Log]) -> None:
        self._changed = threading.Condition(lock)
        self._logs = logs
        self._dropped = 0
        self.closed = False
        for log in logs:
            log.positions[self] = log.end

    @property
    def dropped(self) -> int:
        """How many messages this reader was too slow to get."""
        return self._dropped

    def poll(self, timeout_s: float) -> Sequence[WireMessage]:
        """Return what has arrived; wait up to `timeout_s` if nothing has.

        After `close` it returns nothing, at once.
        """
        with self._changed:
            self._changed.wait_for(self._is_due, timeout_s)
            if self.closed:
                return ()
            return [message for log in self._logs for message in self._take(log)]

    def close(self) -> None:
        """Stop reading and let go of what was kept for this reader."""
        with self._changed:
            self.closed = True
            for log in self._logs:
                log.forget(self)
            self._changed.notify_all()

    def wake(self) -> None:
        """Let a waiting poll look again; the broker's lock is held."""
        self._changed.notify_all()

    def _is_due(self) -> bool:
        return self.closed or any(log.positions[self] < log.end for log in self._logs)

    def _take(self, log: _Log) -> Sequence[WireMessage]:
        taken, dropped = log.read(self)
        self._dropped += dropped
        return taken


class _Log:
    """Messages `first` to `end` of one topic; used with the broker's lock held."""

    __slots__ = (
        "_limit_bytes",
        "_limit_messages",
        "_messages",
        "first",
        "nbytes",
        "positions",
    )

    def __init__(self, limit_bytes: int, limit_messages: int) -> None:
        self._limit_bytes = limit_bytes
        self._limit_messages = limit_messages
        self._messages: deque[WireMessage] = deque()
        self.first = 0
        self.nbytes = 0
        self.positions: dict[BrokerReader, int] = {}

    @property
    def end(self) -> int:
        return self.first + len(self._messages)

    def append(self, message: WireMessage) -> None:
        self._messages.append(message)
        self.nbytes += len(message.value)
        while (
            self.nbytes > self._limit_bytes
            or len(self._messages) > self._limit_messages
        ):
            self._pop()
        self._trim()

    def read(self, reader: BrokerReader) -> tuple[list[WireMessage], int]:
        """Return the reader's next messages and how many it missed before them."""
        start = max(self.positions[reader], self.first)
        dropped = start - self.positions[reader]
        offset = start - self.first
        taken = list(islice(self._messages, offset, offset + _READ_LIMIT))
        self.positions[reader] = start + len(taken)
        self._trim()
        return taken, dropped

    def forget(self, reader: BrokerReader) -> None:
        self.positions.pop(reader, None)
        self._trim()

    def _trim(self) -> None:
        """Drop what no reader has yet to read."""
        needed = min(self.positions.values(), default=self.end)
        while self.first < needed and self._messages:
            self._pop()

    def _pop(self) -> None:
        self.nbytes -= len(self._messages.popleft().value)
        self.first += 1
