"""What a figure shows as plain values, and where two figures differ.

Compared is what a browser would draw: every property of every model, columns by value
and not by type. Left out are names, ids and what the shell decides about all figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import Any

import holoviews as hv
import numpy as np
from bokeh.core.property.vectorization import Field, Value
from bokeh.document import Document
from bokeh.model import Model
from bokeh.util.dataclasses import Unspecified
from bokeh.util.serialization import convert_datetime_type
from panel.io.state import set_curdoc

from livedata_panel.figure_theme import figure_theme
from livedata_panel.render.backend import headless_renderer
from livedata_panel.render.figure import prepare
from livedata_panel.render.patch import Structure
from livedata_panel.render.recorder import is_shell_owned

__all__ = ["differences", "fresh_figure", "picture"]

_NO_PICTURE = frozenset({"name", "tags"})
_KIND = "model"
_MISSING = "(missing)"
_CLOSE = 1e-12
"""Relative; the same calculation gives the same numbers but for their last digits."""


def fresh_figure(element: Any) -> Model:
    """Return the figure that HoloViews makes of an element and nothing before it.

    As something that may change: for what never does, HoloViews leaves out the legend
    of a single curve.
    """
    with set_curdoc(Document()):
        plot = headless_renderer().get_plot(hv.DynamicMap(lambda: element))
    root: Model = plot.state
    prepare(root)
    return themed(root)


def themed(root: Model) -> Model:
    """Return a figure as browsers with the light theme get it.

    Values that are explicitly the default lose to the theme when they travel.
    """
    document = Document()
    document.theme = figure_theme("light")
    document.add_root(copy := Structure.of(root, 1).clone())
    return Structure.of(copy, 1).clone()


def picture(root: Model) -> Any:
    """Return all that a figure shows, with models numbered as they are met.

    Properties that were never set are left out; `differences` knows their defaults.
    """
    return _Painter().of(root)


class _Painter:
    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, value: Any) -> Any:
        """Return a value without models, in types that can be compared."""
        if isinstance(value, Model):
            return self._of_model(value)
        if isinstance(value, Field | Value):
            parts = {field.name: getattr(value, field.name) for field in fields(value)}
            return self.of({k: v for k, v in parts.items() if v is not Unspecified})
        if isinstance(value, dict):
            return {str(self.of(key)): self.of(item) for key, item in value.items()}
        if isinstance(value, np.ndarray):
            plain = value.dtype != object
            return _numbers(value) if plain else self.of(value.tolist())
        if isinstance(value, list | tuple):
            return [self.of(item) for item in value]
        return _plain(value)

    def _of_model(self, model: Model) -> Any:
        kind = type(model)
        if model.id in self._numbers:
            return f"{kind.__name__} {self._numbers[model.id]}"
        self._numbers[model.id] = len(self._numbers)
        values = model.properties_with_values(include_defaults=False)
        shown = {
            name: self.of(values[name])
            for name in sorted(values)
            if name not in _NO_PICTURE and not is_shell_owned(model, name)
        }
        return {_KIND: kind, **shown}


def _default(kind: type[Model], name: str) -> Any:
    return _Painter().of(kind.lookup(name).class_default(kind))


def _numbers(values: np.ndarray) -> np.ndarray:
    """Return an array with times as milliseconds, as browsers have them."""
    if values.dtype.kind == "M":
        return values.astype("M8[ns]").astype(np.int64) / 1e6
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, date | np.datetime64):
        return convert_datetime_type(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Enum):
        return value.value
    return value


def differences(one: Any, other: Any, path: str = "plot") -> Iterator[str]:
    """Yield where two pictures differ; NaN is like NaN."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            left, right = _item(one, key), _item(other, key)
            yield from differences(left, right, f"{path}.{key}")
    elif isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        if not _same_column(np.asarray(one), np.asarray(other)):
            yield f"{path}: {one!r} and {other!r}"
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{path}: {len(one)} and {len(other)} items"
        for index, (left, right) in enumerate(zip(one, other, strict=False)):
            yield from differences(left, right, f"{path}[{index}]")
    elif not _same(one, other):
        yield f"{path}: {one!r} and {other!r}"


def _item(shown: dict[str, Any], key: str) -> Any:
    """Return an item, of a model's picture the default in place of a missing one."""
    if key in shown or _KIND not in shown:
        return shown.get(key, _MISSING)
    kind = shown[_KIND]
    return _default(kind, key) if key in kind.properties() else _MISSING


def _same_column(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape:
        return False
    if {one.dtype.kind, other.dtype.kind} <= set("biuf"):
        return bool(np.allclose(one, other, rtol=_CLOSE, atol=0.0, equal_nan=True))
    return bool(np.array_equal(one, other))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        if math.isnan(one) or math.isnan(other):
            return math.isnan(one) and math.isnan(other)
        return math.isclose(one, other, rel_tol=_CLOSE, abs_tol=0.0)
    return type(one) is type(other) and bool(one == other)
