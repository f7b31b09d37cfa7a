"""Messages out: handed to the client, which sends them from threads of its own."""

from __future__ import annotations

import threading
import time

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from livedata_kafka.settings import KafkaSettings, Role
from livedata_kafka.traffic import Traffic
from livedata_kafka.watching import Watcher

__all__ = ["KafkaSink", "Publisher"]

POLL_S = 0.1
FLUSH_S = 5.0


class Publisher:
    """The producer of a sink and the thread that hears what became of it.

    A message that the broker has not taken within 30 s is given up and counted; until
    then it is sent again, in order.
    """

    def __init__(
        self, settings: KafkaSettings, role: Role, watcher: Watcher, traffic: Traffic
    ) -> None:
        self._settings = settings
        self._traffic = traffic
        self._watcher = watcher
        self._producer = Producer(settings.producer(role, watcher.on_error))
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="livedata-kafka-sent", daemon=True
        )

    @property
    def waiting(self) -> int:
        """How many messages are not with the broker yet."""
        return len(self._producer)

    def start(self) -> None:
        """Begin to hear what became of messages."""
        self._thread.start()

    def publish(self, topic: str, value: bytes) -> None:
        """Hand over for sending; never blocks.

        Raises
        ------
        RuntimeError
            If the client cannot take it, with the reason.
        """
        try:
            self._producer.produce(topic, value, on_delivery=self._delivered)
        except BufferError as error:
            reason = (
                f"{len(self._producer)} messages wait for the broker already"
                f"{self._why()}"
            )
            self._refuse(topic, reason, error)
        except (KafkaException, ValueError) as error:
            reason = self._settings.redact(str(error.args[0] if error.args else error))
            if isinstance(error, KafkaException):
                reason = self._settings.redact(error.args[0].str())
            self._refuse(topic, f"{reason} ({len(value)} bytes)", error)

    def flush(self, timeout_s: float = FLUSH_S) -> None:
        """Wait until what was handed over is with the broker, at most that long."""
        deadline = time.monotonic() + timeout_s
        while len(self._producer) and time.monotonic() < deadline:
            self._producer.flush(min(POLL_S, timeout_s))

    def stop(self) -> None:
        """Send what is queued, give up on the rest, end."""
        self.flush()
        self._stopping.set()
        self._producer.purge()
        if self._thread.is_alive():
            self._thread.join(timeout=10 * POLL_S)
        self._producer.poll(0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._producer.poll(POLL_S)

    def _refuse(self, topic: str, reason: str, error: Exception) -> None:
        self._traffic.unsent(topic, reason)
        raise RuntimeError(
            f"Kafka does not take a message for {topic!r}: {reason}"
        ) from error

    def _why(self) -> str:
        reason = self._watcher.reason
        return f": {reason}" if reason else ""

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        topic = message.topic() or ""
        if error is None:
            self._traffic.sent(topic, len(message))
            return
        reason = self._settings.redact(error.str())
        if error.code() == KafkaError._MSG_TIMED_OUT:
            reason = f"the broker did not take it in time{self._why()}"
        self._traffic.unsent(topic, reason)


class KafkaSink:
    """Publishes through a producer of its own; any thread."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self.closed = False

    def publish(self, topic: str, value: bytes) -> None:
        """Hand over for sending; never blocks.

        Raises
        ------
        RuntimeError
            If the sink is closed or the client cannot take it.
        """
        if self.closed:
            raise RuntimeError(f"cannot publish to {topic!r}: the Kafka sink is closed")
        self._publisher.publish(topic, value)

    def close(self) -> None:
        """Take no more messages; wait a few seconds for those queued."""
        if not self.closed:
            self.closed = True
            self._publisher.flush()
