"""What brokers do to a running system; each ends with data flowing again."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import closing

import numpy as np
import pytest
from confluent_kafka import Producer

from livedata_codecs.ad00 import encode as encode_ad00
from livedata_core.contract import ImageData, Message, Topics
from livedata_kafka.transport import create, create_dashboard
from tests.core.transport.contract import read
from tests.support.kafka import KafkaBroker
from tests.support.kafka.broker import MAX_MESSAGE_BYTES
from tests.support.kafka.system import make_topics, running_system

pytestmark = pytest.mark.kafka
TOPICS = Topics("dummy")


def test_broker_killed_and_restarted_under_load(own_kafka: KafkaBroker) -> None:
    own_kafka.start()
    make_topics(own_kafka)
    with running_system(own_kafka.address) as system:
        system.wait_for_data()
        own_kafka.kill()
        system.wait_until(lambda: not system.dashboard.status().connected)
        own_kafka.start()
        system.wait_until(lambda: system.dashboard.status().connected)
        system.wait_for_data()


def test_command_sent_while_the_broker_is_away_arrives(
    own_kafka: KafkaBroker,
) -> None:
    own_kafka.start()
    own_kafka.create(TOPICS.commands)
    settings = {"bootstrap.servers": own_kafka.address}
    with (
        closing(create(settings)) as worker,
        closing(create_dashboard(settings)) as dashboard,
    ):
        commands, sink = worker.source([TOPICS.commands]), dashboard.sink()
        own_kafka.kill()
        sent = [b'{"n":%d}' % n for n in range(20)]
        for command in sent:
            sink.publish(TOPICS.commands, command)
        own_kafka.start()
        assert [m.value for m in read(commands, len(sent))] == sent


def test_command_that_cannot_be_delivered_is_told(own_kafka: KafkaBroker) -> None:
    own_kafka.start()
    own_kafka.create(TOPICS.commands)
    settings = {"bootstrap.servers": own_kafka.address, "message.timeout.ms": 1000}
    with closing(create_dashboard(settings)) as dashboard:
        sink = dashboard.sink()
        own_kafka.kill()
        sink.publish(TOPICS.commands, b"{}")
        sink.close()
        assert dashboard.traffic()[TOPICS.commands].unsent == 1
        assert f"not sent: {TOPICS.commands}" in dashboard.status().detail


def test_broker_absent_at_start(own_kafka: KafkaBroker) -> None:
    with running_system(own_kafka.address) as system:
        assert not system.dashboard.status().connected
        own_kafka.start()
        system.wait_until(lambda: "waits for" in system.dashboard.status().detail)
        make_topics(own_kafka)
        system.wait_until(lambda: not system.dashboard.status().detail)
        system.services.start_default_workflows()
        system.wait_for_data()


def test_topics_deleted_and_made_anew(own_kafka: KafkaBroker) -> None:
    own_kafka.start()
    names = make_topics(own_kafka)
    with running_system(own_kafka.address) as system:
        system.wait_for_data()
        own_kafka.delete(*names)
        system.wait_until(lambda: "waits for" in system.dashboard.status().detail)
        make_topics(own_kafka)
        system.wait_until(lambda: not system.dashboard.status().detail)
        system.wait_for_data()


def test_garbage_on_every_topic(own_kafka: KafkaBroker) -> None:
    """100 MB on each of bytes that are nothing, then some that begin like a schema."""
    own_kafka.start()
    names = make_topics(own_kafka)
    with running_system(own_kafka.address) as system:
        system.wait_for_data()
        send_garbage(own_kafka, names)
        resources = system.services.resources
        system.wait_until(
            lambda: sum(s.errors for s in resources.counters.snapshot().values()) > 400
        )
        system.wait_for_data()


def send_garbage(broker: KafkaBroker, names: Sequence[str]) -> None:
    producer = Producer({"bootstrap.servers": broker.address, "log_level": 0})
    for value in garbage():
        for name in names:
            producer.produce(name, value)
        assert producer.flush(60) == 0


def garbage() -> Iterator[bytes]:
    made = random.Random(1)
    for _ in range(200):
        yield made.randbytes(500_000)
    for schema in (b"da00", b"ev44", b"x5f2", b"pl72", b"f144", b"ad00") * 50:
        yield made.randbytes(4) + schema + made.randbytes(500)


def test_messages_of_90_mib_and_over_the_limit(own_kafka: KafkaBroker) -> None:
    own_kafka.start()
    make_topics(own_kafka)
    with running_system(own_kafka.address) as system:
        system.wait_for_data()
        image = ImageData(np.zeros((3435, 3435), dtype=np.float64))
        large = encode_ad00(Message(TOPICS.data, "area_panel", time.time_ns(), image))
        assert len(large) > 90 << 20
        sink = system.facility.sink()
        large_ones = (
            (system.dashboard, TOPICS.data),
            (system.facility, "dummy_area_detector"),
        )
        sink.publish(TOPICS.data, large)
        sink.publish("dummy_area_detector", large)  # the worker reads it, too
        with pytest.raises(RuntimeError, match="too large"):
            sink.publish(TOPICS.data, bytes(130 << 20))
        # The client takes no third message while it still holds the first two.
        system.wait_until(
            lambda: all(
                transport.traffic()[topic].received_bytes > 90 << 20
                for transport, topic in large_ones
            )
        )
        sink.publish(TOPICS.data, bytes(MAX_MESSAGE_BYTES + (1 << 20)))
        system.wait_until(lambda: system.facility.traffic()[TOPICS.data].unsent >= 2)
        system.wait_for_data()
