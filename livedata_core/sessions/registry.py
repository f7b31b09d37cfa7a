"""The session registry: which browser sessions there are and what each one views.

Plots ask for the union of the viewed cells, each in every view that a session has of
it, and compute nothing else. What a session
shows, and its models, live in the shell.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

from livedata_core.contract import OVERVIEW, SessionInfo, View
from livedata_core.sessions.wakeups import WakeupHub

__all__ = ["SILENCE_S", "Observe", "Session", "SessionRegistry"]

SILENCE_S = 120.0
"""A session that was not touched for so long is dropped, in seconds.

Browsers slow the timers of hidden tabs to one a minute; two missed ones mean gone.
"""


class Observe(Protocol):
    """Tells plugins that something happened; never raises or blocks."""

    def __call__(self, hook_name: str, /, **kwargs: object) -> None:
        """Queue the call of an observing hook."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser session as last seen; `touched_ns` in ns since the epoch."""

    info: SessionInfo
    views: Mapping[str, View] = field(default_factory=lambda: MappingProxyType({}))
    touched_ns: int = 0

    @property
    def cells(self) -> frozenset[str]:
        """The cells that it shows."""
        return frozenset(self.views)


class SessionRegistry:
    """All sessions of the process. Any thread; readers take immutable snapshots.

    `version` rises when a session opens or closes or views other cells, not when it
    is touched.
    """

    def __init__(
        self,
        observe: Observe,
        wakeups: WakeupHub,
        clock: Callable[[], int] = time.time_ns,
        silence_s: float = SILENCE_S,
    ) -> None:
        self._observe = observe
        self._wakeups = wakeups
        self._clock = clock
        self._silence_ns = int(silence_s * 1e9)
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._viewed: frozenset[tuple[str, View]] = frozenset()
        self._version = 0

    @property
    def version(self) -> int:
        """Rises with every change of who views what."""
        return self._version

    def open(self, info: SessionInfo, wake: Callable[[], None]) -> Session:
        """Add a session and register its wake; opening it again renews both."""
        session = Session(info, touched_ns=self._clock())
        with self._lock:
            known = info.session_id in self._sessions
            self._sessions[info.session_id] = session
            self._changed()
        self._wakeups.register(info.session_id, wake)
        if not known:
            self._observe("livedata_session_started", session=info)
        return session

    def close(self, session_id: str) -> None:
        """Forget a session; an unknown one is ignored."""
        self._wakeups.unregister(session_id)
        with self._lock:
            session = self._sessions.pop(session_id, None)
            if session is not None:
                self._changed()
        if session is not None:
            self._observe("livedata_session_closed", session=session.info)

    def touch(self, session_id: str) -> bool:
        """Note that the session lives; False if it was dropped and has to reopen."""
        now_ns = self._clock()
        with self._lock:
            session = self._sessions.get(session_id)
            if session is None:
                return False
            self._sessions[session_id] = replace(session, touched_ns=now_ns)
        return True

    def view(self, session_id: str, cells: Mapping[str, View] | frozenset[str]) -> bool:
        """Say which cells a session shows; False if it has to reopen.

        Parameters
        ----------
        session_id:
            Which session.
        cells:
            The view that it has of each cell; of a plain set, it is the overview.
        """
        if isinstance(cells, frozenset):
            cells = dict.fromkeys(cells, OVERVIEW)
        views = MappingProxyType(dict(cells))
        now_ns = self._clock()
        with self._lock:
            session = self._sessions.get(session_id)
            if session is None:
                return False
            self._sessions[session_id] = replace(
                session, views=views, touched_ns=now_ns
            )
            if views != session.views:
                self._changed()
        return True

    def viewed(self) -> frozenset[tuple[str, View]]:
        """Return the cells that any session shows, in which views. Lock-free."""
        return self._viewed

    def snapshot(self) -> Mapping[str, Session]:
        """Return all sessions by id."""
        with self._lock:
            return MappingProxyType(dict(self._sessions))

    def drop_silent(self) -> tuple[Session, ...]:
        """Close the sessions that were not touched for the stated silence."""
        oldest_ns = self._clock() - self._silence_ns
        with self._lock:
            silent = tuple(
                session
                for session in self._sessions.values()
                if session.touched_ns < oldest_ns
            )
        for session in silent:
            self.close(session.info.session_id)
        return silent

    def _changed(self) -> None:
        self._viewed = frozenset(
            pair
            for session in self._sessions.values()
            for pair in session.views.items()
        )
        self._version += 1
