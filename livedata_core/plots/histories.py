"""Which histories the layout needs, kept while nobody looks too."""

from __future__ import annotations

from livedata_core.contract import DataKey
from livedata_core.data.service import HistoryClaim
from livedata_core.data.streams import StreamManager
from livedata_core.plots.controller import PlotError, PlottingController
from livedata_core.plots.layout import Layout

__all__ = ["HistoryKeeper"]


class HistoryKeeper:
    """Holds a claim on the history of every layer that shows one. Compute thread only.

    Without it a trend would begin anew whenever the last viewer changes the tab.
    """

    def __init__(self, streams: StreamManager, plotting: PlottingController) -> None:
        self._streams = streams
        self._plotting = plotting
        self._layout: Layout | None = None
        self._claims: dict[DataKey, HistoryClaim] = {}

    def keep(self, layout: Layout) -> None:
        """Claim what the layout needs and release what it no longer does."""
        if layout is self._layout:
            return
        self._layout = layout
        wanted = {
            key
            for _, cell in layout.cells()
            for layer in cell.layers
            if self._shows_history(layer.plotter)
            for key in layer.keys
        }
        for key in self._claims.keys() - wanted:
            self._claims.pop(key).close()
        for key in wanted - self._claims.keys():
            (self._claims[key],) = self._streams.keep_history((key,))

    def _shows_history(self, plotter: str) -> bool:
        try:
            return self._plotting.spec(plotter).history
        except PlotError:
            return False

    def close(self) -> None:
        """Release everything."""
        for claim in self._claims.values():
            claim.close()
        self._claims = {}
