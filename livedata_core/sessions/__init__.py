"""Who is looking: sessions, how they are woken, and what they are told.

No front end here: a session is an identity, a wake callable and a set of cells.
"""

from livedata_core.sessions.notifications import (
    Level,
    Notification,
    NotificationQueue,
    Remedy,
)
from livedata_core.sessions.registry import Observe, Session, SessionRegistry
from livedata_core.sessions.wakeups import WakeupHub

__all__ = [
    "Level",
    "Notification",
    "NotificationQueue",
    "Observe",
    "Remedy",
    "Session",
    "SessionRegistry",
    "WakeupHub",
]
