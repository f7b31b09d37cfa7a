"""**FrozenFrames**: frames at which somebody's plot stands still, by a name.

The name is what a browser asks with for the data of just that frame; nobody can guess
it. Who keeps a frame drops it again.
"""

from __future__ import annotations

import secrets
from weakref import WeakKeyDictionary

from livedata_core.api import CellFrame, DashboardServices

__all__ = ["FrozenFrames", "frozen_frames"]


class FrozenFrames:
    """The frames of one process. Event loop only."""

    def __init__(self) -> None:
        self._frames: dict[str, CellFrame] = {}

    def keep(self, frame: CellFrame) -> str:
        """Keep a frame; return its name."""
        name = secrets.token_urlsafe(12)
        self._frames[name] = frame
        return name

    def get(self, name: str | None) -> CellFrame | None:
        """Return the frame of a name; None: it is not kept (any more)."""
        return None if name is None else self._frames.get(name)

    def drop(self, name: str) -> None:
        """Let go of a frame; an unknown one is ignored."""
        self._frames.pop(name, None)

    def __len__(self) -> int:
        return len(self._frames)


_made: WeakKeyDictionary[DashboardServices, FrozenFrames] = WeakKeyDictionary()


def frozen_frames(services: DashboardServices) -> FrozenFrames:
    """Return the one for a dashboard; it goes with its services."""
    found = _made.get(services)
    if found is None:
        found = _made[services] = FrozenFrames()
    return found
