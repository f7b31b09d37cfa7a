"""What the parts of one session share: services, identity and view state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from livedata_core.api import CommandError, DashboardServices, Level
from livedata_core.contract import SessionInfo
from livedata_panel.loop_monitor import LoopMonitor
from livedata_panel.turns import Turns

__all__ = ["SessionContext", "ViewState"]


@dataclass
class ViewState:
    """What one session looks at; changed on the event loop alone.

    `page` is ``grid:<id>``, ``cell:<id>``, ``workflows`` or ``system``; empty until the
    first grid is known. `last_grid` was open last. A `read_only` session cannot change
    anything that others see.
    """

    page: str = ""
    last_grid: str | None = None
    loaded: bool = False
    visible: bool = True
    theme: str = "light"
    large: bool = False
    read_only: bool = False

    @property
    def cell_id(self) -> str | None:
        """The cell that has the page for itself, if one has."""
        kind, _, name = self.page.partition(":")
        return name if kind == "cell" else None

    @property
    def grid_id(self) -> str | None:
        """The grid that is open, if one is."""
        kind, _, name = self.page.partition(":")
        return name if kind == "grid" else None


@dataclass(frozen=True)
class SessionContext:
    """One browser session's place in the process.

    `monitor` measures the event loop that serves it, if one does; `turns` says when it
    looks after a wake.
    """

    services: DashboardServices
    info: SessionInfo
    view: ViewState = field(default_factory=ViewState)
    monitor: LoopMonitor | None = None
    turns: Turns = field(default_factory=Turns)

    def attempt(self, what: str, action: Callable[[], None]) -> bool:
        """Do what the user asked for; the session is told of a refusal."""
        try:
            action()
        except (ValueError, KeyError, CommandError) as error:
            text = error.args[0] if error.args else type(error).__name__
            self.tell(Level.ERROR, what, str(text))
            return False
        return True

    def tell(self, level: Level, title: str, text: str = "") -> None:
        """Tell this session alone, of what concerns no other."""
        push = self.services.notifications.push
        push(level, title, text, session=self.info.session_id)
