"""What Kafka itself does: topics that come and go, limits, credentials."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewPartitions

from livedata_core.contract import AccessDeniedError, MeasuredTransport
from livedata_kafka.transport import KafkaTransport, create
from tests.core.transport.contract import read
from tests.support.kafka import KafkaBroker
from tests.support.kafka.broker import PASSWORD, USER

pytestmark = pytest.mark.kafka


def transport(broker: KafkaBroker, **settings: str) -> KafkaTransport:
    return create({"bootstrap.servers": broker.address, **settings})


def until(condition: Callable[[], bool], step: Callable[[], object]) -> None:
    """Take steps until the condition holds, for half a minute at most."""
    for _ in range(300):
        if condition():
            return
        step()
    pytest.fail("it never came true")


def test_missing_topic_is_told_and_read_from_its_beginning(
    shared_kafka: KafkaBroker,
) -> None:
    with closing(transport(shared_kafka)) as kafka:
        source = kafka.source(["late"])
        assert source.poll(0) == []
        assert kafka.status().connected
        assert kafka.status().detail == "waits for topics late"
        shared_kafka.create("late", partitions=3)
        kafka.sink().publish("late", b"first")
        assert [m.value for m in read(source, 1)] == [b"first"]
        assert kafka.status().detail == ""


def test_all_partitions_are_read_new_ones_from_their_beginning(
    shared_kafka: KafkaBroker,
) -> None:
    shared_kafka.create("wide", partitions=2)

    def publish(partition: int, value: bytes) -> None:
        producer = Producer({"bootstrap.servers": shared_kafka.address})
        producer.produce("wide", value, partition=partition)
        assert producer.flush(20) == 0

    publish(1, b"before")
    with closing(transport(shared_kafka)) as kafka:
        source = kafka.source(["wide"])
        publish(0, b"a")
        publish(1, b"b")
        assert {m.value for m in read(source, 2)} == {b"a", b"b"}
        admin = shared_kafka.admin()
        admin.create_partitions([NewPartitions("wide", 3)])["wide"].result(20)
        until(lambda: len(partitions(admin, "wide")) == 3, lambda: None)
        publish(2, b"c")
        assert [m.value for m in read(source, 1)] == [b"c"]


def partitions(admin: AdminClient, topic: str) -> Mapping[int, object]:
    return admin.list_topics(topic, timeout=20).topics[topic].partitions


def test_topic_deleted_and_made_anew_is_read_from_its_beginning(
    shared_kafka: KafkaBroker,
) -> None:
    shared_kafka.create("phoenix")
    with closing(transport(shared_kafka)) as kafka:
        source, sink = kafka.source(["phoenix"]), kafka.sink()
        for n in range(5):
            sink.publish("phoenix", b"old %d" % n)
        read(source, 5)
        shared_kafka.delete("phoenix")
        shared_kafka.create("phoenix")
        new = [b"new %d" % n for n in range(20)]
        for value in new:
            sink.publish("phoenix", value)
        got: list[bytes] = []
        until(
            lambda: set(new) <= set(got),
            lambda: got.extend(m.value for m in source.poll(0.1)),
        )


def test_traffic_is_counted_by_topic(shared_kafka: KafkaBroker) -> None:
    shared_kafka.create("counted")
    with closing(transport(shared_kafka)) as kafka:
        assert isinstance(kafka, MeasuredTransport)
        source, sink = kafka.source(["counted"]), kafka.sink()
        for _ in range(10):
            sink.publish("counted", bytes(1000))
        read(source, 10)
        until(lambda: kafka.traffic()["counted"].sent == 10, lambda: source.poll(0.1))
        until(lambda: kafka.traffic()["counted"].lag == 0, lambda: source.poll(0.1))
        counted = kafka.traffic()["counted"]
        assert (counted.received, counted.received_bytes) == (10, 10_000)
        assert (counted.sent_bytes, counted.unsent, counted.skipped) == (10_000, 0, 0)


def test_message_over_the_clients_limit_is_refused(shared_kafka: KafkaBroker) -> None:
    with closing(transport(shared_kafka, **{"message.max.bytes": "2000"})) as kafka:
        sink = kafka.sink()
        with pytest.raises(RuntimeError, match=r"too large.*3000 bytes"):
            sink.publish("t", bytes(3000))
        assert kafka.traffic()["t"].unsent == 1


def test_message_over_the_topics_limit_is_told(shared_kafka: KafkaBroker) -> None:
    shared_kafka.create("narrow", config={"max.message.bytes": "2000"})
    with closing(transport(shared_kafka)) as kafka:
        sink = kafka.sink()
        sink.publish("narrow", bytes(3000))
        sink.close()
        assert kafka.traffic()["narrow"].unsent == 1
        assert "not sent: narrow" in kafka.status().detail
        assert kafka.status().connected


def test_full_queue_is_told_and_blocks_nobody(shared_kafka: KafkaBroker) -> None:
    few = {"queue.buffering.max.messages": "1", "linger.ms": "20000"}
    with closing(transport(shared_kafka, **few)) as kafka:
        sink = kafka.sink()
        sink.publish("nowhere", b"1")
        with pytest.raises(RuntimeError, match="1 messages wait for the broker"):
            sink.publish("nowhere", b"2")
        kafka.sink().publish(
            "nowhere", b"of another sink, which has a queue of its own"
        )


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_right_password_lets_in(shared_kafka: KafkaBroker, mechanism: str) -> None:
    with closing(create(sasl(shared_kafka, mechanism, PASSWORD))) as kafka:
        assert kafka.status().connected


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_wrong_password_is_final_and_not_shown(
    shared_kafka: KafkaBroker, mechanism: str
) -> None:
    with pytest.raises(AccessDeniedError, match="refuses us") as denied:
        create(sasl(shared_kafka, mechanism, "guessed-it"))
    assert "guessed-it" not in str(denied.value)


def sasl(broker: KafkaBroker, mechanism: str, password: str) -> dict[str, object]:
    return {
        "bootstrap.servers": broker.sasl_address,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": mechanism,
        "sasl.username": USER,
        "sasl.password": password,
    }


def test_token_that_the_broker_does_not_take_is_final(
    shared_kafka: KafkaBroker,
) -> None:
    unsecured = {
        "bootstrap.servers": shared_kafka.sasl_address,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "OAUTHBEARER",
        "enable.sasl.oauthbearer.unsecure.jwt": True,
        "sasl.oauthbearer.config": "principal=operator",
    }
    with pytest.raises(AccessDeniedError, match=r"OAUTHBEARER|SASL"):
        create(unsecured)


def test_tls_to_a_broker_without_it_is_told(shared_kafka: KafkaBroker) -> None:
    tls = {"bootstrap.servers": shared_kafka.address, "security.protocol": "SSL"}
    with closing(create(tls)) as kafka:
        give_up = time.monotonic() + 20
        # Until the client has tried, nothing is known but that nobody answers.
        while "SSL" not in kafka.status().detail and time.monotonic() < give_up:
            time.sleep(0.1)
        assert not kafka.status().connected
        assert "SSL" in kafka.status().detail


def test_absent_broker_is_awaited(caplog: pytest.LogCaptureFixture) -> None:
    with closing(create({"bootstrap.servers": "127.0.0.1:1"})) as kafka:
        status = kafka.status()
        assert not status.connected
        assert "127.0.0.1:1" in status.detail
        assert not status.denied
        assert kafka.source(["t"]).poll(0) == []  # it was looked for again
    assert caplog.messages == ["no broker answers at 127.0.0.1:1; it is awaited"]
