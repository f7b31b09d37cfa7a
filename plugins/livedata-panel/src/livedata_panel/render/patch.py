"""What travels from the compute thread to sessions. Immutable values only.

A `Structure` is a plot's models, serialised once; a `DrawnPlot` adds what has changed
since, property by property, each with the version of its change. A session at any
earlier version therefore finds exactly what it lacks, and one that skipped frames
applies the newest values alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from bokeh.core.serialization import Buffer, Deserializer, Serialized, Serializer
from bokeh.model import Model

__all__ = [
    "DrawnPlot",
    "ModelRef",
    "PropertyKey",
    "Stamped",
    "Structure",
    "equal",
    "plain",
]


class ModelRef(NamedTuple):
    """Stands for a model of the same structure."""

    id: str


class PropertyKey(NamedTuple):
    """A property of a model, or one column of a data source."""

    model_id: str
    name: str
    column: str | None = None


class Stamped(NamedTuple):
    """A value with the version of the plot in which it last changed."""

    version: int
    value: object


_serials = count(1)


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """The models of a plot, serialised; each session deserialises its own.

    Attributes
    ----------
    serial:
        Unique within the process: plots of equal serial are patched, others rebuilt.
    version:
        Version of the plot whose values the serialised form holds.
    content, buffers:
        The serialised form. Arrays are shared, never written.
    model_ids:
        Ids of all models; the copies have the same ids, each in its own document.
    """

    serial: int
    version: int
    content: Any
    buffers: tuple[Buffer, ...]
    model_ids: frozenset[str]

    @classmethod
    def of(cls, root: Model, version: int) -> Structure:
        """Serialise a plot's models as they are now. Compute thread."""
        serializer = Serializer(deferred=True)
        content = serializer.encode(root)
        ids = frozenset(model.id for model in root.references())
        return cls(next(_serials), version, content, tuple(serializer.buffers), ids)

    def clone(self) -> Model:
        """Make a copy of the models that belongs to no document. Any thread."""
        rep = Serialized(self.content, list(self.buffers))
        root = Deserializer().deserialize(rep)
        assert isinstance(root, Model)
        return root


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPlot:
    """A plot at one version: its structure and all that changed since."""

    structure: Structure
    version: int
    values: Mapping[PropertyKey, Stamped]


def plain(value: object) -> object:
    """Return a value detached from its model, with models replaced by references."""
    if isinstance(value, Model):
        return ModelRef(value.id)
    if isinstance(value, np.ndarray):
        view = value.view()
        view.flags.writeable = False
        return view
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if type(value) is tuple:
        return tuple(plain(item) for item in value)
    return value


def equal(one: object, other: object) -> bool:
    """Return whether two plain values are the same; NaN equals NaN."""
    if one is other:
        return True
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and bool(one == other)
