"""Batches: cutting what arrives into windows of data time.

Time is the data's; the wall clock only decides how long to wait for stragglers, and
which streams' clocks to trust. What comes too late for its window goes into the next
batch: nothing is lost, and it is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from livedata_core.contract import (
    ArrayData,
    Batch,
    EventData,
    Message,
    StreamId,
)
from livedata_worker.datatime import is_possible
from livedata_worker.grid import PulseGrid
from livedata_worker.pace import Paces
from livedata_worker.pieces import Piece, payload_bytes
from livedata_worker.pulses import split

__all__ = ["Batcher"]

SILENCE = 1.5
"""Batch lengths without a message after which a window is closed in any case."""
GRACE = 0.5
"""Batch lengths to wait for streams that are behind the others. Counted from the first
that is past the window and whose clock agrees with ours; else, as when a file is
played, from the last message in the window."""
TRUSTED = 3.0
"""Batch lengths that a stream's clock may be off before it is no longer waited for."""
MAX_AHEAD_NS = 60 * 1_000_000_000
MAX_OPEN = 64
MAX_SPREAD = 32
"""Windows that the pulses of one message are put into at most."""
MAX_STREAMS = 500
MAX_BYTES = 1 << 29
PIECE_BYTES = 4 << 20
"""What an open window holds before a piece of it is handed over: 5e5 events."""


@dataclass(slots=True)
class _Window:
    """A window that still takes messages; other times than data's are wall-clock.

    `touched_ns` is when the last message came in time, and `passed_ns` when a stream
    with a right clock was first seen to be past it.
    """

    touched_ns: int
    passed_ns: int | None = None
    messages: dict[str, list[Message[Any]]] = field(default_factory=dict)
    nbytes: int = 0


class Batcher:
    """Collects messages and gives back closed windows in order. One thread.

    Attributes
    ----------
    late, ahead:
        Parts of messages that came after their window was closed, and with a time
        too far in the future to be believed, or before 1970. Both go into the oldest
        open window. Late are also pulses far behind the last of their message.
    late_of:
        The late ones by stream; of more than some hundred streams only the first.
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
        self._trusted_ns = int(TRUSTED * self._length_ns)
        self._paces = Paces((slots + 1) // 2, self._trusted_ns)
        self.late = 0
        self.ahead = 0
        self.late_of: dict[StreamId, int] = {}

    def add(self, names: Sequence[str], message: Message[Any], now_ns: int) -> None:
        """Put a message into its window, for each of the sources that take it."""
        if isinstance(message.payload, EventData):
            self._add_events(names, message, now_ns)
        else:
            self._add_at(names, message, now_ns)

    def ready(self, now_ns: int) -> list[Batch]:
        """Close and return the windows that are complete, oldest first."""
        batches = []
        while self._open and self._is_complete(min(self._open), now_ns):
            batches.append(self._close(min(self._open)))
        return batches

    def pieces(self, now_ns: int) -> list[Piece]:
        """Close windows as `ready`; of the oldest open one hand over what is much."""
        pieces = []
        while self._open and self._is_complete(min(self._open), now_ns):
            number = min(self._open)
            nbytes = self._open[number].nbytes
            pieces.append(Piece(self._close(number), True, nbytes))
        return [*pieces, *self.large_piece()]

    def large_piece(self) -> list[Piece]:
        """Return what the oldest open window holds, if that is much, else nothing."""
        if not self._open:
            return []
        number = min(self._open)
        nbytes = self._open[number].nbytes
        if nbytes < PIECE_BYTES:
            return []
        return [Piece(self._split_off(number), False, nbytes)]

    def flush(self) -> list[Batch]:
        """Close and return all windows."""
        return [self._close(window) for window in sorted(self._open)]

    def _add_at(self, names: Sequence[str], message: Message[Any], now_ns: int) -> None:
        """Add a message that has one time; histograms have the pace of events."""
        stream = StreamId(message.topic, message.source_name)
        time_ns = message.timestamp_ns
        grid = self._grid_from(stream, time_ns, now_ns)
        number = grid.window_of(time_ns)
        ahead = self._is_ahead(stream, time_ns, now_ns)
        self._put(self._window(stream, number, ahead, now_ns), names, message)
        if isinstance(message.payload, ArrayData) and not ahead:
            self._paces.count(stream, number, 1, time_ns)

    def _add_events(
        self, names: Sequence[str], message: Message[EventData], now_ns: int
    ) -> None:
        if not len(message.payload.reference_time):
            return
        stream = StreamId(message.topic, message.source_name)
        last = max(message.payload.reference_time.tolist())
        grid = self._grid_from(stream, message.timestamp_ns, now_ns)
        ahead = self._is_ahead(stream, last, now_ns)
        if not ahead:
            grid.follow(last, self._paces.newest_of(stream))
        for number, part in split(message, self._window_of(grid, message)):
            times = part.payload.reference_time.tolist()
            wrong = ahead or not is_possible(times[0])
            window = self._window(stream, number, wrong, now_ns)
            self._put(window, names, part)
            if not wrong:
                self._paces.count(stream, number, len(times), max(times))

    def _window_of(
        self, grid: PulseGrid, message: Message[EventData]
    ) -> Callable[[int], int]:
        """Return the window for each pulse, so that there are not too many."""
        times = message.payload.reference_time.tolist()
        if max(times) - min(times) < MAX_SPREAD * self._length_ns:
            return grid.window_of_pulse
        windows = {grid.window_of_pulse(time_ns) for time_ns in times}
        if len(windows) <= MAX_SPREAD:
            return grid.window_of_pulse
        first = sorted(windows)[-MAX_SPREAD]
        self._note_late(StreamId(message.topic, message.source_name))
        return lambda time_ns: max(grid.window_of_pulse(time_ns), first)

    def _grid_from(self, stream: StreamId, time_ns: int, now_ns: int) -> PulseGrid:
        """Return the grid; the first message decides where it lies."""
        if self._grid is None:
            origin = now_ns if self._is_ahead(stream, time_ns, now_ns) else time_ns
            self._grid = PulseGrid(self._rate, self._length_s, origin)
        return self._grid

    def _is_ahead(self, stream: StreamId, time_ns: int, now_ns: int) -> bool:
        """Return whether a time cannot be believed, as too far in the future.

        Where the clocks of other streams agree with ours, a stream must agree with
        them. Else it may be ahead of us, as when a file is played fast.
        """
        if not is_possible(time_ns):
            return True
        if time_ns <= now_ns + self._trusted_ns:
            return False
        others = self._paces.newest_trusted(stream, now_ns)
        if others is not None:
            return time_ns > max(others, now_ns) + self._trusted_ns
        newest = self._paces.newest_ns
        latest = now_ns if newest is None else max(newest, now_ns)
        return time_ns > latest + MAX_AHEAD_NS

    def _window(
        self, stream: StreamId, number: int, ahead: bool, now_ns: int
    ) -> _Window:
        late = not ahead and self._is_late(number, now_ns)
        self.ahead += ahead
        if late:
            self._note_late(stream)
        if late or ahead:
            number = min(self._open, default=self._next(now_ns))
        window = self._open.get(number)
        if window is None:
            window = self._open[number] = _Window(now_ns)
        elif not (late or ahead):  # others must not keep it open
            window.touched_ns = now_ns
        return window

    def _note_late(self, stream: StreamId) -> None:
        self.late += 1
        if stream in self.late_of or len(self.late_of) < MAX_STREAMS:
            self.late_of[stream] = self.late_of.get(stream, 0) + 1

    def _is_late(self, number: int, now_ns: int) -> bool:
        """Return whether a window is closed; what a wrong clock closed is opened again.

        That happens where only a stream with a clock ahead of ours sent, and one that
        agrees with ours comes after it.
        """
        if self._closed is None or number > self._closed:
            return False
        assert self._grid is not None  # a window was closed, so there is a grid
        right = abs(self._grid.start(number) - now_ns) <= self._trusted_ns
        if right and self._closed_end > now_ns + self._trusted_ns:
            self._closed, self._closed_end = number - 1, self._grid.start(number)
            return False
        return True

    def _next(self, now_ns: int) -> int:
        if self._closed is not None:
            return self._closed + 1
        return 0 if self._grid is None else self._grid.window_of(now_ns)

    def _put(
        self, window: _Window, names: Sequence[str], message: Message[Any]
    ) -> None:
        for name in names:
            window.messages.setdefault(name, []).append(message)
        window.nbytes += payload_bytes(message.payload)

    def _is_complete(self, number: int, now_ns: int) -> bool:
        window = self._open[number]
        quiet_ns = now_ns - window.touched_ns
        if quiet_ns >= SILENCE * self._length_ns or self._is_full():
            return True
        passed = self._paces.passed(number, now_ns)
        if passed.by_all:
            return True
        if passed.by_trusted and window.passed_ns is None:
            window.passed_ns = now_ns
        if window.passed_ns is not None:
            quiet_ns = max(quiet_ns, now_ns - window.passed_ns)
        newer = passed.by_any or len(self._open) > 1
        return newer and quiet_ns >= GRACE * self._length_ns

    def _is_full(self) -> bool:
        nbytes = sum(window.nbytes for window in self._open.values())
        return len(self._open) > MAX_OPEN or nbytes > MAX_BYTES

    def _close(self, number: int) -> Batch:
        batch = self._batch(number)
        del self._open[number]
        self._closed, self._closed_end = number, batch.end_ns
        return batch

    def _split_off(self, number: int) -> Batch:
        """Empty a window, which stays open."""
        batch, window = self._batch(number), self._open[number]
        window.messages, window.nbytes = {}, 0
        return batch

    def _batch(self, number: int) -> Batch:
        assert self._grid is not None  # a window is open, so there is a grid
        follows = self._closed is not None and number == self._closed + 1
        start = self._closed_end if follows else self._grid.start(number)
        return Batch(start, self._grid.start(number + 1), self._open[number].messages)
