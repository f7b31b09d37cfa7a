"""The broker that other tests rely on keeps what it should over its own death."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from tests.support.kafka import KafkaBroker, reachable
from tests.support.kafka.broker import PASSWORD, USER

pytestmark = pytest.mark.kafka


def publish(broker: KafkaBroker, topic: str, value: bytes) -> None:
    producer = Producer(
        {"bootstrap.servers": broker.address, "message.max.bytes": 110 << 20}
    )
    producer.produce(topic, value)
    assert producer.flush(30) == 0


def first(broker: KafkaBroker, topic: str) -> bytes:
    consumer = Consumer(
        {
            "bootstrap.servers": broker.address,
            "group.id": "unused",
            "fetch.message.max.bytes": 110 << 20,
            "receive.message.max.bytes": 120 << 20,
        }
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    message = consumer.poll(30)
    consumer.close()
    assert message is not None
    value = message.value()
    assert isinstance(value, bytes)
    return value


def test_messages_outlive_a_killed_broker(own_kafka: KafkaBroker) -> None:
    own_kafka.start()
    own_kafka.create("dummy_detector")
    publish(own_kafka, "dummy_detector", b"kept")
    own_kafka.kill()
    assert not reachable(own_kafka.address, 0.2)
    own_kafka.start()
    assert first(own_kafka, "dummy_detector") == b"kept"


@pytest.mark.usefixtures("own_kafka")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="no setpriv")
def test_a_broker_ends_with_the_tests_that_were_killed(tmp_path: Path) -> None:
    script = (
        "import pathlib, signal, sys\n"
        "from tests.support.kafka import KafkaBroker\n"
        "broker = KafkaBroker(pathlib.Path(sys.argv[1]))\n"
        "broker.start()\n"
        "print(broker.address, flush=True)\n"
        "signal.pause()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "kafka")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        address = tests.stdout.readline().strip()
        assert reachable(address, 10.0)
        tests.kill()
    deadline = time.monotonic() + 30
    while reachable(address, 0.2):
        assert time.monotonic() < deadline


def test_it_takes_images_of_90_mib(shared_kafka: KafkaBroker) -> None:
    shared_kafka.create("large")
    publish(shared_kafka, "large", b"i" * (90 << 20))
    assert len(first(shared_kafka, "large")) == 90 << 20
    shared_kafka.delete("large")


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_it_knows_its_user_from_others(
    shared_kafka: KafkaBroker, mechanism: str
) -> None:
    settings = {
        "bootstrap.servers": shared_kafka.sasl_address,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": mechanism,
        "sasl.username": USER,
        "log_level": 0,
    }
    right = Producer({**settings, "sasl.password": PASSWORD})
    assert right.list_topics(timeout=20).brokers
    wrong = Producer({**settings, "sasl.password": "guessed"})
    with pytest.raises(KafkaException):
        wrong.list_topics(timeout=2)
