"""Batches: cutting what arrives into windows of data time.

Time is the data's; the wall clock only decides how long to wait for stragglers, and
which streams' clocks to trust. What comes too late for its window goes into the next
batch: nothing is lost, and it is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from livedata_core.contract import (
    ArrayData,
    Batch,
    EventData,
    ImageData,
    Message,
    StreamId,
)
from livedata_worker.grid import PulseGrid
from livedata_worker.pace import Paces
from livedata_worker.pulses import split

__all__ = ["Batcher"]

SILENCE = 1.5
"""Batch lengths without a message after which a window is closed in any case."""
GRACE = 0.5
"""Batch lengths to wait for streams that are behind the others."""
TRUSTED = 3.0
"""Batch lengths that a stream's clock may be off before it is no longer waited for."""
MAX_AHEAD_NS = 60 * 1_000_000_000
MAX_OPEN = 64
MAX_BYTES = 1 << 29


@dataclass(slots=True)
class _Window:
    """A window that still takes messages; `touched_ns` is wall-clock time."""

    touched_ns: int
    messages: dict[str, list[Message[Any]]] = field(default_factory=dict)
    nbytes: int = 0


class Batcher:
    """Collects messages and gives back closed windows in order. One thread.

    Attributes
    ----------
    late, ahead:
        Parts of messages that came after their window was closed, and with a time
        too far in the future to be believed. Both go into the oldest open window.
    """

    def __init__(self, pulse_rate_hz: float, length_s: float = 1.0) -> None:
        self._rate = pulse_rate_hz
        self._length_s = length_s
        self._length_ns = int(length_s * 1e9)
        self._grid: PulseGrid | None = None
        self._open: dict[int, _Window] = {}
        self._closed: int | None = None
        self._closed_end = 0
        slots = max(1, round(pulse_rate_hz * length_s))
        self._paces = Paces((slots + 1) // 2, int(TRUSTED * self._length_ns))
        self.late = 0
        self.ahead = 0

    def add(self, names: Sequence[str], message: Message[Any], now_ns: int) -> None:
        """Put a message into its window, for each of the sources that take it."""
        if isinstance(message.payload, EventData):
            self._add_events(names, message, now_ns)
        else:
            grid = self._grid_from(message.timestamp_ns, now_ns)
            window = grid.window_of(message.timestamp_ns)
            ahead = self._is_ahead(message.timestamp_ns, now_ns)
            self._put(self._window(window, ahead, now_ns), names, message)

    def ready(self, now_ns: int) -> list[Batch]:
        """Close and return the windows that are complete, oldest first."""
        batches = []
        while self._open and self._is_complete(min(self._open), now_ns):
            batches.append(self._close(min(self._open)))
        return batches

    def flush(self) -> list[Batch]:
        """Close and return all windows."""
        return [self._close(window) for window in sorted(self._open)]

    def _add_events(
        self, names: Sequence[str], message: Message[EventData], now_ns: int
    ) -> None:
        if not len(message.payload.reference_time):
            return
        stream = StreamId(message.topic, message.source_name)
        last = int(message.payload.reference_time.max())
        grid = self._grid_from(message.timestamp_ns, now_ns)
        ahead = self._is_ahead(last, now_ns)
        if not ahead:
            grid.follow(last, self._paces.newest_of(stream))
        for number, part in split(message, grid.window_of_pulse):
            window = self._window(number, ahead, now_ns)
            self._put(window, names, part)
            if not ahead:
                times = part.payload.reference_time
                self._paces.count(stream, number, len(times), int(times.max()))

    def _grid_from(self, time_ns: int, now_ns: int) -> PulseGrid:
        """Return the grid; the first message decides where it lies."""
        if self._grid is None:
            origin = now_ns if self._is_ahead(time_ns, now_ns) else time_ns
            self._grid = PulseGrid(self._rate, self._length_s, origin)
        return self._grid

    def _is_ahead(self, time_ns: int, now_ns: int) -> bool:
        newest = self._paces.newest_ns
        latest = now_ns if newest is None else max(newest, now_ns)
        return time_ns > latest + MAX_AHEAD_NS

    def _window(self, number: int, ahead: bool, now_ns: int) -> _Window:
        late = self._closed is not None and number <= self._closed
        self.late += late
        self.ahead += ahead
        if late or ahead:
            number = min(self._open, default=self._next(now_ns))
        window = self._open.get(number)
        if window is None:
            window = self._open[number] = _Window(now_ns)
        elif not (late or ahead):  # others must not keep it open
            window.touched_ns = now_ns
        return window

    def _next(self, now_ns: int) -> int:
        if self._closed is not None:
            return self._closed + 1
        return 0 if self._grid is None else self._grid.window_of(now_ns)

    def _put(
        self, window: _Window, names: Sequence[str], message: Message[Any]
    ) -> None:
        for name in names:
            window.messages.setdefault(name, []).append(message)
        window.nbytes += _size(message.payload)

    def _is_complete(self, number: int, now_ns: int) -> bool:
        window = self._open[number]
        quiet_ns = now_ns - window.touched_ns
        if quiet_ns >= SILENCE * self._length_ns or self._is_full():
            return True
        some, every = self._paces.passed(number, now_ns)
        newer = some or len(self._open) > 1
        return every or (newer and quiet_ns >= GRACE * self._length_ns)

    def _is_full(self) -> bool:
        nbytes = sum(window.nbytes for window in self._open.values())
        return len(self._open) > MAX_OPEN or nbytes > MAX_BYTES

    def _close(self, number: int) -> Batch:
        assert self._grid is not None  # a window is open, so there is a grid
        window = self._open.pop(number)
        follows = self._closed is not None and number == self._closed + 1
        start = self._closed_end if follows else self._grid.start(number)
        end = self._grid.start(number + 1)
        self._closed, self._closed_end = number, end
        return Batch(start, end, window.messages)


def _size(payload: object) -> int:
    """Return roughly how many bytes a payload holds."""
    if isinstance(payload, EventData):
        return 2 * payload.time_of_flight.nbytes
    if isinstance(payload, ImageData):
        return payload.values.nbytes
    return payload.nbytes if isinstance(payload, ArrayData) else 1000
