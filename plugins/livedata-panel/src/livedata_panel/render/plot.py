"""The master plot of a cell: one headless HoloViews plot for all sessions.

An element of equal structure updates the plot, and what the update changed becomes
part of the `DrawnPlot`. Compute thread only.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import holoviews as hv
import numpy as np
from bokeh.model import Model
from bokeh.models import ColumnDataSource, Plot
from bokeh.util.serialization import convert_datetime_type
from panel.io.state import set_curdoc

from livedata_panel.render.backend import headless_renderer
from livedata_panel.render.direct import DirectUpdates
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

Property = tuple[str, str]
"""A model's id and the name of what was touched in it."""


class MasterPlot:
    """One HoloViews plot, updated with elements of equal structure.

    Raises
    ------
    TypeError
        If the element is drawn as something else than a figure with axes.
    """

    def __init__(self, element: Any, version: int = 1) -> None:
        self._version = version
        self._make(element)

    def _make(self, element: Any) -> None:
        """Draw an element as if nothing had been before it."""
        renderer = headless_renderer()
        self.signature: Hashable = structure_of(element)
        self._pipe = hv.streams.Pipe(data=element)
        source = following(self._pipe, element)
        # HoloViews asks Panel for the current document; it must be none of a session.
        self._document = MasterDocument()
        with set_curdoc(self._document):
            self._plot = renderer.get_plot(source)
        root = self._plot.state
        if not isinstance(root, Plot):
            self.close()
            raise TypeError(
                f"the plotter returned a HoloViews {type(element).__name__}; it may "
                "return an element or an overlay of elements with axes"
            )
        prepare(root)
        self._recorder = ModelRecorder(root, self._document)
        self._direct = DirectUpdates(self._plot, element)
        self._root: Model = root
        self._values: dict[PropertyKey, Stamped] = {}
        self._structure = Structure.of(root, self._version)
        self._columns = {
            str(model.id): frozenset(map(str, model.data))
            for model in root.references()
            if isinstance(model, ColumnDataSource)
        }

    @property
    def drawn(self) -> DrawnPlot:
        """The plot as it is now."""
        values = MappingProxyType(dict(self._values))
        return DrawnPlot(self._structure, self._version, values)

    def update(self, element: Any) -> DrawnPlot:
        """Bring the plot up to date with an element of equal structure."""
        with set_curdoc(self._document):
            touched = self._bring(element)
        self._version += 1
        ids = self._recorder.model_ids()
        if self._loses_columns(touched):
            # HoloViews may have taken one away that is still drawn.
            self.close()
            self._make(element)
            return self.drawn
        if ids != self._structure.model_ids:
            self._rebase()
            return self.drawn
        for model_id, name in touched:
            model = self._recorder.model(model_id)
            # As the descriptor has it, which is what Bokeh's own events carry.
            value = model.lookup(name).get_value(model)
            if isinstance(model, ColumnDataSource) and name == "data":
                for column, values in value.items():
                    self._note(PropertyKey(model_id, "data", column), values)
            else:
                self._note(PropertyKey(model_id, name), value)
        return self.drawn

    def _bring(self, element: Any) -> Sequence[Property]:
        """Set what an element changes; return what was touched, each once."""
        change = self._direct.change(element)
        if change is None:
            self._send(element)
            return self._recorder.take()
        change.apply()
        touched = self._recorder.take()
        if self._direct.is_proved(change):
            return touched
        before = self._recorder.values()
        self._send(element)
        again = self._recorder.take()
        after = self._recorder.values()
        others = [key[1] for key in again if not equal(before.get(key), after.get(key))]
        self._direct.prove(change, others)
        return [*dict.fromkeys((*touched, *again))]

    def _send(self, element: Any) -> None:
        self._direct.before_holoviews()
        self._pipe.send(element)

    def _loses_columns(self, touched: Iterable[tuple[str, str]]) -> bool:
        """Return whether a data source has no longer all columns that it had.

        Columns that travel are added to those that are there; none is taken away.
        """
        lost = False
        for model_id, _ in touched:
            model = self._recorder.model(model_id)
            if isinstance(model, ColumnDataSource):
                columns = frozenset(map(str, model.data))
                lost |= not columns >= self._columns.get(model_id, columns)
                self._columns[model_id] = columns
        return lost

    def _rebase(self) -> None:
        """Serialise anew: the update made or dropped models."""
        prepare(self._root)
        self._recorder.take()
        self._structure = Structure.of(self._root, self._version)
        self._values.clear()

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
        try:
            with set_curdoc(self._document):
                self._plot.cleanup()
        finally:
            self._document.clear()
