"""Stand-ins for the values of options that are equal where the values mean the same.

Plotters make their options anew for each frame, so identity tells nothing. Where
nothing is known about a value, identity has to do: at worst a plot is made anew.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from types import FunctionType, MethodType

import holoviews as hv
import numpy as np
from bokeh.model import Model

__all__ = ["frozen"]

_PLAIN = (str, int, float, bool, type(None), type, np.generic, date, timedelta)
_DEEPEST = 8
"""Options nest less deeply; a function may hold itself."""


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Equal to what wraps the very same object."""

    value: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


@dataclass(frozen=True, slots=True, eq=False)
class _ModelLike:
    """Equal to the same Bokeh model, even written to, and to one made alike."""

    model: Model
    given: Hashable

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _ModelLike):
            return False
        alike = type(other.model) is type(self.model) and other.given == self.given
        return other.model is self.model or alike

    def __hash__(self) -> int:
        return hash(type(self.model))


def frozen(value: object, depth: int = 0) -> Hashable:
    """Return a stand-in for an option's value."""
    if isinstance(value, _PLAIN):
        return value
    if depth > _DEEPEST:
        return _Same(value)
    if isinstance(value, Mapping):
        items = sorted(value.items(), key=lambda item: str(item[0]))
        return tuple((str(key), frozen(item, depth + 1)) for key, item in items)
    if isinstance(value, list | tuple):
        return tuple(frozen(item, depth + 1) for item in value)
    if isinstance(value, set | frozenset):
        return frozenset(frozen(item, depth + 1) for item in value)
    if isinstance(value, np.ndarray) and value.dtype != object:
        return (value.shape, value.dtype.str, value.tobytes())
    return _object(value, depth + 1)


def _object(value: object, depth: int) -> Hashable:
    """Return the stand-in of what HoloViews, Bokeh or Python define."""
    if isinstance(value, hv.dim):
        return (hv.dim, repr(value))
    if isinstance(value, hv.Cycle):
        given = {key: getattr(value, key) for key in value.param if key != "name"}
        return (type(value), frozen(given, depth))
    if isinstance(value, Model):
        given = value.properties_with_values(include_defaults=False)
        return _ModelLike(value, frozen(given, depth))
    if isinstance(value, partial):
        return (partial, frozen((value.func, value.args, value.keywords), depth))
    if isinstance(value, MethodType):
        return (frozen(value.__func__, depth), _Same(value.__self__))
    if isinstance(value, FunctionType):
        cells = (cell.cell_contents for cell in value.__closure__ or ())
        held = (value.__defaults__, value.__kwdefaults__, tuple(cells))
        return (value.__module__, value.__code__, frozen(held, depth))
    return _Same(value)
