"""A real Kafka broker."""

from tests.support.kafka.fixtures import kafka_address, own_kafka, shared_kafka

__all__ = ["kafka_address", "own_kafka", "shared_kafka"]
