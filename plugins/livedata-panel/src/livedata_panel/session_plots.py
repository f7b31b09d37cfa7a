"""**SessionPlotManager**: one session's plots, built off the loop, patched on it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bokeh.model import Model

from livedata_core.api import CellFrame
from livedata_core.contract import OVERVIEW, View
from livedata_panel.batch import batched
from livedata_panel.context import SessionContext
from livedata_panel.outbox import Outbox
from livedata_panel.render.patch import DrawnPlot
from livedata_panel.render.session_plot import SessionPlot
from livedata_panel.zoom import view_of

__all__ = ["SETTLE_S", "SessionPlotManager"]

SETTLE_S = 0.25
"""How long the axes of a plot have to rest before another tile is asked for."""


@dataclass
class _Built:
    """What the compute thread leaves for the event loop."""

    plot: SessionPlot | None = None


class SessionPlotManager:
    """Keeps a session's figures as the latest frames have them.

    A figure is copied on the compute thread and attached in the session's next
    callback; from then on its changes are applied as patches. Where the user zooms into
    a reduced image, the tile that shows the region is asked for; until its figure is
    there, the one that there is stays.

    Parameters
    ----------
    context:
        The session.
    wake:
        Has the session look again; called from the compute thread.
    settle:
        Has the session look again when `SETTLE_S` has passed.
    """

    def __init__(
        self,
        context: SessionContext,
        wake: Callable[[], None],
        settle: Callable[[], None],
    ) -> None:
        self._context = context
        self._wake = wake
        self._settle = settle
        self._views: dict[str, View] = {}
        self._shown: dict[str, View] = {}
        self._moved: dict[str, float] = {}
        self._plots: dict[str, SessionPlot] = {}
        self._building: dict[str, _Built] = {}
        self._cells: frozenset[str] = frozenset()
        self._viewed: dict[str, View] = {}

    @property
    def models(self) -> list[Model]:
        """The figures that belong to the page now."""
        return [plot.root for plot in self._plots.values()]

    @property
    def figures(self) -> dict[str, str]:
        """Ids of the figures by cell."""
        return {cell_id: str(plot.root.id) for cell_id, plot in self._plots.items()}

    @property
    def looks(self) -> frozenset[tuple[str, View, View]]:
        """Cells that are not seen as a whole: what is viewed and what is still shown.

        Sessions of equal looks have equal frames.
        """
        looks = (
            (cell_id, self._view(cell_id), self._shown.get(cell_id, OVERVIEW))
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
            kept = (self._plots, self._building, self._views, self._shown, self._moved)
            for by_cell in kept:
                for cell_id in by_cell.keys() - cells:
                    del by_cell[cell_id]
        if seen:
            self._follow_zoom()
        viewed = {cell_id: self._view(cell_id) for cell_id in cells} if seen else {}
        if viewed != self._viewed:
            self._viewed = viewed
            self.announce()

    def frame(self, cell_id: str) -> CellFrame | None:
        """Return the latest frame of what is viewed, else of what is still shown."""
        plot_data = self._context.services.plot_data
        shown = self._shown.get(cell_id, OVERVIEW)
        return plot_data.cell(cell_id, self._view(cell_id)) or plot_data.cell(
            cell_id, shown
        )

    def _view(self, cell_id: str) -> View:
        return self._views.get(cell_id, OVERVIEW)

    def _follow_zoom(self) -> None:
        """Choose the view of each cell by the region that the user has zoomed to."""
        now = time.monotonic()
        for cell_id, plot in self._plots.items():
            if now - self._moved.get(cell_id, 0.0) < SETTLE_S:
                self._settle()
            elif (frame := self.frame(cell_id)) is not None:
                self._moved.pop(cell_id, None)
                self._views[cell_id] = view_of(frame, plot.region)

    def announce(self) -> None:
        """Tell the registry what is viewed; also after it had dropped the session."""
        services = self._context.services
        services.sessions.view(self._context.info.session_id, self._viewed)
        services.plot_data.look()

    def apply(self, outbox: Outbox) -> bool:
        """Bring all figures up to date; return whether anything changed.

        Parameters
        ----------
        outbox:
            Gets the patches that all sessions share.
        """
        changed = [c for c in sorted(self._cells) if self._apply(c, outbox)]
        return bool(changed)

    def _apply(self, cell_id: str, outbox: Outbox) -> bool:
        frame = self.frame(cell_id)
        drawn = None if frame is None else frame.drawn
        if not isinstance(drawn, DrawnPlot):
            return False
        assert frame is not None
        attached = self._attach(cell_id, drawn, frame.view)
        plot = self._plots.get(cell_id)
        if plot is not None and plot.serial == drawn.structure.serial:
            return _patch(plot, drawn, outbox) or attached
        if cell_id not in self._building:
            self._build(cell_id, drawn)
        return attached

    def _attach(self, cell_id: str, drawn: DrawnPlot, view: View) -> bool:
        built = self._building.get(cell_id)
        if built is None or built.plot is None:
            return False
        del self._building[cell_id]
        if built.plot.serial != drawn.structure.serial:
            return False  # the structure changed meanwhile: it is built again
        known = self._plots.get(cell_id)
        if known is not None:
            built.plot.keep_zoom(known)
        built.plot.on_zoom(lambda: self._on_zoom(cell_id))
        self._plots[cell_id] = built.plot
        self._shown[cell_id] = view
        return True

    def _on_zoom(self, cell_id: str) -> None:
        self._moved[cell_id] = time.monotonic()
        self._settle()

    def _build(self, cell_id: str, drawn: DrawnPlot) -> None:
        built = _Built()
        self._building[cell_id] = built

        def build() -> None:
            built.plot = SessionPlot(drawn)
            self._wake()

        self._context.services.plot_data.submit(build)

    def close(self) -> None:
        """Let go of everything."""
        self._plots.clear()
        self._building.clear()


def _patch(plot: SessionPlot, drawn: DrawnPlot, outbox: Outbox) -> bool:
    if drawn.version <= plot.version:
        return False
    document = plot.root.document
    if document is None:
        return plot.apply(drawn)
    patch = plot.share(drawn)
    if patch is None:
        with batched(document):
            return plot.apply(drawn)
    outbox.add(patch)
    return bool(patch.events)
