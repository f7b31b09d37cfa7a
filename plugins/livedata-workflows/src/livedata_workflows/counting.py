"""Counting slots: the inner loop of event workflows.

`SlotCounter` turns indices into counts with ``numpy.bincount``, collecting those of
small messages first; `event_blocks` walks through the events of messages in blocks
that stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from livedata_core.contract import EventData, Message

__all__ = ["BLOCK", "Scratch", "SlotCounter", "event_blocks"]

BLOCK = 1 << 15
"""Most events handled at a time."""

_STAGED = 4 * BLOCK

Int32s = npt.NDArray[np.int32]


class SlotCounter:
    """Counts how often each slot was named. Slots are 0 to size - 1, unchecked."""

    def __init__(self, size: int) -> None:
        self._counts = np.zeros(size, dtype=np.int64)
        self._staged = np.empty(_STAGED, dtype=np.intp)
        self._used = 0

    def room(self, number: int) -> npt.NDArray[np.intp]:
        """Return an array for that many indices, which the caller must fill.

        `number` is at most `BLOCK`. The array is valid until the next call.
        """
        if self._used + number > _STAGED:
            self._count()
        view = self._staged[self._used : self._used + number]
        self._used += number
        return view

    def take(self) -> npt.NDArray[np.int64]:
        """Return the counts, int64 [slot], and begin anew."""
        self._count()
        counts = self._counts
        self._counts = np.zeros_like(counts)
        return counts

    def _count(self) -> None:
        if self._used:
            named = self._staged[: self._used]
            self._counts += np.bincount(named, minlength=len(self._counts))
            self._used = 0


class Scratch:
    """Work space for one block, made once."""

    def __init__(self, size: int = BLOCK) -> None:
        self.real = np.empty(size, dtype=np.float64)
        self.index = np.empty(size, dtype=np.uint32)
        self.mask = np.empty(size, dtype=np.bool_)
        self.spare = np.empty(size, dtype=np.bool_)

    def of(self, size: int) -> Scratch:
        """Return views of the first `size` items."""
        part = object.__new__(Scratch)
        part.real = self.real[:size]
        part.index = self.index[:size]
        part.mask = self.mask[:size]
        part.spare = self.spare[:size]
        return part


def event_blocks(
    messages: Iterable[Message[Any]], source_name: str
) -> Iterator[tuple[Int32s, Int32s | None]]:
    """Yield times of flight and pixel ids of all events, at most `BLOCK` at a time.

    Raises
    ------
    ValueError
        If a message carries anything but events.
    """
    for message in messages:
        events = message.payload
        if not isinstance(events, EventData):
            raise ValueError(  # noqa: TRY004 -- operators read it: bad data, no bug
                f"{source_name} sends {type(events).__name__} on {message.topic}; "
                "this workflow takes events (ev44)"
            )
        times, pixels = events.time_of_flight, events.pixel_id
        for start in range(0, len(times), BLOCK):
            block = slice(start, start + BLOCK)
            yield times[block], None if pixels is None else pixels[block]
