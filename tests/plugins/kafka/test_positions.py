"""From where partitions are read, by what the broker said of their topic before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from livedata_kafka.positions import Positions
from livedata_kafka.watching import Place, Presence, TopicInfo, Watcher

END = 1000
THERE = TopicInfo(Presence.PRESENT, "a", 1)
FORBIDDEN = TopicInfo(Presence.FORBIDDEN, reason="no right")
MISSING = TopicInfo(Presence.MISSING)
UNKNOWN = TopicInfo()


class Broker:
    """Watcher and consumer in one; every partition ends at the same place."""

    def __init__(self) -> None:
        self.reads: dict[Place, int] = {}

    def ends(self, places: Iterable[Place]) -> dict[Place, int]:
        return dict.fromkeys(places, END)

    def incremental_assign(self, partitions: list[TopicPartition]) -> None:
        self.reads |= {(p.topic, p.partition): p.offset for p in partitions}

    def incremental_unassign(self, partitions: list[TopicPartition]) -> None:
        for partition in partitions:
            del self.reads[partition.topic, partition.partition]

    def position(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        return [TopicPartition(p.topic, p.partition, END + 7) for p in partitions]


def reads(*looks: TopicInfo) -> dict[int, int]:
    """Return where each partition of a topic is read from after these looks.

    A topic beside it is there all the time.
    """
    broker = Broker()
    positions = Positions(cast("Consumer", broker), cast("Watcher", broker))
    for look in looks:
        positions.follow({"commands": look, "beside": THERE})
        assert broker.reads["beside", 0] == END
    return {n: at for (topic, n), at in broker.reads.items() if topic == "commands"}


@pytest.mark.parametrize(
    "before", [(), (FORBIDDEN,), (UNKNOWN,), (UNKNOWN, FORBIDDEN, UNKNOWN)]
)
def test_a_topic_that_may_be_old_is_read_from_its_end(
    before: tuple[TopicInfo, ...],
) -> None:
    assert reads(*before, THERE) == {0: END}


@pytest.mark.parametrize(
    "before", [(MISSING,), (FORBIDDEN, MISSING), (MISSING, FORBIDDEN)]
)
def test_a_topic_that_was_missing_is_read_from_its_beginning(
    before: tuple[TopicInfo, ...],
) -> None:
    assert reads(*before, THERE) == {0: OFFSET_BEGINNING}


def test_what_is_new_of_a_known_topic_is_read_from_its_beginning() -> None:
    more = TopicInfo(Presence.PRESENT, "a", 2)
    assert reads(FORBIDDEN, THERE, more) == {0: END, 1: OFFSET_BEGINNING}
    anew = TopicInfo(Presence.PRESENT, "b", 1)
    assert reads(THERE, anew) == {0: OFFSET_BEGINNING}
    assert reads(THERE, MISSING, anew) == {0: OFFSET_BEGINNING}


@pytest.mark.parametrize("between", [MISSING, FORBIDDEN])
def test_a_topic_that_comes_back_is_read_on(between: TopicInfo) -> None:
    # What is left is remembered by position; what is only hidden is never left.
    expected = END + 7 if between is MISSING else END
    assert reads(THERE, between, THERE) == {0: expected}
