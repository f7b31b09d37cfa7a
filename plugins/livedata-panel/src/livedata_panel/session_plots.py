"""**SessionPlotManager**: which figures one browser has, and what it lacks of them.

The server keeps no model of a session's figures: what opens one and what changes in it
is made once for all sessions, and a session remembers how far its browser is. A plot
that stands still is one whose session stays with the frame that it was sent last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from livedata_core.api import CellFrame, Level
from livedata_core.contract import OVERVIEW, View
from livedata_panel.context import SessionContext
from livedata_panel.frozen_frames import FrozenFrames, frozen_frames
from livedata_panel.outbox import Outbox
from livedata_panel.render.patch import DrawnPlot, Look
from livedata_panel.zoom import NOWHERE, Region, view_of

__all__ = ["MOST_PAUSED", "SessionPlotManager"]

MOST_PAUSED = 16
"""Plots that stand still in one session: each keeps the data of its frame."""


@dataclass
class _Shown:
    """What the browser has of a cell: a figure, at a version, of a frame.

    The frame holds data; of a page that nobody can see, only its view is kept.
    """

    figure: str
    version: int
    view: View
    frame: CellFrame | None


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
        self._frozen: FrozenFrames = frozen_frames(context.services)
        self._paused: dict[str, str] = {}
        self._positions: dict[str, dict[str, int]] = {}
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
    def looks(self) -> frozenset[tuple[str, View, View, str | None]]:
        """Cells that are not seen as a whole: what is viewed and what is still shown.

        Sessions of equal looks have equal frames; who has paused a plot is alone.
        """
        looks = (
            (
                cell_id,
                self._view(cell_id),
                self._shown_view(cell_id),
                self._paused.get(cell_id),
            )
            for cell_id in self._cells
        )
        usual = (OVERVIEW, OVERVIEW, None)
        return frozenset(look for look in looks if look[1:] != usual)

    def view(self, cells: frozenset[str], *, seen: bool) -> None:
        """Say which cells are on the page, and whether anybody can see it.

        Figures of other cells are let go. Those of a hidden page stay as they are, but
        nothing is computed for them, and no data are kept.
        """
        if cells != self._cells:
            self._cells = cells
            self._forget_removed()
            kept = (self._regions, self._views, self._shown, self._asked)
            for by_cell in kept:
                for cell_id in by_cell.keys() - cells:
                    del by_cell[cell_id]
        if seen:
            self._follow_zoom()
        else:
            for shown in self._shown.values():
                shown.frame = None
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

    def slide(self, cell_id: str, dim: str, position: int) -> None:
        """Take note of where the user has put a slider."""
        if cell_id in self._cells and cell_id not in self._paused:
            self._positions.setdefault(cell_id, {})[dim] = position

    def pause(self, cell_id: str, *, on: bool) -> None:
        """Stay with the frame that was sent last, or go on with the latest."""
        if not on:
            self._frozen.drop(self._paused.pop(cell_id, ""))
        elif cell_id in self._shown and cell_id not in self._paused:
            frame = self._shown[cell_id].frame or self.live(cell_id)
            if frame is not None and len(self._paused) < MOST_PAUSED:
                self._paused[cell_id] = self._frozen.keep(frame)
            elif frame is not None:
                self._context.services.notifications.push(
                    Level.WARNING,
                    "The plot goes on",
                    f"A browser can have {MOST_PAUSED} paused plots; let others go on.",
                )

    def restore(
        self,
        sliders: Mapping[str, Mapping[str, int]],
        paused: Mapping[str, str],
    ) -> None:
        """Take over what was chosen before the page was loaded anew.

        Parameters
        ----------
        sliders:
            Where sliders were, by cell and dim.
        paused:
            Names of the frames at which plots stood still, by cell. They are there as
            long as the session that kept them: some seconds after its page has gone.
        """
        there = {cell.id for _, cell in self._context.services.plots.layout.cells()}
        for cell_id in there & sliders.keys():
            self._positions[cell_id] = dict(sliders[cell_id])
        for cell_id in sorted(there & paused.keys())[:MOST_PAUSED]:
            frame = self._frozen.get(paused[cell_id])
            if frame is not None and frame.cell_id == cell_id:
                self.pause(cell_id, on=False)
                self._paused[cell_id] = self._frozen.keep(frame)

    def paused(self, cell_id: str) -> str | None:
        """Return the name of the frame that a plot stands still at, if it does."""
        return self._paused.get(cell_id)

    def frame(self, cell_id: str) -> CellFrame | None:
        """Return the latest frame of what is viewed, else of what is still shown.

        Of a plot that stands still, the one at which it does.
        """
        return self._frozen.get(self._paused.get(cell_id)) or self.live(cell_id)

    def live(self, cell_id: str) -> CellFrame | None:
        """Return the latest frame, also of a plot that stands still."""
        cell = self._context.services.plot_data.cell
        return (
            cell(cell_id, self._view(cell_id))
            or cell(cell_id, self._shown_view(cell_id))
            or cell(cell_id)
        )

    def _forget_removed(self) -> None:
        """Let go of what is kept for plots on other pages, once they are gone."""
        there = {cell.id for _, cell in self._context.services.plots.layout.cells()}
        for cell_id in self._positions.keys() - there:
            del self._positions[cell_id]
        for cell_id in self._paused.keys() - there:
            self.pause(cell_id, on=False)

    def _view(self, cell_id: str) -> View:
        return self._views.get(cell_id, OVERVIEW)

    def _shown_view(self, cell_id: str) -> View:
        shown = self._shown.get(cell_id)
        return OVERVIEW if shown is None else shown.view

    def _follow_zoom(self) -> None:
        """Choose the view of each cell by what the user has zoomed and slid to."""
        for cell_id in self._cells - self._paused.keys():
            frame = self.frame(cell_id)
            if frame is not None:
                self._views[cell_id] = view_of(
                    frame,
                    self._regions.get(cell_id),
                    self._positions.get(cell_id, NOWHERE),
                )

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
            version = drawn.structure.version
            shown = _Shown(figure, version, frame.view, frame)
            self._shown[cell_id] = shown
            self._asked.pop(cell_id, None)
            _catch_up(shown, drawn, outbox)
            return True
        shown.view, shown.frame = frame.view, frame
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
        for cell_id in [*self._paused]:
            self.pause(cell_id, on=False)


def _catch_up(shown: _Shown, drawn: DrawnPlot, outbox: Outbox) -> bool:
    if drawn.version <= shown.version:
        return False
    patch = drawn.patch(shown.figure, shown.version)
    shown.version = drawn.version
    outbox.add(patch)
    return bool(patch.events)
