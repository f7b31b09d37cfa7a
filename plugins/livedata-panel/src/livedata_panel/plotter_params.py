"""What a layer keeps of its settings when it is shown by another plotter and back.

Pure functions and a small memory; nothing here changes a plot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from livedata_core.contract import StoredParams

__all__ = ["PlotterParams", "carried"]


class PlotterParams:
    """The settings that each plotter of each layer had last, while a form is open."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], StoredParams] = {}
        self._began: dict[tuple[str, str], StoredParams] = {}

    def began(self, layer: str, plotter: str, params: StoredParams) -> None:
        """Note with what a plotter took over."""
        self._began[layer, plotter] = params

    def left(self, layer: str, plotter: str, params: StoredParams) -> None:
        """Note what a plotter had when another took over."""
        self._last[layer, plotter] = params

    def last(self, layer: str, plotter: str) -> StoredParams:
        """Return what a plotter had last; nothing if it never showed the layer."""
        return self._last.get((layer, plotter), {})

    def taken_over(
        self,
        layer: str,
        old: tuple[str, type[BaseModel], StoredParams],
        new: tuple[str, type[BaseModel]],
    ) -> StoredParams:
        """Return with what a plotter begins where another has shown the layer.

        What it had itself, and what was changed since of what both have: since the
        other took over, or, the first time, of its defaults.

        Parameters
        ----------
        old:
            Name, model and parameters, all of them, of the plotter that shows the
            layer.
        new:
            Name and model of the one that is to show it.
        """
        name, model, params = old
        known = (layer, new[0]) in self._last
        before = self._began.get((layer, name)) if known else None
        if before is None:
            before = _defaults(model)
        changed = carried(model, new[1], params, before)
        return _joined(self.last(layer, new[0]), changed)


def carried(
    old: type[BaseModel],
    new: type[BaseModel],
    params: Mapping[str, Any],
    before: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the parameters that are not as before and that both models have.

    Fields are the same by name and type; those of groups are compared one by one.
    """
    found: dict[str, Any] = {}
    for name, info in old.model_fields.items():
        other = new.model_fields.get(name)
        if other is None or name not in params:
            continue
        value, past = params[name], before.get(name)
        ours: Any = info.annotation
        theirs: Any = other.annotation
        if _is_model(ours) and _is_model(theirs) and isinstance(value, Mapping):
            inner = carried(ours, theirs, value, past or {})
            if inner:
                found[name] = inner
        elif ours == theirs and value != past:
            found[name] = value
    return found


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    """Return the parameters of a model that has none; nothing if some are required."""
    try:
        return model().model_dump(mode="json", by_alias=True)
    except ValueError:
        return {}


def _joined(params: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(params)
    for name, value in changed.items():
        old = joined.get(name)
        groups = isinstance(old, Mapping) and isinstance(value, Mapping)
        joined[name] = _joined(old or {}, value) if groups else value
    return joined
