"""Which histories the layout needs, kept while nobody looks too."""

from __future__ import annotations

from livedata_core.contract import DataKey
from livedata_core.data.service import HistoryClaim
from livedata_core.data.streams import StreamManager
from livedata_core.plots.controller import PlottingController
from livedata_core.plots.layout import Layer, Layout
from livedata_core.plots.spans import asked_of

__all__ = ["HistoryKeeper"]


class HistoryKeeper:
    """Holds a claim on the history of every layer that shows one. Compute thread only.

    Without it a trend would begin anew whenever the last viewer changes the tab.
    """

    def __init__(self, streams: StreamManager, plotting: PlottingController) -> None:
        self._streams = streams
        self._plotting = plotting
        self._layout: Layout | None = None
        self._claims: dict[tuple[DataKey, float | None], HistoryClaim] = {}

    def keep(self, layout: Layout) -> None:
        """Claim what the layout needs and release what it no longer does."""
        if layout is self._layout:
            return
        self._layout = layout
        wanted = {
            (key, seconds)
            for _, cell in layout.cells()
            for layer in cell.layers
            for seconds in self._asked(layer)
            for key in layer.keys_with(self._plotting.find(layer.plotter))
        }
        for claimed in self._claims.keys() - wanted:
            self._claims.pop(claimed).close()
        for key, seconds in wanted - self._claims.keys():
            (claim,) = self._streams.keep_history((key,), seconds)
            self._claims[key, seconds] = claim

    def look_again(self) -> None:
        """Ask all plotters again for what they need: some are others now."""
        self._layout = None

    def _asked(self, layer: Layer) -> tuple[float | None, ...]:
        """Return the window that a layer asks for; nothing without a history."""
        try:
            params = self._plotting.validate(layer.plotter, layer.params)
            output = self._plotting.output(layer)
            span = asked_of(self._plotting.spec(layer.plotter), params, output)
        except ValueError:
            return ()
        return (span.seconds,) if span.history else ()

    def close(self) -> None:
        """Release everything."""
        for claim in self._claims.values():
            claim.close()
        self._claims = {}
