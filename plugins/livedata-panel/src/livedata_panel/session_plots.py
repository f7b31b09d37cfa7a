"""**SessionPlotManager**: which figures one browser has, and what it lacks of them.

The server keeps no model of a session's figures: what opens one and what changes in it
is made once for all sessions, and a session remembers how far its browser is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from livedata_core.api import CellFrame
from livedata_core.contract import OVERVIEW, View
from livedata_panel.context import SessionContext
from livedata_panel.outbox import Outbox
from livedata_panel.render.patch import DrawnPlot, Look
from livedata_panel.zoom import Region, view_of

__all__ = ["SessionPlotManager"]


@dataclass
class _Shown:
    """What the browser has of a cell: a figure, at a version, of a view."""

    figure: str
    version: int
    view: View


class SessionPlotManager:
    """Keeps a browser's figures as the latest frames have them. Event loop only.

    What opens a figure is made on the compute thread when the first session asks for
    it. Where the user zooms into a reduced image, the tile that shows the region is
    asked for; until it is there, the figure that there is stays.

    Parameters
    ----------
    context:
        The session.
    wake:
        Has the session look again; called from the compute thread.
    """

    def __init__(self, context: SessionContext, wake: Callable[[], None]) -> None:
        self._context = context
        self._wake = wake
        self._regions: dict[str, Region] = {}
        self._views: dict[str, View] = {}
        self._shown: dict[str, _Shown] = {}
        self._asked: dict[str, str] = {}
        self._cells: frozenset[str] = frozenset()
        self._viewed: dict[str, View] = {}

    @property
    def figures(self) -> dict[str, str]:
        """Names of the figures by cell."""
        return {cell_id: shown.figure for cell_id, shown in self._shown.items()}

    @property
    def looks(self) -> frozenset[tuple[str, View, View]]:
        """Cells that are not seen as a whole: what is viewed and what is still shown.

        Sessions of equal looks have equal frames.
        """
        looks = (
            (cell_id, self._view(cell_id), self._shown_view(cell_id))
            for cell_id in self._cells
        )
        return frozenset(look for look in looks if look[1:] != (OVERVIEW, OVERVIEW))

    def view(self, cells: frozenset[str], *, seen: bool) -> None:
        """Say which cells are on the page, and whether anybody can see it.

        Figures of other cells are let go. Those of a hidden page stay as they are, but
        nothing is computed for them.
        """
        if cells != self._cells:
            self._cells = cells
            kept = (self._regions, self._views, self._shown, self._asked)
            for by_cell in kept:
                for cell_id in by_cell.keys() - cells:
                    del by_cell[cell_id]
        if seen:
            self._follow_zoom()
        viewed = {cell_id: self._view(cell_id) for cell_id in cells} if seen else {}
        if viewed != self._viewed:
            self._viewed = viewed
            self.announce()

    def zoom(self, cell_id: str, region: Region | None) -> None:
        """Take note of where the user has zoomed to; None: all of the data."""
        if region is None:
            self._regions.pop(cell_id, None)
        elif cell_id in self._cells:
            self._regions[cell_id] = region

    def frame(self, cell_id: str) -> CellFrame | None:
        """Return the latest frame of what is viewed, else of what is still shown."""
        plot_data = self._context.services.plot_data
        return plot_data.cell(cell_id, self._view(cell_id)) or plot_data.cell(
            cell_id, self._shown_view(cell_id)
        )

    def _view(self, cell_id: str) -> View:
        return self._views.get(cell_id, OVERVIEW)

    def _shown_view(self, cell_id: str) -> View:
        shown = self._shown.get(cell_id)
        return OVERVIEW if shown is None else shown.view

    def _follow_zoom(self) -> None:
        """Choose the view of each cell by the region that the user has zoomed to."""
        for cell_id in self._shown:
            frame = self.frame(cell_id)
            if frame is not None:
                self._views[cell_id] = view_of(frame, self._regions.get(cell_id))

    def announce(self) -> None:
        """Tell the registry what is viewed; also after it had dropped the session."""
        services = self._context.services
        services.sessions.view(self._context.info.session_id, self._viewed)
        services.plot_data.look()

    def apply(self, outbox: Outbox) -> bool:
        """Bring all figures up to date; return whether anything is sent.

        Parameters
        ----------
        outbox:
            Gets what all sessions share.
        """
        changed = [c for c in sorted(self._cells) if self._apply(c, outbox)]
        return bool(changed)

    def _apply(self, cell_id: str, outbox: Outbox) -> bool:
        frame = self.frame(cell_id)
        drawn = None if frame is None else frame.drawn
        if frame is None or not isinstance(drawn, DrawnPlot):
            return False
        view = self._context.view
        look = Look(view.theme, view.large)
        figure = drawn.structure.figure(look)
        shown = self._shown.get(cell_id)
        if shown is None or shown.figure != figure:
            opening = drawn.structure.openings.get(look)
            if opening is None:
                self._ask(cell_id, drawn, look)
                return False
            outbox.add(opening)
            shown = _Shown(figure, drawn.structure.version, frame.view)
            self._shown[cell_id] = shown
            self._asked.pop(cell_id, None)
            _catch_up(shown, drawn, outbox)
            return True
        return _catch_up(shown, drawn, outbox)

    def _ask(self, cell_id: str, drawn: DrawnPlot, look: Look) -> None:
        """Have the compute thread make what opens a figure, unless it does."""
        figure = drawn.structure.figure(look)
        if self._asked.get(cell_id) == figure:
            return
        self._asked[cell_id] = figure

        def make() -> None:
            drawn.structure.open(look)
            self._wake()

        self._context.services.plot_data.submit(make)

    def close(self) -> None:
        """Let go of everything."""
        self._shown.clear()
        self._asked.clear()


def _catch_up(shown: _Shown, drawn: DrawnPlot, outbox: Outbox) -> bool:
    if drawn.version <= shown.version:
        return False
    patch = drawn.patch(shown.figure, shown.version)
    shown.version = drawn.version
    outbox.add(patch)
    return bool(patch.events)
