"""Which sources of an instrument take a raw message.

A raw stream is known by topic and source name. Several detectors may share one; and
a device's topic may carry alarms beside readings, which no source takes here.
"""

from __future__ import annotations

from typing import Any

from livedata_core.contract import (
    AreaDetector,
    ArrayData,
    Detector,
    EventData,
    ImageData,
    Instrument,
    Log,
    LogData,
    Message,
    Monitor,
    StreamId,
)

__all__ = ["Router"]

_TAKES: dict[type, tuple[type, ...]] = {
    Detector: (EventData,),
    AreaDetector: (ImageData,),
    Monitor: (EventData, ArrayData),
    Log: (LogData,),
}


class Router:
    """Finds the sources of a message. Immutable."""

    def __init__(self, instrument: Instrument) -> None:
        self._takers: dict[StreamId, list[tuple[str, tuple[type, ...]]]] = {}
        for source in instrument.sources:
            taker = (source.name, _TAKES[type(source)])
            self._takers.setdefault(source.stream, []).append(taker)

    def names(self, message: Message[Any]) -> tuple[str, ...]:
        """Return the names of the sources that take the message."""
        stream = StreamId(message.topic, message.source_name)
        payload = type(message.payload)
        return tuple(
            name for name, kinds in self._takers.get(stream, ()) if payload in kinds
        )

    def label(self, stream: StreamId) -> str | None:
        """Return the sources of a stream as one text; None if nothing maps it."""
        takers = self._takers.get(stream)
        return None if takers is None else ", ".join(name for name, _ in takers)
