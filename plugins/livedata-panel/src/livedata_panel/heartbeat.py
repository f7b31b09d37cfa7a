"""**HeartbeatWidget**: whether the browser lives and what it has painted."""

from __future__ import annotations

import time
from collections.abc import Callable

from livedata_panel.bridge import Bridge
from livedata_panel.context import SessionContext
from livedata_panel.outbox import Outbox

__all__ = ["HeartbeatWidget"]

PATIENCE_S = 5.0
"""How long a frame may stay unpainted before the next is sent nevertheless."""


class HeartbeatWidget:
    """Follows one browser. Event loop only.

    Parameters
    ----------
    context:
        The session.
    bridge:
        Where the browser beats and reports paints.
    outbox:
        Carries the number of a frame.
    reopen:
        Called when the registry has dropped the session, which is alive after all.
    painted:
        Called when the browser has painted the latest frame.
    """

    def __init__(
        self,
        context: SessionContext,
        bridge: Bridge,
        outbox: Outbox,
        *,
        reopen: Callable[[], None],
        painted: Callable[[], None],
    ) -> None:
        self._context = context
        self._bridge = bridge
        self._outbox = outbox
        self._reopen = reopen
        self._painted = painted
        self._sent_at = 0.0
        bridge.on_change("beat", self._on_beat)
        bridge.on_change("painted", self._on_painted)

    def _on_beat(self, _attr: str, _old: object, _new: object) -> None:
        if not self._context.services.sessions.touch(self._context.info.session_id):
            self._reopen()

    def _on_painted(self, _attr: str, _old: object, _new: object) -> None:
        if self._bridge.painted == self._bridge.frame:
            self._painted()

    @property
    def is_ready(self) -> bool:
        """Whether the browser can take a frame: it has painted the one before."""
        if self._bridge.painted >= self._bridge.frame:
            return True
        return time.monotonic() - self._sent_at > PATIENCE_S

    def sent(self) -> None:
        """Note that a frame has been sent."""
        self._sent_at = time.monotonic()
        self._outbox.set("frame", self._bridge.frame + 1)
