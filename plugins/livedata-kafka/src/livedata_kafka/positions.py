"""Which partitions are read, from where, and what to do when a place is gone."""

from __future__ import annotations

from collections.abc import Mapping

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    Consumer,
    KafkaException,
    TopicPartition,
)

from livedata_kafka.watching import Place, Presence, TopicInfo, Watcher

__all__ = ["Positions"]


class Positions:
    """The partitions that a consumer reads. One thread at a time.

    What is there when the broker first tells of it is read from its end; what appears
    later, from its beginning. A topic that was hidden from us so far may be an old one.
    """

    def __init__(self, consumer: Consumer, watcher: Watcher) -> None:
        self._consumer = consumer
        self._watcher = watcher
        self._missed: set[str] = set()
        self._started: dict[Place, int] = {}
        self._left: dict[Place, int] = {}
        self._identities: dict[str, str] = {}

    def follow(self, topics: Mapping[str, TopicInfo]) -> None:
        """Read all partitions of those that are there, and no others."""
        old: list[Place] = []
        new: list[Place] = []
        for topic, info in topics.items():
            if info.presence is Presence.MISSING:
                self._leave(topic)
                self._missed.add(topic)
            elif info.presence is Presence.PRESENT:
                known = topic in self._identities or topic in self._missed
                if self._identities.setdefault(topic, info.identity) != info.identity:
                    self._forget(topic, info.identity)
                places = [(topic, number) for number in range(info.partitions)]
                unread = [place for place in places if place not in self._started]
                (new if known else old).extend(unread)
        if old:
            self._begin(old, self._watcher.ends(old), OFFSET_END)
        if new:
            self._begin(new, {}, OFFSET_BEGINNING)

    def mend(self, topic: str, partition: int) -> int:
        """Go on where the broker has something; return how many messages are gone.

        Its oldest message where ours was dropped; its end where the log is shorter
        than what we read, as after a crash that lost some.
        """
        place = (topic, partition)
        position = self._position(place)
        beginning = self._watcher.beginnings([place]).get(place, OFFSET_BEGINNING)
        lost_end = beginning >= 0 and position > beginning
        start = OFFSET_END if lost_end else beginning
        self._restart(place, start)
        return max(0, beginning - position) if 0 <= position < beginning else 0

    def _begin(
        self, places: list[Place], told: Mapping[Place, int], otherwise: int
    ) -> None:
        """Go on where we were, else start where the broker told, else `otherwise`."""
        for place in places:
            start = told.get(place, otherwise)
            self._started[place] = self._left.pop(place, start)
        self._consumer.incremental_assign(
            [TopicPartition(*place, self._started[place]) for place in places]
        )

    def _leave(self, topic: str) -> None:
        """Read a topic no more that has gone, but know where we were.

        A broker that has just started may not know of it yet.
        """
        places = [place for place in self._started if place[0] == topic]
        if places:
            self._left |= {place: self._position(place) for place in places}
            self._unassign(places)

    def _forget(self, topic: str, identity: str) -> None:
        """Begin anew with a topic that was made anew."""
        self._identities[topic] = identity
        self._left = {
            place: at for place, at in self._left.items() if place[0] != topic
        }
        self._unassign([place for place in self._started if place[0] == topic])

    def _unassign(self, places: list[Place]) -> None:
        if places:
            self._consumer.incremental_unassign([TopicPartition(*p) for p in places])
        for place in places:
            del self._started[place]

    def _restart(self, place: Place, offset: int) -> None:
        # A partition whose place is gone cannot be sought, only assigned again.
        self._unassign([place])
        self._started[place] = offset
        self._consumer.incremental_assign([TopicPartition(*place, offset)])

    def _position(self, place: Place) -> int:
        """Return the offset of the message to come."""
        try:
            (found,) = self._consumer.position([TopicPartition(*place)])
        except KafkaException:
            return self._started[place]
        return int(found.offset) if found.offset >= 0 else self._started[place]
