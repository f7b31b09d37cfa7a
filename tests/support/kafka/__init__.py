"""A real Kafka broker for tests: from Maven Central, run as a child process."""

from tests.support.kafka.broker import KafkaBroker, reachable
from tests.support.kafka.distribution import NoKafkaError, kafka_jars

__all__ = ["KafkaBroker", "NoKafkaError", "kafka_jars", "reachable"]
