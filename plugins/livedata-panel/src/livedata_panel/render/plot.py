"""The master plot of a cell: one headless HoloViews plot for all sessions.

An element of equal structure updates the plot, and what the update changed becomes
part of the `DrawnPlot`. Compute thread only.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from types import MappingProxyType
from typing import Any

import holoviews as hv
import numpy as np
from bokeh.model import Model
from bokeh.models import ColumnDataSource
from bokeh.util.serialization import convert_datetime_type
from panel.io.state import set_curdoc

from livedata_panel.render.backend import headless_renderer
from livedata_panel.render.elements import structure_of
from livedata_panel.render.figure import prepare
from livedata_panel.render.following import following
from livedata_panel.render.master_document import MasterDocument
from livedata_panel.render.patch import (
    DrawnPlot,
    PropertyKey,
    Stamped,
    Structure,
    equal,
    plain,
)
from livedata_panel.render.recorder import ModelRecorder

__all__ = ["MasterPlot"]


class MasterPlot:
    """One HoloViews plot, updated with elements of equal structure."""

    def __init__(self, element: Any, version: int = 1) -> None:
        renderer = headless_renderer()
        self.signature: Hashable = structure_of(element)
        self._pipe = hv.streams.Pipe(data=element)
        source = following(self._pipe, element)
        # HoloViews asks Panel for the current document; it must be none of a session.
        self._document = MasterDocument()
        with set_curdoc(self._document):
            self._plot = renderer.get_plot(source)
        root = self._plot.state
        prepare(root)
        self._recorder = ModelRecorder(root, self._document)
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
        with set_curdoc(self._document):
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
        if isinstance(value, date | np.datetime64):
            # As a browser has it and sends it back, so that limits can be compared.
            value = convert_datetime_type(value)
        new = plain(value)
        old = self._values.get(key)
        if old is None or not equal(old.value, new):
            self._values[key] = Stamped(self._version, new)

    def close(self) -> None:
        """Detach the plot from its stream, so that nothing keeps it alive."""
        with set_curdoc(self._document):
            self._plot.cleanup()
        self._document.clear()
