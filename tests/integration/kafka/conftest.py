"""A real Kafka broker, and a browser."""

from tests.browser.conftest import window
from tests.support.kafka.fixtures import kafka_address, own_kafka, shared_kafka

__all__ = ["kafka_address", "own_kafka", "shared_kafka", "window"]
