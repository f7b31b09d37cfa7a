"""The transports: a worker's reads all there is, a dashboard's the newest results."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping

from confluent_kafka import KafkaException

from livedata_core.contract import (
    AccessDeniedError,
    ByteSource,
    NeededTopic,
    TopicState,
    TopicTraffic,
    TransportStatus,
)
from livedata_kafka.administration import create_topics, topic_states
from livedata_kafka.newest import ReadAheadSource
from livedata_kafka.publishing import KafkaSink, Publisher
from livedata_kafka.reading import KafkaSource
from livedata_kafka.settings import KafkaSettings, Role
from livedata_kafka.traffic import Traffic
from livedata_kafka.watching import Presence, Watcher

__all__ = [
    "DashboardKafkaTransport",
    "KafkaTransport",
    "create",
    "create_dashboard",
]

OPEN_S = 3.0


class KafkaTransport:
    """Reads from and publishes to Kafka; the transport of workers and recorders.

    Opening waits a few seconds for the broker: one that refuses us is an error, one
    that does not answer is awaited from then on.

    Raises
    ------
    ValueError
        If librdkafka does not know a setting or cannot use its value.
    AccessDeniedError
        If the broker refuses the credentials or the certificate.
    """

    role = Role("livedata-worker", read_ahead_kb=64 << 10, linger_ms=5.0)

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._traffic = Traffic()
        self._lock = threading.Lock()
        self._sources: list[ByteSource] = []
        self._sinks: list[KafkaSink] = []
        self._publishers: list[Publisher] = []
        self._closed = False
        try:
            self._watcher = Watcher(settings)
            self._spare: Publisher | None = self._made_publisher()
        except KafkaException as error:
            reason = settings.redact(error.args[0].str())
            raise ValueError(f"librdkafka refuses a setting: {reason}") from None
        self._watcher.look(OPEN_S)
        if self._watcher.denied:
            raise AccessDeniedError(self._denied())
        self._watcher.start()

    def source(self, topics: Iterable[str]) -> ByteSource:
        """Read those topics from now on.

        Raises
        ------
        RuntimeError
            If the transport is closed.
        """
        with self._lock:
            self._check_open()
            source = self._open(topics)
            self._sources.append(source)
            return source

    def sink(self) -> KafkaSink:
        """Open for publishing.

        Messages of one sink keep their order, and wait for those of no other.

        Raises
        ------
        RuntimeError
            If the transport is closed.
        """
        with self._lock:
            self._check_open()
            publisher, self._spare = self._spare or self._made_publisher(), None
            publisher.start()
            self._publishers.append(publisher)
            sink = KafkaSink(publisher)
            self._sinks.append(sink)
            return sink

    def status(self) -> TransportStatus:
        """Return whether the broker answers, and what else people should know."""
        if self._watcher.denied:
            return TransportStatus("kafka", False, self._denied(), denied=True)
        connected = self._watcher.reached and not self._closed
        return TransportStatus("kafka", connected, "; ".join(self._remarks()))

    def traffic(self) -> Mapping[str, TopicTraffic]:
        """Return the counts by topic; any thread, never blocks."""
        return self._traffic.snapshot()

    def topic_states(self, names: Iterable[str]) -> Mapping[str, TopicState]:
        """Return those of the topics that exist; waits for the broker, for seconds.

        Raises
        ------
        AccessDeniedError
            If the broker refuses the credentials.
        RuntimeError
            If it does not answer.
        """
        self._check_reached()
        return topic_states(self._watcher.admin, names)

    def create_topics(self, topics: Iterable[NeededTopic]) -> Mapping[str, str]:
        """Make topics; return the reasons for those that could not be, by name.

        Raises
        ------
        AccessDeniedError
            If the broker refuses the credentials.
        RuntimeError
            If it does not answer.
        """
        self._check_reached()
        return create_topics(self._watcher.admin, topics)

    def close(self) -> None:
        """Close whatever is still open; what is queued is sent, for a few seconds."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            sources, sinks = self._sources, self._sinks
        for source in sources:
            source.close()
        for sink in sinks:
            sink.closed = True
        stops = [
            threading.Thread(target=publisher.stop) for publisher in self._publishers
        ]
        for stop in stops:  # each waits for a broker that does not answer
            stop.start()
        for stop in stops:
            stop.join()
        self._watcher.stop()

    def _made_publisher(self) -> Publisher:
        return Publisher(self._settings, self.role, self._watcher, self._traffic)

    def _open(self, topics: Iterable[str]) -> ByteSource:
        return KafkaSource(
            self._settings, self.role, topics, self._watcher, self._traffic
        )

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("the Kafka transport is closed")

    def _check_reached(self) -> None:
        self._check_open()
        if not self._watcher.reached and not self._watcher.look():
            if self._watcher.denied:
                raise AccessDeniedError(self._denied())
            raise RuntimeError(f"Kafka does not answer: {self._watcher.reason}")

    def _denied(self) -> str:
        return (
            f"Kafka at {self._settings.servers} refuses us: {self._watcher.denied}; "
            "check security.protocol and the sasl.… and ssl.… settings"
        )

    def _remarks(self) -> Iterator[str]:
        if self._watcher.reason:
            yield self._watcher.reason
        topics = self._watcher.snapshot()
        missing = [n for n, t in topics.items() if t.presence is Presence.MISSING]
        if missing:
            yield f"waits for topics {', '.join(sorted(missing))}"
        for name, topic in sorted(topics.items()):
            if topic.reason and topic.presence is not Presence.MISSING:
                yield f"cannot read {name}: {topic.reason}"
        if self._traffic.recent_failure:
            yield f"not sent: {self._traffic.recent_failure}"


class DashboardKafkaTransport(KafkaTransport):
    """The transport of dashboards.

    A thread of its own reads each source. When the dashboard is behind, the newest of
    each result stream stands; of commands, answers and status nothing is lost.
    """

    role = Role("livedata-dashboard", read_ahead_kb=64 << 10, linger_ms=0.0)

    def _open(self, topics: Iterable[str]) -> ByteSource:
        return ReadAheadSource(super()._open(topics), self._traffic)


def create(settings: Mapping[str, object]) -> KafkaTransport:
    """Open Kafka for a worker: the factory of the record."""
    return KafkaTransport(KafkaSettings.parse(settings))


def create_dashboard(settings: Mapping[str, object]) -> DashboardKafkaTransport:
    """Open Kafka for a dashboard: the record's other factory."""
    return DashboardKafkaTransport(KafkaSettings.parse(settings))
