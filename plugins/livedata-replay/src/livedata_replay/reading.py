"""Events of one NXevent_data group, pulse by pulse, read in pieces of bounded size."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from livedata_core.contract import EventData, Message
from livedata_replay.errors import ReplayError
from livedata_replay.groups import EventGroup, attribute, sizes, time_zero
from livedata_replay.units import ns_per_unit, to_int32

if TYPE_CHECKING:
    import h5py
    import numpy.typing as npt

__all__ = ["EVENTS_PER_READ", "PULSES_PER_READ", "pulses"]

logger = logging.getLogger(__name__)

PULSES_PER_READ = 4096
EVENTS_PER_READ = 1_000_000
"""Most events in memory at a time, and in one message."""


def pulses(
    file: h5py.File, group: EventGroup, shift_ns: int
) -> Iterator[Message[EventData]]:
    """Yield a message for each pulse, in order, also for pulses without events.

    A pulse with more events than are read at a time is yielded in several messages
    of the same time. A time that goes back is raised to the one before.

    Parameters
    ----------
    group:
        A playable group of that file.
    shift_ns:
        What is added to the pulse times.

    Raises
    ------
    ReplayError
        If the indices of a pulse are not within the events.
    """
    reader = _Reader(file, group)
    latest = -(2**63)
    for start in range(0, group.pulses, PULSES_PER_READ):
        stop = min(start + PULSES_PER_READ, group.pulses)
        times = reader.times(start, stop, latest)
        latest = int(times[-1])
        bounds = reader.bounds(start, stop)
        yield from reader.messages(times + shift_ns, bounds)


class _Reader:
    """The datasets of one group."""

    def __init__(self, file: h5py.File, group: EventGroup) -> None:
        if group.stream is None:
            raise ReplayError(f"{group.path} plays on no stream")
        self._where = f"{group.path} in {file.filename}"
        self._stream = group.stream
        self._group = file[group.path]
        _, self._events = sizes(self._group)
        self._offsets = self._group["event_time_offset"]
        self._ids = self._group.get("event_id")
        default = "us" if self._offsets.dtype.kind == "f" else "ns"
        self._scale = ns_per_unit(attribute(self._offsets, "units") or default)

    def times(self, start: int, stop: int, latest: int) -> npt.NDArray[np.int64]:
        """Return pulse times that do not descend, none before `latest`."""
        times = time_zero(self._group, start, stop)
        ascending = np.maximum(np.maximum.accumulate(times), latest)
        if not np.array_equal(times, ascending):
            logger.warning("pulse times of %s go back; they are raised", self._where)
        return ascending

    def bounds(self, start: int, stop: int) -> npt.NDArray[np.int64]:
        """Return the first event of each pulse, and behind them the end of the last."""
        index = self._group["event_index"]
        bounds: npt.NDArray[np.int64] = index[start : stop + 1].astype(np.int64)
        if bounds.size == stop - start:
            bounds = np.append(bounds, max(self._events, int(bounds[-1])))
        if bounds[0] < 0 or np.any(bounds[1:] < bounds[:-1]):
            raise ReplayError(
                f"event_index of {self._where} does not ascend between pulses "
                f"{start} and {stop}; the file is damaged"
            )
        # What an interrupted writer announced and did not write is left out.
        return np.minimum(bounds, self._events)

    def messages(
        self, times: npt.NDArray[np.int64], bounds: npt.NDArray[np.int64]
    ) -> Iterator[Message[EventData]]:
        first = 0
        while first < times.size:
            # As many whole pulses as may be read at once, but at least one.
            limit = bounds[first] + EVENTS_PER_READ
            last = int(np.searchsorted(bounds, limit, side="right")) - 1
            last = min(max(last, first + 1), times.size)
            if bounds[last] > limit:
                yield from self._long_pulse(int(times[first]), bounds[first : last + 1])
            else:
                yield from self._short_pulses(
                    times[first:last], bounds[first : last + 1]
                )
            first = last

    def _short_pulses(
        self, times: npt.NDArray[np.int64], bounds: npt.NDArray[np.int64]
    ) -> Iterator[Message[EventData]]:
        begin = int(bounds[0])
        offsets, ids = self._read(begin, int(bounds[-1]))
        for time, start, stop in zip(
            times.tolist(),
            (bounds[:-1] - begin).tolist(),
            (bounds[1:] - begin).tolist(),
            strict=True,
        ):
            pixels = None if ids is None else ids[start:stop]
            yield self._message(time, offsets[start:stop], pixels)

    def _long_pulse(
        self, time: int, bounds: npt.NDArray[np.int64]
    ) -> Iterator[Message[EventData]]:
        end = int(bounds[1])
        for start in range(int(bounds[0]), end, EVENTS_PER_READ):
            yield self._message(
                time, *self._read(start, min(start + EVENTS_PER_READ, end))
            )

    def _read(
        self, start: int, stop: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32] | None]:
        offsets = to_int32(self._offsets[start:stop], self._scale)
        ids = None if self._ids is None else to_int32(self._ids[start:stop])
        return offsets, ids

    def _message(
        self,
        time_ns: int,
        offsets: npt.NDArray[np.int32],
        ids: npt.NDArray[np.int32] | None,
    ) -> Message[EventData]:
        events = EventData(
            reference_time=np.array([time_ns], np.int64),
            reference_time_index=np.zeros(1, np.int32),
            time_of_flight=offsets,
            pixel_id=ids,
        )
        return Message(self._stream.topic, self._stream.source_name, time_ns, events)
