"""What is on topics of a broker, read from their beginnings."""

from __future__ import annotations

from collections.abc import Iterator

from confluent_kafka import Consumer, TopicPartition

from livedata_core.contract import WireMessage
from tests.support.kafka.broker import KafkaBroker

__all__ = ["all_messages"]

ANSWER_S = 60.0


def all_messages(broker: KafkaBroker, *topics: str) -> Iterator[WireMessage]:
    """Yield all that the broker has of some topics of one partition."""
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "unused"})
    for topic in topics:
        place = TopicPartition(topic, 0, 0)
        first, end = consumer.get_watermark_offsets(place, timeout=ANSWER_S)
        place.offset = first
        consumer.assign([place])
        for _ in range(first, end):
            message = consumer.poll(ANSWER_S)
            assert message is not None
            assert message.error() is None, message.error()
            yield WireMessage(topic, message.value() or b"", message.timestamp()[1])
    consumer.close()
