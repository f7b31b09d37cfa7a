"""The topics an instrument needs, and how they are looked after on a broker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from livedata_core.contract.records import (
    AreaDetector,
    Detector,
    Instrument,
    Log,
    Monitor,
)
from livedata_core.contract.topics import Topics

__all__ = ["NeededTopic", "TopicAdmin", "TopicState", "needed_topics"]

SHORT_S = 30
"""Retention of what is of use at the moment alone."""
LONG_S = 48 * 3600
SMALL_BYTES = 1 << 20
LARGE_BYTES = 100 << 20

_RAW: Mapping[type, tuple[str, int, int]] = {
    Detector: ("ev44", SHORT_S, LARGE_BYTES),
    AreaDetector: ("ad00", SHORT_S, LARGE_BYTES),
    Monitor: ("ev44 or da00", SHORT_S, LARGE_BYTES),
    Log: ("f144, al00, ep01", LONG_S, SMALL_BYTES),
}


@dataclass(frozen=True, slots=True)
class NeededTopic:
    """A topic of an instrument, with the settings it needs on a broker.

    Attributes
    ----------
    carries:
        Schemas, with what they say.
    writer, reader:
        Who writes and who reads it, for people.
    retention_s:
        How long messages are to be kept, s.
    max_message_bytes:
        Size of the largest message.
    """

    name: str
    carries: str
    writer: str
    reader: str
    retention_s: int
    max_message_bytes: int


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic that exists on a broker.

    `retention_s` and `max_message_bytes` are None where the broker does not say, for
    lack of permission; `retention_s` is infinite where nothing is ever deleted.
    """

    partitions: int
    retention_s: float | None = None
    max_message_bytes: int | None = None


@runtime_checkable
class TopicAdmin(Protocol):
    """Looks after topics: what a `Transport` may offer beside reading and writing.

    Both ask the broker and wait for its answer, for seconds: never on the event loop.
    """

    def topic_states(self, names: Iterable[str]) -> Mapping[str, TopicState]:
        """Return those of the topics that exist.

        Raises
        ------
        AccessDeniedError
            If the broker refuses the credentials.
        RuntimeError
            If it cannot be reached.
        """

    def create_topics(self, topics: Iterable[NeededTopic]) -> Mapping[str, str]:
        """Make topics; return the reasons for those that could not be, by name.

        Raises
        ------
        AccessDeniedError
            If the broker refuses the credentials.
        RuntimeError
            If it cannot be reached.
        """


def needed_topics(instrument: Instrument) -> tuple[NeededTopic, ...]:
    """Return all topics of an instrument: those of livedata, then those of raw data.

    Examples
    --------
    >>> [topic.name for topic in needed_topics(Instrument(name="a", title="A"))][:2]
    ['a_livedata_commands', 'a_livedata_responses']
    """
    return (*_own(Topics(instrument.name)), *_raw(instrument))


def _own(topics: Topics) -> Iterator[NeededTopic]:
    def topic(
        name: str, carries: str, writer: str, reader: str, *, large: bool = False
    ) -> NeededTopic:
        retention_s = SHORT_S if carries.startswith("da00") else LONG_S
        size = LARGE_BYTES if large else SMALL_BYTES
        return NeededTopic(name, carries, writer, reader, retention_s, size)

    yield topic(topics.commands, "JSON commands", "dashboards", "workers")
    yield topic(topics.responses, "JSON acknowledgements", "workers", "dashboards")
    yield topic(topics.heartbeat, "x5f2 status", "workers", "dashboards")
    yield topic(topics.data, "da00 results", "workers", "dashboards", large=True)
    yield topic(topics.roi, "da00 regions of interest", "dashboards", "workers")
    yield topic(topics.nicos_data, "da00 devices", "workers", "experiment control")
    yield topic(topics.filewriter, "pl72 and 6s4t runs", "file writing", "all")


def _raw(instrument: Instrument) -> Iterable[NeededTopic]:
    """Return the topics of raw data; one that sources of several kinds share, once."""
    found: dict[str, NeededTopic] = {}
    for source in instrument.sources:
        carries, retention_s, size = next(
            need for kind, need in _RAW.items() if isinstance(source, kind)
        )
        topic = NeededTopic(
            source.topic, carries, "instrument", "workers", retention_s, size
        )
        earlier = found.setdefault(source.topic, topic)
        if earlier.carries != carries:
            topic = replace(
                topic,
                carries=_joined(earlier.carries, carries),
                retention_s=min(earlier.retention_s, retention_s),
                max_message_bytes=max(earlier.max_message_bytes, size),
            )
        found[source.topic] = topic
    return found.values()


def _joined(*carried: str) -> str:
    schemas = [
        schema for text in carried for schema in text.replace(" or ", ", ").split(", ")
    ]
    return ", ".join(dict.fromkeys(schemas))
