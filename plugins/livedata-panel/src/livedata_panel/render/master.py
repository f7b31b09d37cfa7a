"""The master plots: HoloViews evaluated once per frame for all sessions.

One headless plot per cell that somebody views, on the compute thread. An element of
equal structure updates the plot, and what the update changed becomes part of the
`DrawnPlot`; any other element has the plot made anew.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import holoviews as hv
from bokeh.model import Model
from bokeh.models import ColumnDataSource

from livedata_panel.render.backend import BACKEND, prepare_backend
from livedata_panel.render.elements import compose, structure_of
from livedata_panel.render.figure import prepare
from livedata_panel.render.patch import (
    DrawnPlot,
    PropertyKey,
    Stamped,
    Structure,
    equal,
    plain,
)
from livedata_panel.render.recorder import ModelRecorder

if TYPE_CHECKING:
    from livedata_core.api import Cell, DrawnLayer

__all__ = ["HoloViewsRenderer", "MasterPlot"]

log = logging.getLogger(__name__)


class MasterPlot:
    """One HoloViews plot, updated with elements of equal structure."""

    def __init__(self, element: Any, version: int = 1) -> None:
        self.signature: Hashable = structure_of(element)
        self._pipe = hv.streams.Pipe(data=element)
        source = hv.DynamicMap(lambda data: data, streams=[self._pipe])
        self._plot = hv.renderer(BACKEND).get_plot(source)
        root = self._plot.state
        prepare(root)
        self._recorder = ModelRecorder(root)
        self._root: Model = root
        self._version = version
        self._values: dict[PropertyKey, Stamped] = {}
        self._structure = Structure.of(root, version)

    @property
    def drawn(self) -> DrawnPlot:
        """The plot as it is now."""
        values = MappingProxyType(dict(self._values))
        return DrawnPlot(self._structure, self._version, values)

    def update(self, element: Any) -> DrawnPlot:
        """Bring the plot up to date with an element of equal structure."""
        self._pipe.send(element)
        self._version += 1
        touched = self._recorder.take()
        ids = self._recorder.model_ids()
        if ids != self._structure.model_ids:
            self._rebase()
            return self.drawn
        for model_id, name in touched:
            model = self._recorder.model(model_id)
            value = getattr(model, name)
            if isinstance(model, ColumnDataSource) and name == "data":
                self._note_columns(model_id, value)
            else:
                self._note(PropertyKey(model_id, name), value)
        return self.drawn

    def _rebase(self) -> None:
        """Serialise anew: the update made or dropped models."""
        prepare(self._root)
        self._recorder.take()
        self._structure = Structure.of(self._root, self._version)
        self._values.clear()

    def _note_columns(self, model_id: str, columns: dict[str, Any]) -> None:
        for column, value in columns.items():
            self._note(PropertyKey(model_id, "data", column), value)
        gone = [
            key
            for key in self._values
            if key[:2] == (model_id, "data") and key.column not in columns
        ]
        for key in gone:
            del self._values[key]

    def _note(self, key: PropertyKey, value: object) -> None:
        new = plain(value)
        old = self._values.get(key)
        if old is None or not equal(old.value, new):
            self._values[key] = Stamped(self._version, new)

    def close(self) -> None:
        """Detach the plot from its stream, so that nothing keeps it alive."""
        self._plot.cleanup()
        self._recorder.document.clear()


class HoloViewsRenderer:
    """Draws the frames of cells: the core's ``FrameRenderer``. Compute thread only."""

    def __init__(self) -> None:
        prepare_backend()
        self._masters: dict[str, tuple[object, MasterPlot]] = {}

    def draw(self, cell: Cell, layers: Sequence[DrawnLayer]) -> DrawnPlot:
        """Return a cell's layers as a plot of Bokeh models.

        The plot is made anew if the cell's layers or the elements' structure changed.
        """
        element = compose([layer.plotter.draw(layer.frame) for layer in layers])
        known = self._masters.get(cell.id)
        if known is not None:
            definition, master = known
            if definition == cell.layers and master.signature == structure_of(element):
                try:
                    return master.update(element)
                except Exception:
                    log.exception("updating a plot failed; it is made anew")
            self.forget(cell.id)
        master = MasterPlot(element)
        self._masters[cell.id] = (cell.layers, master)
        return master.drawn

    def forget(self, cell_id: str) -> None:
        """Drop the plot of a cell that nobody views any more."""
        known = self._masters.pop(cell_id, None)
        if known is not None:
            known[1].close()
