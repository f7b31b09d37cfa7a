"""One session's copy of a plot, brought up to date by patches.

Made off the event loop (it belongs to no document then); patched in its session's
callbacks alone: silently where the patch that travels is the same for all sessions,
through its document otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bokeh.model import Model
from bokeh.models import ColumnDataSource, Plot, Range1d

from livedata_panel.render.patch import DrawnPlot, ModelRef, News
from livedata_panel.render.silent import serialisable, set_columns, set_property
from livedata_panel.render.wire import PatchWriter, WirePatch

__all__ = ["Region", "SessionPlot"]

_LIMITS = ("start", "end")

Region = tuple[tuple[float, float], tuple[float, float]]
"""The limits of the x and the y axis, in their units."""


class SessionPlot:
    """The models of one cell in one session.

    A range that the user has zoomed or panned keeps its limits until it is reset.

    Parameters
    ----------
    drawn:
        What to show first.
    """

    def __init__(self, drawn: DrawnPlot) -> None:
        self.serial = drawn.structure.serial
        self.version = drawn.structure.version
        self._applying = False
        self.root: Model = drawn.structure.clone()
        self._models: dict[str, Model] = {
            str(model.id): model for model in self.root.references()
        }
        self._limits: dict[str, tuple[Any, Any]] = {
            str(model.id): (model.start, model.end)
            for model in self._models.values()
            if isinstance(model, Range1d)
        }
        self.apply(drawn)

    @property
    def _ranges(self) -> tuple[Range1d, ...]:
        """The ranges of the x and the y axis, as far as they are numbers."""
        if not isinstance(self.root, Plot):
            return ()
        ranges = (self.root.x_range, self.root.y_range)
        return tuple(item for item in ranges if isinstance(item, Range1d))

    @property
    def region(self) -> Region | None:
        """What the user has zoomed to; None: all of the data, or not two numbers."""
        ranges = self._ranges
        if len(ranges) != 2 or not any(map(self._is_zoomed, ranges)):
            return None
        found = [value for item in ranges for value in (item.start, item.end)]
        limits = [float(value) for value in found if isinstance(value, int | float)]
        if len(limits) != 4 or not all(map(math.isfinite, limits)):
            return None
        left, right, bottom, top = limits
        return (left, right), (bottom, top)

    def on_zoom(self, moved: Callable[[], None]) -> None:
        """Have `moved` called when the user moves an axis, not when data do."""

        def changed(_attr: str, _old: object, _new: object) -> None:
            if not self._applying:
                moved()

        for item in self._ranges:
            for name in _LIMITS:
                item.on_change(name, changed)

    def keep_zoom(self, other: SessionPlot) -> None:
        """Zoom to where another plot is zoomed, on axes that reach equally far.

        Only before this plot is in a document.
        """
        for mine, its in zip(self._ranges, other._ranges, strict=False):
            reach = (mine.reset_start, mine.reset_end)
            if other._is_zoomed(its) and _close(
                reach, (its.reset_start, its.reset_end)
            ):
                mine.update(start=its.start, end=its.end)

    def apply(self, drawn: DrawnPlot) -> bool:
        """Apply what changed since the last call; return whether anything did.

        The document, if the models are in one, announces it.

        Raises
        ------
        ValueError
            If the plot has another structure; make a new `SessionPlot`.
        """
        self._check(drawn)
        if drawn.version <= self.version:
            return False
        news = drawn.news(self.version)
        self._applying = True
        try:
            for model_id, columns in news.columns.items():
                self._patch_columns(model_id, columns, drawn)
            for model_id, update in news.properties.items():
                self._patch(
                    self._models[model_id],
                    {name: self._resolve(value) for name, value in update.items()},
                )
        finally:
            self._applying = False
        self.version = drawn.version
        return bool(news.columns or news.properties)

    def share(self, drawn: DrawnPlot) -> WirePatch | None:
        """Apply what changed without a word; return what to send to the browser.

        None: this change is not the same for all sessions, or the models are not as
        they were sent last; nothing is applied, and `apply` has to see to it.

        Raises
        ------
        ValueError
            If the plot has another structure; make a new `SessionPlot`.
        """
        self._check(drawn)
        news = drawn.news(self.version)
        zoomed = self._zoomed(news)
        if zoomed is None or not news.is_portable or self._loses_columns(news):
            return None
        updates = dict(self._updates(news, zoomed))
        for model_id, columns in news.columns.items():
            set_columns(self._source(model_id), columns)
        for model_id, update in updates.items():
            for name, value in update.items():
                set_property(self._models[model_id], name, value)
        key = (self.version, zoomed)
        if key not in drawn.wires:
            drawn.wires[key] = self._written(news, updates)
        self.version = drawn.version
        return drawn.wires[key]

    def _check(self, drawn: DrawnPlot) -> None:
        if drawn.structure.serial != self.serial:
            raise ValueError("the plot's structure has changed; it has to be rebuilt")

    def _source(self, model_id: str) -> ColumnDataSource:
        source = self._models[model_id]
        assert isinstance(source, ColumnDataSource)
        return source

    def _loses_columns(self, news: News) -> bool:
        return any(
            self._source(model_id).data.keys() - names
            for model_id, names in news.all_columns.items()
        )

    def _zoomed(self, news: News) -> frozenset[str] | None:
        """Return the changing ranges that the user zoomed; None: own limits otherwise.

        A range is as it was sent, or zoomed, or as its user's reset left it.
        """
        zoomed = set()
        for model_id in news.properties:
            model = self._models[model_id]
            if not isinstance(model, Range1d):
                continue
            if (model.start, model.end) == self._limits[model_id]:
                continue
            if not self._is_zoomed(model):
                return None
            zoomed.add(model_id)
        return frozenset(zoomed)

    def _updates(
        self, news: News, zoomed: frozenset[str]
    ) -> Iterator[tuple[str, Mapping[str, object]]]:
        """Yield what to set on each model, and note the limits that go with it."""
        for model_id, update in news.properties.items():
            if isinstance(self._models[model_id], Range1d):
                start, end = self._limits[model_id]
                target = (update.get("start", start), update.get("end", end))
                self._limits[model_id] = target
            if model_id in zoomed:
                yield model_id, {k: v for k, v in update.items() if k not in _LIMITS}
            else:
                yield model_id, update

    def _written(
        self, news: News, updates: Mapping[str, Mapping[str, object]]
    ) -> WirePatch:
        """Serialise what has just been set; every session's models hold the same."""
        writer = PatchWriter()
        for model_id, columns in news.columns.items():
            writer.columns(model_id, columns)
        for model_id, update in updates.items():
            for name in update:
                value = serialisable(self._models[model_id], name)
                writer.change(model_id, name, value)
        return writer.finish()

    def _resolve(self, value: object) -> object:
        if isinstance(value, ModelRef):
            return self._models[value.id]
        if isinstance(value, list):
            return [self._resolve(item) for item in value]
        if isinstance(value, dict):
            return {key: self._resolve(item) for key, item in value.items()}
        return value

    def _patch_columns(
        self, model_id: str, update: Mapping[str, object], drawn: DrawnPlot
    ) -> None:
        source = self._source(model_id)
        names = {
            key.column: stamped.value
            for key, stamped in drawn.values.items()
            if key.model_id == model_id and key.column is not None
        }
        if source.data.keys() - names.keys():
            source.data = {name: self._resolve(value) for name, value in names.items()}
        else:
            source.data.update(update)

    def _patch(self, model: Model, update: dict[str, Any]) -> None:
        if isinstance(model, Range1d):
            free = not self._is_zoomed(model)
            current = self._limits[model.id]
            target = (update.get("start", current[0]), update.get("end", current[1]))
            self._limits[model.id] = target
            if not free:
                update = {k: v for k, v in update.items() if k not in _LIMITS}
            elif (model.start, model.end) != target:
                update = {**update, "start": target[0], "end": target[1]}
        if update:
            model.update(**update)

    def _is_zoomed(self, model: Range1d) -> bool:
        shown = (model.start, model.end)
        return not (
            _close(shown, self._limits[model.id])
            or _close(shown, (model.reset_start, model.reset_end))
        )


def _close(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Return whether two ranges are the same for the eye."""
    if one == other:
        return True
    try:
        low, high, start, end = map(float, (*one, *other))
    except (TypeError, ValueError):
        return False
    slack = 1e-9 * max(abs(high - low), abs(end - start))
    return math.isclose(low, start, abs_tol=slack, rel_tol=0.0) and math.isclose(
        high, end, abs_tol=slack, rel_tol=0.0
    )
