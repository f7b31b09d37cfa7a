"""``livedata topics`` over a real broker: what it makes, what it tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from confluent_kafka.admin import ConfigResource, ResourceType

from livedata_cli.exit_codes import ExitCode
from tests.support.kafka import KafkaBroker
from tests.support.programs import livedata

pytestmark = pytest.mark.kafka


def told(broker: KafkaBroker, *arguments: str) -> dict[str, dict[str, Any]]:
    done = livedata(
        "topics", "-i", "dummy", "--kafka", broker.address, "--json", *arguments
    )
    assert done.returncode == ExitCode.OK, done.stderr
    return {row["name"]: row for row in json.loads(done.stdout)}


def config(broker: KafkaBroker, topic: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, topic)
    admin = broker.admin()  # must outlive its answer
    (answer,) = admin.describe_configs([resource]).values()
    return {entry.name: entry.value for entry in answer.result(30).values()}


def test_topics_are_made_as_the_wire_asks_and_then_left_alone(
    own_kafka: KafkaBroker,
) -> None:
    own_kafka.start()
    own_kafka.create("dummy_detector", partitions=3, config={"retention.ms": "-1"})
    before = told(own_kafka)
    assert [name for name, row in before.items() if row["exists"]] == ["dummy_detector"]
    assert before["dummy_detector"]["state"]["retention_s"] == "forever"

    made = told(own_kafka, "--create")
    assert all(row["exists"] for row in made.values())
    assert made["dummy_detector"]["state"] == before["dummy_detector"]["state"]
    results = config(own_kafka, "dummy_livedata_data")
    assert results["retention.ms"] == "30000"
    assert int(results["segment.ms"]) <= 30_000
    assert int(results["max.message.bytes"]) >= 100 << 20
    commands = config(own_kafka, "dummy_livedata_commands")
    assert commands["retention.ms"] == str(48 * 3600 * 1000)
    assert int(commands["max.message.bytes"]) >= 1 << 20
    assert told(own_kafka, "--create") == made


def test_a_broker_that_is_not_there_is_one_line(own_kafka: KafkaBroker) -> None:
    done = livedata("topics", "-i", "dummy", "--kafka", own_kafka.address)
    assert done.returncode == ExitCode.CANNOT_START
    assert "Kafka does not answer" in done.stderr
    assert own_kafka.address in done.stderr
    assert len(done.stderr.splitlines()) == 1
