"""What waits for the thread that does the work: commands, and windows of data.

Commands come first. Data are bounded: while the list is full, nobody reads more of
them, so that what overtaxes the worker waits at the broker, whose limits decide what
is dropped. Where many windows wait, they are taken together and published as one
update.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from typing import Any

from livedata_core.contract import Message
from livedata_worker.pieces import Piece

__all__ = ["Worklist"]

MAX_WINDOWS = 32
MAX_BYTES = 256 << 20
MAX_COMMANDS = 10_000
ALONE = 2
"""So many windows may wait without being taken together."""
TOGETHER = 8


class Worklist:
    """A queue of commands and one of pieces of windows. Any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._commands: deque[Message[Any]] = deque(maxlen=MAX_COMMANDS)
        self._pieces: deque[Piece] = deque()
        self._windows = 0
        self._nbytes = 0
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many whole windows wait."""
        return self._windows

    @property
    def is_full(self) -> bool:
        """Whether no more data should be read."""
        return self._windows >= MAX_WINDOWS or self._nbytes >= MAX_BYTES

    def add_commands(self, messages: Iterable[Message[Any]]) -> None:
        """Append commands; of more than can be kept the oldest go."""
        with self._changed:
            self._commands.extend(messages)
            self._changed.notify_all()

    def add_pieces(self, pieces: Iterable[Piece]) -> None:
        """Append pieces of windows, in the order of their times."""
        with self._changed:
            for piece in pieces:
                self._pieces.append(piece)
                self._windows += piece.ends
                self._nbytes += piece.nbytes
            self._changed.notify_all()

    def close(self) -> None:
        """Let nobody wait any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wait_for_work(self, timeout_s: float) -> None:
        """Return when there is something to do, or after a while."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._commands or self._pieces or self._closed, timeout_s
            )

    def wait_for_room(self, timeout_s: float) -> bool:
        """Return whether more data may be read, as soon as they may."""
        with self._changed:
            self._changed.wait_for(lambda: not self.is_full or self._closed, timeout_s)
            return not self.is_full

    def next_command(self) -> Message[Any] | None:
        """Take the oldest command."""
        with self._changed:
            return self._commands.popleft() if self._commands else None

    def take_pieces(self) -> list[Piece]:
        """Take the oldest window, and where many wait those that follow it at once.

        Of a window that is still open, what is there of it is taken.
        """
        with self._changed:
            windows = TOGETHER if self._windows > ALONE else 1
            taken: list[Piece] = []
            while self._pieces and windows and _follows(taken, self._pieces[0]):
                piece = self._pieces.popleft()
                self._windows -= piece.ends
                self._nbytes -= piece.nbytes
                windows -= piece.ends
                taken.append(piece)
            self._changed.notify_all()
            return taken


def _follows(taken: list[Piece], piece: Piece) -> bool:
    """Return whether a piece is of the same window or of the next."""
    if not taken:
        return True
    last = taken[-1]
    start_ns = last.batch.end_ns if last.ends else last.batch.start_ns
    return piece.batch.start_ns == start_ns
