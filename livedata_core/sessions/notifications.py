"""Notifications: sentences for the people in front of all screens, or of one.

Kept in memory, newest last, read by version. How they are shown lives in the shell.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Level", "Notification", "NotificationQueue", "Remedy"]


class Level(StrEnum):
    """How much a notification matters."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Remedy:
    """A button of a notification: its text, and what the shell does to which thing."""

    label: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Notification:
    """One message for people, with how often it came.

    Attributes
    ----------
    key:
        Notifications with equal keys are one.
    count:
        How often it was pushed.
    first_ns, last_ns:
        When it was pushed first and last, ns since the epoch.
    version:
        The version of the queue that its last push made.
    remedy:
        What can be done about it by a click.
    session:
        Id of the only session that is told; None: all are.
    """

    key: str
    level: Level
    title: str
    text: str
    count: int
    first_ns: int
    last_ns: int
    version: int
    remedy: Remedy | None = None
    session: str | None = None


class NotificationQueue:
    """A bounded queue of notifications, grouped by key. Any thread.

    The oldest go first when there are more than `limit`.
    """

    def __init__(
        self, clock: Callable[[], int] = time.time_ns, limit: int = 500
    ) -> None:
        self._clock = clock
        self._limit = limit
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, Notification] = OrderedDict()
        self._version = 0
        self._told = 0

    @property
    def version(self) -> int:
        """Rises by one with every push."""
        return self._version

    @property
    def told(self) -> int:
        """The version up to which people were told, in any session."""
        return self._told

    def note_told(self, version: int) -> None:
        """Note that a session shows what was pushed up to that version."""
        with self._lock:
            self._told = max(self._told, version)

    def push(
        self,
        level: Level | str,
        title: str,
        text: str = "",
        key: str | None = None,
        remedy: Remedy | None = None,
        session: str | None = None,
    ) -> None:
        """Add a notification, or count it where there is one of that key.

        Parameters
        ----------
        level:
            A `Level` or its text form.
        title:
            A sentence.
        text:
            Details: what it affects, what to do.
        key:
            What makes it the same as another; without one, equal level, title, text
            and session.
        remedy:
            A button that it has.
        session:
            Id of a session that alone is told, as of what it was refused.

        Raises
        ------
        ValueError
            If there is no such level.
        """
        level = Level(level)
        if key is None:
            key = f"{level}\n{title}\n{text}\n{session or ''}"
        now_ns = self._clock()
        with self._lock:
            earlier = self._entries.pop(key, None)
            version = self._version + 1
            self._entries[key] = Notification(
                key=key,
                level=level,
                title=title,
                text=text,
                count=earlier.count + 1 if earlier else 1,
                first_ns=earlier.first_ns if earlier else now_ns,
                last_ns=now_ns,
                version=version,
                remedy=remedy,
                session=session,
            )
            while len(self._entries) > self._limit:
                self._entries.popitem(last=False)
            self._version = version

    def since(
        self, version: int, session: str | None = None
    ) -> tuple[Notification, ...]:
        """Return what was pushed after that version of the queue, oldest first.

        Parameters
        ----------
        version:
            0: all that there is.
        session:
            Leave out what other sessions than this one are told alone.
        """
        with self._lock:
            newer = []
            for entry in reversed(self._entries.values()):
                if entry.version <= version:
                    break
                if session is None or entry.session in (None, session):
                    newer.append(entry)
        return tuple(reversed(newer))
