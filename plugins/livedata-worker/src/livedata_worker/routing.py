"""What a worker reads, and which sources of an instrument take a raw message.

A raw stream is known by topic and source name. Several detectors may share one; and
a device's topic may carry alarms beside readings, which no source takes here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
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
    Topics,
    WorkflowSpec,
)

__all__ = ["Router", "Subscription", "subscription"]

_TAKES: dict[type, tuple[type, ...]] = {
    Detector: (EventData,),
    AreaDetector: (ImageData,),
    Monitor: (EventData, ArrayData),
    Log: (LogData,),
}
_REGIONS = ("roi_rectangle", "roi_polygon")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a worker reads.

    Attributes
    ----------
    data, control:
        Topics of raw data, and of commands and what else acts on jobs.
    sources:
        The instrument's sources on the topics of raw data.
    """

    data: tuple[str, ...]
    control: tuple[str, ...]
    sources: frozenset[str]


def subscription(
    instrument: Instrument,
    specs: Iterable[WorkflowSpec],
    sources: Collection[str] | None = None,
) -> Subscription:
    """Return what is needed to run workflows.

    Parameters
    ----------
    sources:
        On which sources they run here; None: on all of each.
    """
    names: set[str] = set()
    topics = Topics(instrument.name)
    control = [topics.commands]
    for spec in specs:
        own = [name for name in spec.sources if sources is None or name in sources]
        if not own:
            continue
        names.update(own, spec.aux_sources.values(), spec.context)
        for name in spec.aux_sources.values():
            names.update(source.name for source in instrument.alike(name))
        if any(output.name in _REGIONS for output in spec.outputs):
            control.append(topics.roi)
        if spec.on_run_start == "reset":
            control.append(topics.filewriter)
    data = tuple(dict.fromkeys(s.topic for s in instrument.sources if s.name in names))
    return Subscription(
        data,
        tuple(dict.fromkeys(control)),
        frozenset(s.name for s in instrument.sources if s.topic in data),
    )


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
