"""Somebody who looks at a dashboard, without a browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from livedata_core.api import DashboardServices
from livedata_core.contract import SessionInfo

PATIENCE_S = 90.0


class Viewer:
    """A session that views what it is told to and is woken when there is news."""

    def __init__(self, services: DashboardServices) -> None:
        self.services = services
        self._woken = threading.Event()
        services.sessions.open(
            SessionInfo("test", services.instrument.name), self._woken.set
        )

    def view_all(self) -> None:
        """View every cell, as a browser with the whole layout open would."""
        cells = frozenset(cell.id for _, cell in self.services.plots.layout.cells())
        self.services.sessions.view("test", cells)
        self.services.plot_data.look()

    def all_drawn(self) -> bool:
        """Return whether every cell shows something."""
        frames = self.services.plot_data
        cells = [cell for _, cell in self.services.plots.layout.cells()]
        drawn = [frames.cell(cell.id) for cell in cells]
        return bool(cells) and all(
            frame is not None and frame.drawn is not None for frame in drawn
        )

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait, from wake-up to wake-up, until `condition` holds."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if condition():
                return
            self._woken.wait(1.0)
            self._woken.clear()
            self.services.sessions.touch("test")
        raise AssertionError(f"not reached within {PATIENCE_S:.0f} s")
