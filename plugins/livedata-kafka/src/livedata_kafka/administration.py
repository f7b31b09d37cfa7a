"""Looking after topics: which there are, how they are set, making those missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from livedata_core.contract import NeededTopic, TopicState

__all__ = ["create_topics", "topic_states"]

ANSWER_S = 20.0
SHORTEST_SEGMENT_S = 10


def topic_states(admin: AdminClient, names: Iterable[str]) -> dict[str, TopicState]:
    """Return those of the topics that exist.

    Raises
    ------
    RuntimeError
        If the broker does not answer.
    """
    partitions = dict(_partitions(admin, list(names)))
    configs = _configs(admin, partitions)
    return {
        name: TopicState(
            count,
            _retention_s(configs.get(name, {})),
            _number(configs.get(name, {}), "max.message.bytes"),
        )
        for name, count in partitions.items()
    }


def create_topics(
    admin: AdminClient, topics: Iterable[NeededTopic]
) -> Mapping[str, str]:
    """Make topics of one partition, which keeps their order; return what went wrong.

    Raises
    ------
    RuntimeError
        If the broker does not answer.
    """
    new = [
        NewTopic(topic.name, num_partitions=1, config=_config(topic))
        for topic in topics
    ]
    if not new:
        return {}
    refused = {}
    for name, future in admin.create_topics(new, request_timeout=ANSWER_S).items():
        try:
            future.result()
        except KafkaException as failure:
            error = failure.args[0]
            if error.code() < 0:
                raise RuntimeError(
                    f"the broker does not answer: {error.str()}"
                ) from None
            if error.code() != KafkaError.TOPIC_ALREADY_EXISTS:
                refused[name] = error.str()
    return refused


def _config(topic: NeededTopic) -> dict[str, str]:
    # Kafka drops whole segments, so these must be shorter than what is kept.
    segment_s = max(SHORTEST_SEGMENT_S, topic.retention_s // 6)
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(topic.retention_s * 1000),
        "segment.ms": str(segment_s * 1000),
        # Envelope and headers come on top of the payload.
        "max.message.bytes": str(topic.max_message_bytes + (64 << 10)),
    }


def _partitions(admin: AdminClient, names: list[str]) -> Iterator[tuple[str, int]]:
    if not names:
        return
    answers = admin.describe_topics(TopicCollection(names), request_timeout=ANSWER_S)
    for name, future in answers.items():
        try:
            yield name, len(future.result().partitions)
        except KafkaException as failure:
            error = failure.args[0]
            if error.code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise RuntimeError(f"cannot ask about {name}: {error.str()}") from None


def _configs(admin: AdminClient, names: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Return the settings of topics, without those we may not see."""
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    if not resources:
        return {}
    found: dict[str, Mapping[str, Any]] = {}
    answers = admin.describe_configs(resources, request_timeout=ANSWER_S)
    for resource, future in answers.items():
        try:
            found[resource.name] = future.result()
        except KafkaException:
            continue
    return found


def _retention_s(config: Mapping[str, Any]) -> float | None:
    milliseconds = _number(config, "retention.ms")
    if milliseconds is None:
        return None
    return math.inf if milliseconds < 0 else milliseconds / 1000


def _number(config: Mapping[str, Any], name: str) -> int | None:
    entry = config.get(name)
    return None if entry is None or entry.value is None else int(entry.value)
