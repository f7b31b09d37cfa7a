"""Taking event messages apart by pulse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from livedata_core.contract import EventData, Message

__all__ = ["split"]


def split(
    message: Message[EventData], window_of: Callable[[int], int]
) -> list[tuple[int, Message[EventData]]]:
    """Return the parts of a message with the window of each.

    Consecutive pulses of one window stay together; a message whose pulses share a
    window is returned as it is. Every event goes with its own pulse, those before
    the first index with the first pulse. Without a pulse there is no part.
    """
    times = message.payload.reference_time.tolist()
    windows = [window_of(time) for time in times]
    if not windows:
        return []
    cuts = [i for i in range(1, len(windows)) if windows[i] != windows[i - 1]]
    if not cuts:
        return [(windows[0], message)]
    ends = [*cuts, len(windows)]
    return [
        (windows[first], _part(message, first, last))
        for first, last in zip([0, *cuts], ends, strict=True)
    ]


def _part(message: Message[EventData], first: int, last: int) -> Message[EventData]:
    """Return the pulses `first` to `last` - 1 with their events."""
    events, index = message.payload, message.payload.reference_time_index
    number = len(events.time_of_flight)
    begin = int(index[first]) if first else 0
    end = int(index[last]) if last < len(index) else number
    with_pixels = events.pixel_id is not None and len(events.pixel_id) == number
    payload = EventData(
        reference_time=events.reference_time[first:last],
        reference_time_index=index[first:last] - begin,
        time_of_flight=events.time_of_flight[begin:end],
        pixel_id=events.pixel_id[begin:end]
        if with_pixels and events.pixel_id is not None
        else events.pixel_id,
    )
    time = int(events.reference_time[first])
    return replace(message, timestamp_ns=time, payload=payload)
