"""The NXevent_data groups of a NeXus file: what they hold and where they play.

Only sizes, units and first times are read here. Events are read by
`livedata_replay.reading`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from livedata_core.contract import Instrument, StreamId
from livedata_replay.errors import ReplayError
from livedata_replay.units import ns_per_unit, origin_ns, shifted, to_ns

if TYPE_CHECKING:
    import h5py

__all__ = [
    "EventGroup",
    "attribute",
    "event_groups",
    "open_file",
    "sizes",
    "stream_of",
    "time_zero",
]

_KINDS = {
    "event_time_zero": "iuf",
    "event_index": "iu",
    "event_time_offset": "iuf",
    "event_id": "iu",
}


@dataclass(frozen=True, slots=True)
class EventGroup:
    """One NXevent_data group.

    Attributes
    ----------
    path:
        Its path in the file, without leading slash.
    events, pulses:
        How many it holds.
    first_ns, last_ns:
        Times of the first and the last pulse, ns since the file's origin of time.
    stream:
        Where it plays on the given instrument; None if it does not.
    problem:
        Why it cannot be played, if it cannot.
    """

    path: str
    events: int = 0
    pulses: int = 0
    first_ns: int = 0
    last_ns: int = 0
    stream: StreamId | None = None
    problem: str | None = None

    @property
    def playable(self) -> bool:
        """Whether it has pulses and a stream."""
        return self.problem is None and self.stream is not None


def open_file(path: Path) -> h5py.File:
    """Open a NeXus file for reading.

    Raises
    ------
    ReplayError
        If there is no such file, it cannot be read, or it is not HDF5.
    """
    import h5py

    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise ReplayError(f"cannot replay {path}: {found}; name a NeXus file")
    try:
        with path.open("rb"):
            pass
        return h5py.File(path, "r")
    except OSError as error:
        if not h5py.is_hdf5(path) and error.errno is None:
            raise ReplayError(
                f"cannot replay {path}: it is not HDF5; name a NeXus file"
            ) from error
        raise ReplayError(f"cannot replay {path}: {error}") from error


def event_groups(file: h5py.File, instrument: Instrument | None) -> list[EventGroup]:
    """Return all NXevent_data groups of a file, by path.

    Parameters
    ----------
    instrument:
        Where they are to play; None: nowhere.
    """
    import h5py

    found: list[EventGroup] = []

    def visit(path: str, member: h5py.Group | h5py.Dataset) -> None:
        if isinstance(member, h5py.Group) and _nx_class(member) == "NXevent_data":
            found.append(_described(path, member, instrument))

    file.visititems(visit)
    return found


def attribute(member: h5py.Group | h5py.Dataset, name: str) -> str | None:
    """Return a text attribute, whichever way it was written; None without."""
    value = member.attrs.get(name)
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None


def _nx_class(group: h5py.Group) -> str | None:
    return attribute(group, "NX_class")


def time_zero(
    group: h5py.Group, start: int, stop: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return pulse times ``start`` to ``stop``, int64 ns since the epoch.

    Without units, fractional times are seconds and integers nanoseconds. The origin
    is the attribute ``offset``, else the epoch.

    Raises
    ------
    ReplayError
        If they are no such times, or too far from the epoch.
    """
    times = group["event_time_zero"]
    default = "s" if times.dtype.kind == "f" else "ns"
    scale = ns_per_unit(attribute(times, "units") or default)
    since_origin = to_ns(times[start:stop], scale)
    offset = attribute(times, "offset")
    if not offset:
        return since_origin
    try:
        return shifted(since_origin, origin_ns(offset))
    except ReplayError as error:
        raise ReplayError(f"the offset of its event_time_zero: {error}") from error


def _described(
    path: str, group: h5py.Group, instrument: Instrument | None
) -> EventGroup:
    try:
        pulses, events = sizes(group)
        if not pulses:
            return EventGroup(path, events, problem="it has no pulses")
        first = int(time_zero(group, 0, 1)[0])
        last = int(time_zero(group, pulses - 1, pulses)[0])
    except ReplayError as error:
        return EventGroup(path, problem=str(error))
    stream = stream_of(path, instrument) if instrument else None
    return EventGroup(path, events, pulses, first, last, stream)


def sizes(group: h5py.Group) -> tuple[int, int]:
    """Return the numbers of pulses and events that all datasets agree on.

    A file whose writer was interrupted may have longer ones; the rest is left out.

    Raises
    ------
    ReplayError
        If a dataset is missing or is no list of numbers.
    """
    lengths = {}
    for name, kinds in _KINDS.items():
        dataset = group.get(name)
        if dataset is None:
            if name == "event_id":
                continue  # monitors need not say which pixel was hit
            raise ReplayError(f"it has no {name}")
        if getattr(dataset, "ndim", 0) != 1 or dataset.dtype.kind not in kinds:
            raise ReplayError(f"its {name} is no list of numbers")
        lengths[name] = int(dataset.shape[0])
    pulses = min(lengths["event_time_zero"], lengths["event_index"])
    offsets = lengths["event_time_offset"]
    return pulses, min(offsets, lengths.get("event_id", offsets))


def stream_of(path: str, instrument: Instrument) -> StreamId | None:
    """Return the stream on which a group of that path plays.

    The instrument's `nexus_events` decides; else the detectors and monitors whose
    `source_name` or `name` is that of the group, else of its parent, if they share
    one stream.
    """
    named = {key.strip("/"): stream for key, stream in instrument.nexus_events.items()}
    path = path.strip("/")
    if path in named:
        return named[path]
    sources = (*instrument.detectors, *instrument.monitors)
    for name in reversed(path.split("/")[-2:]):
        streams = {
            source.stream
            for source in sources
            if name in (source.source_name, source.name)
        }
        if len(streams) == 1:
            return streams.pop()
    return None
