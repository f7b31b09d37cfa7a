"""**SessionPlotManager**: one session's plots, built off the loop, patched on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bokeh.model import Model

from livedata_panel.batch import batched
from livedata_panel.context import SessionContext
from livedata_panel.outbox import Outbox
from livedata_panel.render.patch import DrawnPlot
from livedata_panel.render.session_plot import SessionPlot

__all__ = ["SessionPlotManager"]

log = logging.getLogger(__name__)


@dataclass
class _Built:
    """What the compute thread leaves for the event loop."""

    plot: SessionPlot | None = None


class SessionPlotManager:
    """Keeps a session's figures as the latest frames have them.

    A figure is copied on the compute thread and attached in the session's next
    callback; from then on its changes are applied as patches.

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
        self._plots: dict[str, SessionPlot] = {}
        self._building: dict[str, _Built] = {}
        self._cells: frozenset[str] = frozenset()
        self._viewed: frozenset[str] = frozenset()

    @property
    def models(self) -> list[Model]:
        """The figures that belong to the page now."""
        return [plot.root for plot in self._plots.values()]

    @property
    def figures(self) -> dict[str, str]:
        """Ids of the figures by cell."""
        return {cell_id: str(plot.root.id) for cell_id, plot in self._plots.items()}

    def view(self, cells: frozenset[str], *, seen: bool) -> None:
        """Say which cells are on the page, and whether anybody can see it.

        Figures of other cells are let go. Those of a hidden page stay as they are, but
        nothing is computed for them.
        """
        if cells != self._cells:
            self._cells = cells
            for cell_id in self._plots.keys() - cells:
                del self._plots[cell_id]
            for cell_id in self._building.keys() - cells:
                del self._building[cell_id]
        viewed = cells if seen else frozenset()
        if viewed != self._viewed:
            self._viewed = viewed
            self.announce()

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
        frame = self._context.services.plot_data.cell(cell_id)
        drawn = None if frame is None else frame.drawn
        if not isinstance(drawn, DrawnPlot):
            return False
        attached = self._attach(cell_id, drawn)
        plot = self._plots.get(cell_id)
        if plot is not None and plot.serial == drawn.structure.serial:
            return _patch(plot, drawn, outbox) or attached
        if cell_id not in self._building:
            self._build(cell_id, drawn)
        return attached

    def _attach(self, cell_id: str, drawn: DrawnPlot) -> bool:
        built = self._building.get(cell_id)
        if built is None or built.plot is None:
            return False
        del self._building[cell_id]
        if built.plot.serial != drawn.structure.serial:
            return False  # the structure changed meanwhile: it is built again
        self._plots[cell_id] = built.plot
        return True

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
