"""**Turns**: woken sessions look one after the other, and the loop breathes between.

A commit wakes all sessions at once. If all of them looked in one pass of the event
loop, whatever else waits for it, a click or a page, would wait for all of them.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

__all__ = ["Turns"]

log = logging.getLogger(__name__)

Turn = Callable[[], None]


def _at_once(action: Callable[[], None]) -> None:
    action()


class Turns:
    """Gives a turn to one session in each pass of the event loop.

    Parameters
    ----------
    call_soon:
        Runs a callable in the next pass of the loop, whatever the calling thread. The
        default runs it at once, for where there is no loop.
    """

    def __init__(self, call_soon: Callable[[Turn], None] = _at_once) -> None:
        self._call_soon = call_soon
        self._lock = threading.Lock()
        self._waiting: deque[Turn] = deque()
        self._is_passing = False

    def ask(self, turn: Turn) -> None:
        """Have `turn` called on the loop when all that asked before had theirs.

        Any thread. A turn returns soon; one that raises is logged.
        """
        with self._lock:
            self._waiting.append(turn)
            if self._is_passing:
                return
            self._is_passing = True
        self._call_soon(self._give)

    def _give(self) -> None:
        with self._lock:
            turn = self._waiting.popleft()
        try:
            turn()
        except Exception as error:  # noqa: BLE001 - a dead document raises anything
            log.info("a session cannot be woken any more: %r", error)
        with self._lock:
            self._is_passing = bool(self._waiting)
            if not self._is_passing:
                return
        self._call_soon(self._give)
