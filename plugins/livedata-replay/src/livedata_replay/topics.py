"""Which topics are recorded and replayed: groups of them, by what they carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from livedata_core.contract import Instrument, Topics

__all__ = ["Selection", "TopicGroup", "group_of", "topics_of"]

_RESULTS = ("data", "heartbeat", "responses", "nicos_data")
_CONTROL = ("commands", "roi")


class TopicGroup(StrEnum):
    """What a topic carries."""

    RAW = "raw"
    """What the instrument sends, and run starts and stops."""
    RESULTS = "results"
    """What workers publish: results, heartbeats, acknowledgements, device values."""
    CONTROL = "control"
    """What dashboards send: commands and regions of interest."""


def group_of(topic: str) -> TopicGroup:
    """Return the group of a topic, by its name.

    Examples
    --------
    >>> group_of("dummy_detector"), group_of("dummy_livedata_roi")
    (<TopicGroup.RAW: 'raw'>, <TopicGroup.CONTROL: 'control'>)
    """
    _, found, kind = topic.rpartition("_livedata_")
    if found and kind in _RESULTS:
        return TopicGroup.RESULTS
    if found and kind in _CONTROL:
        return TopicGroup.CONTROL
    return TopicGroup.RAW


def topics_of(instrument: Instrument) -> tuple[str, ...]:
    """Return all topics of an instrument."""
    own = Topics(instrument.name)
    names = (
        *instrument.topics(),
        own.filewriter,
        *(getattr(own, name) for name in (*_RESULTS, *_CONTROL)),
    )
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Selection:
    """Topics that are chosen by name, by group, or both.

    Attributes
    ----------
    groups:
        Groups whose topics are chosen.
    topics:
        Topics that are chosen beside them.
    instrument:
        If given, groups choose topics of that instrument alone.
    """

    groups: frozenset[TopicGroup] = frozenset()
    topics: frozenset[str] = frozenset()
    instrument: Instrument | None = None

    def __contains__(self, topic: object) -> bool:
        if topic in self.topics:
            return True
        if not isinstance(topic, str) or group_of(topic) not in self.groups:
            return False
        return self.instrument is None or topic in topics_of(self.instrument)

    def of(self, topics: Iterable[str]) -> tuple[str, ...]:
        """Return the chosen ones among topics, then those chosen by name."""
        chosen = (topic for topic in topics if topic in self)
        return tuple(dict.fromkeys((*chosen, *sorted(self.topics))))
