"""What is in a recording: messages, bytes and times of every stream.

Counted as it is written, and kept in the file when it is finished; counted again by
reading where that is missing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livedata_core.contract import WireMessage
from livedata_replay.codecs import schema_of
from livedata_replay.recordings import Recorded, Recording

if TYPE_CHECKING:
    from livedata_replay.codecs import Codecs

__all__ = [
    "METADATA",
    "OTHER_SOURCE",
    "Contents",
    "StreamContents",
    "Tally",
    "read",
    "to_metadata",
]

METADATA = "livedata:streams"
"""Name of the metadata record that holds the streams of a finished MCAP file."""

OTHER_SOURCE = "<other>"
"""Stands for all further streams of a topic and schema once there are too many."""

MAX_STREAMS = 5000
MAX_PROBLEMS = 20
_NS = 1e9


@dataclass(frozen=True, slots=True)
class StreamContents:
    """Messages of one topic, schema and source.

    Attributes
    ----------
    schema:
        The schema id, ``json``, or empty where the bytes name none.
    source_name:
        As the schema carries it; empty where it has none.
    messages, nbytes:
        How many, and the size of all of them.
    first_ns, last_ns:
        Earliest and latest log time, ns since the epoch.
    """

    topic: str
    schema: str
    source_name: str
    messages: int
    nbytes: int
    first_ns: int
    last_ns: int

    @property
    def rate_hz(self) -> float | None:
        """Messages per second; None where they span no time."""
        span_s = (self.last_ns - self.first_ns) / _NS
        return (self.messages - 1) / span_s if span_s > 0 else None


@dataclass(frozen=True, slots=True)
class Contents:
    """All streams of a recording, by topic, and what is wrong with the file."""

    streams: tuple[StreamContents, ...]
    problems: tuple[str, ...] = ()

    @property
    def messages(self) -> int:
        """Messages of all streams."""
        return sum(stream.messages for stream in self.streams)

    @property
    def nbytes(self) -> int:
        """Bytes of all messages."""
        return sum(stream.nbytes for stream in self.streams)

    @property
    def first_ns(self) -> int:
        """Earliest log time, 0 if there is no message."""
        return min((stream.first_ns for stream in self.streams), default=0)

    @property
    def last_ns(self) -> int:
        """Latest log time, 0 if there is no message."""
        return max((stream.last_ns for stream in self.streams), default=0)


class Tally:
    """Counts messages as they are written or read; bounded in streams. One thread."""

    def __init__(self, codecs: Codecs) -> None:
        self._codecs = codecs
        self._streams: dict[tuple[str, str, str], StreamContents] = {}

    def add(self, message: Recorded) -> str:
        """Count a message and return its schema."""
        topic, value, time_ns = message.topic, message.value, message.log_time_ns
        schema = schema_of(topic, value)
        key = (topic, schema, self._codecs.source_name(WireMessage(topic, value)))
        known = self._streams.get(key)
        if known is None and len(self._streams) >= MAX_STREAMS:
            key = (topic, schema, OTHER_SOURCE)
            known = self._streams.get(key)
        if known is None:
            known = StreamContents(*key, 0, 0, time_ns, time_ns)
        self._streams[key] = replace(
            known,
            messages=known.messages + 1,
            nbytes=known.nbytes + len(value),
            first_ns=min(known.first_ns, time_ns),
            last_ns=max(known.last_ns, time_ns),
        )
        return schema

    def streams(self) -> tuple[StreamContents, ...]:
        """Return the streams, by topic, schema and source."""
        return tuple(self._streams[key] for key in sorted(self._streams))


def read(recording: Recording, codecs: Codecs, *, check: bool = False) -> Contents:
    """Return what is in a recording.

    Parameters
    ----------
    check:
        Whether to read it through, even if it says what is in it.

    Raises
    ------
    ReplayError
        If the file cannot be opened.
    """
    if not check:
        stored = _stored(recording)
        if stored is not None:
            return Contents(stored)
    problems: list[str] = []

    def damage(sentence: str) -> None:
        if len(problems) < MAX_PROBLEMS:
            problems.append(sentence)
        elif len(problems) == MAX_PROBLEMS:
            problems.append("and more")

    tally = Tally(codecs)
    for message in recording.messages(damage):
        tally.add(message)
    return Contents(tally.streams(), tuple(problems))


def to_metadata(streams: Sequence[StreamContents]) -> dict[str, str]:
    """Return streams as a metadata record holds them: a JSON text of rows."""
    rows = [
        [s.topic, s.schema, s.source_name, s.messages, s.nbytes, s.first_ns, s.last_ns]
        for s in streams
    ]
    return {"streams": json.dumps(rows, ensure_ascii=False)}


def _stored(recording: Recording) -> tuple[StreamContents, ...] | None:
    """Return the streams that the file itself lists, if it does."""
    from livedata_replay.mcap_reading import McapRecording

    if not isinstance(recording, McapRecording):
        return None
    metadata = recording.metadata(METADATA)
    if metadata is None:
        return None
    try:
        rows = json.loads(metadata["streams"])
        streams = tuple(StreamContents(*row) for row in rows)
    except (ValueError, KeyError, TypeError):
        return None
    if not all(map(_is_sound, streams)):
        return None
    index = recording.index()
    total = sum(index.messages.values()) if index else None
    return streams if total == sum(stream.messages for stream in streams) else None


def _is_sound(stream: StreamContents) -> bool:
    texts = (stream.topic, stream.schema, stream.source_name)
    numbers = (stream.messages, stream.nbytes, stream.first_ns, stream.last_ns)
    return all(type(text) is str for text in texts) and all(
        type(number) is int for number in numbers
    )
