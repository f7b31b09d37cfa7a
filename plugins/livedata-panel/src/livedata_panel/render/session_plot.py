"""One session's copy of a plot, brought up to date by patches.

Made off the event loop (it belongs to no document then); patched in its session's
callbacks alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from bokeh.model import Model
from bokeh.models import ColumnDataSource, Range1d

from livedata_panel.render.patch import DrawnPlot, ModelRef, PropertyKey

__all__ = ["SessionPlot"]

_LIMITS = ("start", "end")


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

    def apply(self, drawn: DrawnPlot) -> bool:
        """Apply what changed since the last call; return whether anything did.

        Raises
        ------
        ValueError
            If the plot has another structure; make a new `SessionPlot`.
        """
        if drawn.structure.serial != self.serial:
            raise ValueError("the plot's structure has changed; it has to be rebuilt")
        if drawn.version <= self.version:
            return False
        changes: dict[str, dict[str, Any]] = {}
        columns: dict[str, dict[str, Any]] = {}
        for key, value in self._news(drawn):
            if key.column is None:
                changes.setdefault(key.model_id, {})[key.name] = value
            else:
                columns.setdefault(key.model_id, {})[key.column] = value
        for model_id, update in columns.items():
            self._patch_columns(model_id, update, drawn)
        for model_id, update in changes.items():
            self._patch(self._models[model_id], update)
        self.version = drawn.version
        return bool(changes or columns)

    def _news(self, drawn: DrawnPlot) -> Iterator[tuple[PropertyKey, Any]]:
        for key, stamped in drawn.values.items():
            if stamped.version > self.version:
                yield key, self._resolve(stamped.value)

    def _resolve(self, value: object) -> object:
        if isinstance(value, ModelRef):
            return self._models[value.id]
        if isinstance(value, list):
            return [self._resolve(item) for item in value]
        if isinstance(value, dict):
            return {key: self._resolve(item) for key, item in value.items()}
        return value

    def _patch_columns(
        self, model_id: str, update: dict[str, Any], drawn: DrawnPlot
    ) -> None:
        source = self._models[model_id]
        assert isinstance(source, ColumnDataSource)
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
