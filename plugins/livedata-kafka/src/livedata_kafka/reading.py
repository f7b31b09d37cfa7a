"""Messages in: all partitions of some topics, from their end on, without a group.

Topics and partitions that appear later are read from their beginning; a topic that we
may read only later, from its end then. A topic that was deleted and made anew is a new
one. Where the broker has dropped what was to be read next, reading goes on at the
oldest it has.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterable, Sequence

from confluent_kafka import (
    Consumer,
    KafkaError,
    Message,
)

from livedata_core.contract import WireMessage
from livedata_kafka.positions import Positions
from livedata_kafka.settings import KafkaSettings, Role
from livedata_kafka.traffic import Traffic
from livedata_kafka.watching import Watcher

__all__ = ["KafkaSource"]

log = logging.getLogger(__name__)

SLICE_S = 0.1
"""Longest wait of the client: a source closes within it."""
BATCH_BYTES = 8 << 20
"""How much is taken from the client at once: so little that what was copied is still
in the processor's cache when it is read."""
BATCH_MESSAGES = 1000
_LOST_PLACE = (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE)


class KafkaSource:
    """Reads bytes of some topics; one thread polls, any thread closes."""

    def __init__(
        self,
        settings: KafkaSettings,
        role: Role,
        topics: Iterable[str],
        watcher: Watcher,
        traffic: Traffic,
    ) -> None:
        self._watcher = watcher
        self._traffic = traffic
        self._settings = settings
        self._topics = tuple(dict.fromkeys(topics))
        self._seen = -1
        self._count = 16
        self._lock = threading.Lock()
        self._closed = threading.Event()
        options = settings.consumer(role, watcher.on_error)
        self._consumer = Consumer({**options, "stats_cb": self._measure})
        self._positions = Positions(self._consumer, watcher)
        watcher.watch(self._topics)
        watcher.look()
        self._follow()

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return self._closed.is_set()

    def poll(self, timeout_s: float) -> Sequence[WireMessage]:
        """Return what has arrived; wait up to `timeout_s` if nothing has."""
        deadline = time.monotonic() + timeout_s
        while True:
            left_s = deadline - time.monotonic()
            with self._lock:
                if self._closed.is_set():
                    return ()
                self._follow()
                messages = self._read(max(0.0, min(left_s, SLICE_S)))
            if messages or left_s <= SLICE_S:
                return messages

    def close(self) -> None:
        """Stop reading; a waiting `poll` returns."""
        already = self._closed.is_set()
        self._closed.set()
        with self._lock:
            if not already:
                self._consumer.close()

    def _follow(self) -> None:
        """Read what the broker has now, if that has changed."""
        version = self._watcher.version
        if version != self._seen:
            self._seen = version
            known = self._watcher.snapshot()
            self._positions.follow({name: known[name] for name in self._topics})

    def _read(self, timeout_s: float) -> list[WireMessage]:
        first = self._consumer.poll(timeout_s)
        if first is None:
            return []
        batch = [first, *self._consumer.consume(self._count, 0)]
        messages = []
        nbytes = 0
        counts: dict[str, tuple[int, int]] = {}
        for message in batch:
            if message.error() is not None:
                self._failed(message)
                continue
            topic, value = message.topic() or "", message.value() or b""
            messages.append(WireMessage(topic, value, message.timestamp()[1]))
            nbytes += len(value)
            count, size = counts.get(topic, (0, 0))
            counts[topic] = count + 1, size + len(value)
        for topic, (count, size) in counts.items():
            self._traffic.received(topic, count, size)
        if messages:
            mean = max(1, nbytes // len(messages))
            self._count = max(1, min(BATCH_MESSAGES, BATCH_BYTES // mean))
        return messages

    def _failed(self, message: Message) -> None:
        error = message.error()
        topic, partition = message.topic(), message.partition()
        if error is None or topic is None or partition is None:
            return
        if error.code() in _LOST_PLACE:
            skipped = self._positions.mend(topic, partition)
            self._traffic.skipped(topic, skipped)
            log.warning(
                "%s: %d messages were gone before they were read", topic, skipped
            )
            return
        self._traffic.failed(topic, self._settings.redact(error.str()))

    def _measure(self, text: str) -> None:
        """Take in the client's statistics: how far behind each topic is."""
        for name, topic in json.loads(text).get("topics", {}).items():
            lags = [
                partition["consumer_lag"]
                for number, partition in topic["partitions"].items()
                if number != "-1" and partition["consumer_lag"] >= 0
            ]
            self._traffic.lag(name, sum(lags))
