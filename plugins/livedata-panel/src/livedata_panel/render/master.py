"""The renderer of the shell: a master plot for each view that somebody has of a cell.

An element of another structure than the one before has the plot made anew; this is
the slow and always correct path. HoloViews is imported with the first frame.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from livedata_core.contract import OVERVIEW, View
from livedata_panel.render.patch import DrawnPlot

if TYPE_CHECKING:
    from livedata_core.api import Cell, DrawnLayer
    from livedata_panel.render.plot import MasterPlot

__all__ = ["HoloViewsRenderer"]

log = logging.getLogger(__name__)


class HoloViewsRenderer:
    """Draws the frames of cells: the core's ``FrameRenderer``. Compute thread only."""

    def __init__(self) -> None:
        self._masters: dict[tuple[str, View], tuple[object, MasterPlot]] = {}

    def draw(
        self, cell: Cell, layers: Sequence[DrawnLayer], view: View = OVERVIEW
    ) -> DrawnPlot:
        """Return a cell's layers as a plot of Bokeh models.

        The plot is made anew if the cell's layers or the elements' structure changed.
        """
        # Imported here: the command line makes a renderer before it knows whether
        # there is anything to serve.
        from holoviews.core.data import disable_pipeline

        from livedata_panel.render.elements import compose, structure_of
        from livedata_panel.render.plot import MasterPlot

        # Elements otherwise note how they came about, which nobody asks.
        with disable_pipeline():
            element = compose([layer.plotter.draw(layer.frame) for layer in layers])
        known = self._masters.get((cell.id, view))
        if known is not None:
            definition, master = known
            if definition == cell.layers and master.signature == structure_of(element):
                try:
                    return master.update(element)
                except Exception:
                    log.exception("updating a plot failed; it is made anew")
            self.forget(cell.id, view)
        master = MasterPlot(element)
        self._masters[cell.id, view] = (cell.layers, master)
        return master.drawn

    def forget(self, cell_id: str, view: View = OVERVIEW) -> None:
        """Drop the plot of a view that nobody has of a cell any more."""
        known = self._masters.pop((cell_id, view), None)
        if known is not None:
            known[1].close()
