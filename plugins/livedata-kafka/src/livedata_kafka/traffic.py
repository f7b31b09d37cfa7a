"""What went through a transport, topic by topic."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from livedata_core.contract import TopicTraffic

__all__ = ["Traffic"]

RECENT_S = 60.0
_RATE_OVER_S = 5.0


class Traffic:
    """Counts per topic; any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._topics: dict[str, TopicTraffic] = {}
        self._marks: dict[str, _Mark] = {}
        self._failed_s = float("-inf")
        self._failure = ""

    def received(self, topic: str, messages: int, nbytes: int) -> None:
        """Count what was read."""
        with self._lock:
            now = self._of(topic)
            self._topics[topic] = replace(
                now,
                received=now.received + messages,
                received_bytes=now.received_bytes + nbytes,
            )

    def lag(self, topic: str, messages: int) -> None:
        """Note how many messages the broker has that were not read; also rates."""
        with self._lock:
            now, at = self._of(topic), self._clock()
            mark = self._marks.setdefault(topic, _Mark(at, 0, 0))
            past = at - mark.at
            if past < _RATE_OVER_S / 5:
                self._topics[topic] = replace(now, lag=messages)
                return
            self._topics[topic] = replace(
                now,
                lag=messages,
                rate_hz=(now.received - mark.received) / past,
                bytes_per_s=(now.received_bytes - mark.nbytes) / past,
            )
            if past >= _RATE_OVER_S:
                self._marks[topic] = _Mark(at, now.received, now.received_bytes)

    def skipped(self, topic: str, messages: int = 1) -> None:
        """Count messages that were never handed over."""
        with self._lock:
            now = self._of(topic)
            self._topics[topic] = replace(now, skipped=now.skipped + messages)

    def sent(self, topic: str, nbytes: int) -> None:
        """Count a message that the broker has."""
        with self._lock:
            now = self._of(topic)
            self._topics[topic] = replace(
                now, sent=now.sent + 1, sent_bytes=now.sent_bytes + nbytes
            )

    def unsent(self, topic: str, reason: str) -> None:
        """Count a message that the broker did not take, or was not given."""
        with self._lock:
            now = self._of(topic)
            self._topics[topic] = replace(now, unsent=now.unsent + 1, last_error=reason)
            self._failed_s, self._failure = self._clock(), f"{topic}: {reason}"

    def failed(self, topic: str, reason: str) -> None:
        """Note why a topic cannot be read."""
        with self._lock:
            now = self._of(topic)
            self._topics[topic] = replace(now, errors=now.errors + 1, last_error=reason)

    @property
    def recent_failure(self) -> str:
        """Why the last message was not sent; empty after a minute."""
        with self._lock:
            recent = self._clock() - self._failed_s < RECENT_S
            return self._failure if recent else ""

    def snapshot(self) -> Mapping[str, TopicTraffic]:
        """Return the counts as they are now."""
        with self._lock:
            return self._topics.copy()

    def _of(self, topic: str) -> TopicTraffic:
        return self._topics.setdefault(topic, TopicTraffic())


@dataclass(frozen=True, slots=True)
class _Mark:
    at: float
    received: int
    nbytes: int
