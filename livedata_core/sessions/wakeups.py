"""The wake-up hub: tells sessions to look, and nothing else.

A wake carries no data; losing one costs nothing, because a session compares versions
whenever it looks. What a session then does lives in the shell.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

__all__ = ["WakeupHub"]

_log = logging.getLogger(__name__)


class WakeupHub:
    """The wake callables of all sessions. Any thread.

    A wake has to return at once, e.g. by adding a callback to the session's document.
    One that raises belongs to a session that is gone: it is unregistered and counted.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wakes: dict[str, Callable[[], None]] = {}
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many wakes were unregistered because they raised."""
        return self._dropped

    def __len__(self) -> int:
        return len(self._wakes)

    def register(self, session_id: str, wake: Callable[[], None]) -> None:
        """Call `wake` whenever there may be something new; replaces an earlier one."""
        with self._lock:
            self._wakes[session_id] = wake

    def unregister(self, session_id: str) -> None:
        """Wake the session no more; an unknown one is ignored."""
        with self._lock:
            self._wakes.pop(session_id, None)

    def wake_all(self) -> None:
        """Wake every session, outside the lock."""
        with self._lock:
            wakes = tuple(self._wakes.items())
        for session_id, wake in wakes:
            try:
                wake()
            except Exception as error:  # noqa: BLE001 - a dead document raises anything
                self._drop(session_id, wake, error)

    def _drop(
        self, session_id: str, wake: Callable[[], None], error: Exception
    ) -> None:
        with self._lock:
            if self._wakes.get(session_id) is not wake:
                return  # registered anew in the meantime
            del self._wakes[session_id]
            self._dropped += 1
        _log.info("session %s cannot be woken any more: %r", session_id, error)
