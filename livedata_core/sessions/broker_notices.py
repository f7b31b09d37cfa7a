"""Tells people when the broker goes, comes back, or does not do what it should."""

from __future__ import annotations

from collections.abc import Callable

from livedata_core.contract import TransportStatus
from livedata_core.sessions.notifications import Level, NotificationQueue

__all__ = ["BrokerNotices"]

KEY = "broker"


class BrokerNotices:
    """Turns changes of the connection into notifications. One thread.

    A broker that was not there at the start is shown by the page itself and is no
    news.
    """

    def __init__(
        self, status: Callable[[], TransportStatus], notifications: NotificationQueue
    ) -> None:
        self._status = status
        self._notifications = notifications
        self._connected = False
        self._lost = False
        self._detail = ""

    def look(self) -> None:
        """Compare with the last look."""
        status = self._status()
        detail, self._detail = self._detail, status.detail
        if self._connected and not status.connected:
            self._lost = True
            self._push(Level.WARNING, "The broker is gone", status.detail)
        elif self._lost and status.connected:
            self._lost = False
            self._push(Level.INFO, "The broker is back", status.detail)
        elif status.connected and status.detail and status.detail != detail:
            self._push(Level.WARNING, "The broker lacks something", status.detail)
        self._connected = status.connected

    def _push(self, level: Level, title: str, detail: str) -> None:
        self._notifications.push(level, title, detail, f"{KEY} {title}")
