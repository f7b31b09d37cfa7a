"""Topics are listed and made as an instrument needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from livedata_core.contract import NeededTopic, TopicAdmin, Topics, TopicState
from livedata_kafka.transport import KafkaTransport, create
from tests.support.kafka import KafkaBroker

pytestmark = pytest.mark.kafka


@pytest.fixture
def kafka(shared_kafka: KafkaBroker) -> Iterator[KafkaTransport]:
    with closing(create({"bootstrap.servers": shared_kafka.address})) as transport:
        yield transport


def needed(name: str, retention_s: int = 30, size: int = 100 << 20) -> NeededTopic:
    return NeededTopic(name, "da00", "workers", "dashboards", retention_s, size)


def test_missing_topics_are_made_as_needed(kafka: KafkaTransport) -> None:
    assert isinstance(kafka, TopicAdmin)
    names = ["made_short", "made_long", "not_made"]
    assert kafka.topic_states(names) == {}
    topics = [needed("made_short"), needed("made_long", 48 * 3600, 1 << 20)]
    assert kafka.create_topics(topics) == {}
    made: dict[str, TopicState] = {}
    for _ in range(100):
        made = dict(kafka.topic_states(names))
        if made.keys() == {"made_short", "made_long"}:
            break
    assert {name: (s.partitions, s.retention_s) for name, s in made.items()} == {
        "made_short": (1, 30.0),
        "made_long": (1, 48 * 3600.0),
    }
    assert made["made_short"].max_message_bytes is not None
    assert made["made_short"].max_message_bytes >= 100 << 20


def test_what_cannot_be_made_is_told_and_the_rest_is_made(
    kafka: KafkaTransport,
) -> None:
    refused = kafka.create_topics([needed("no topic"), needed("made_beside")])
    assert list(refused) == ["no topic"]
    assert kafka.create_topics([needed("made_beside")]) == {}


def test_absent_broker_is_told() -> None:
    with (
        closing(create({"bootstrap.servers": "127.0.0.1:1"})) as transport,
        pytest.raises(RuntimeError, match="does not answer"),
    ):
        transport.topic_states([Topics("dummy").data])
