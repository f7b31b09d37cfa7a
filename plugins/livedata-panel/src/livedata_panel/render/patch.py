"""What travels from the compute thread to sessions. Immutable values only.

A `Structure` is a plot's models, serialised once; a `DrawnPlot` adds what has changed
since, property by property, each with the version of its change. A session at any
earlier version therefore finds exactly what it lacks, and one that skipped frames
applies the newest values alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from bokeh.core.serialization import Buffer, Deserializer, Serialized, Serializer
from bokeh.model import Model

from livedata_panel.render.wire import WirePatch

__all__ = [
    "DrawnPlot",
    "ModelRef",
    "News",
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


@dataclass(frozen=True, slots=True)
class News:
    """What changed between two versions of a plot.

    Attributes
    ----------
    columns:
        Changed columns by data source.
    properties:
        Changed properties by model.
    all_columns:
        Names of all columns of each changed data source.
    is_portable:
        Whether the values mean the same in every session: none refers to models.
    """

    columns: Mapping[str, Mapping[str, object]]
    properties: Mapping[str, Mapping[str, object]]
    all_columns: Mapping[str, frozenset[str]]
    is_portable: bool


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPlot:
    """A plot at one version: its structure and all that changed since.

    Attributes
    ----------
    wires:
        Patches to this version as they travel, by the version that they start from
        and the ranges that they leave alone. Event loop only.
    """

    structure: Structure
    version: int
    values: Mapping[PropertyKey, Stamped]
    wires: dict[tuple[int, frozenset[str]], WirePatch] = field(default_factory=dict)
    _news: dict[int, News] = field(default_factory=dict)

    def news(self, version: int) -> News:
        """Return what changed since `version`. Event loop only."""
        found = self._news.get(version)
        if found is None:
            found = self._news[version] = self._since(version)
        return found

    def _since(self, version: int) -> News:
        columns: dict[str, dict[str, object]] = {}
        properties: dict[str, dict[str, object]] = {}
        for key, stamped in self.values.items():
            if stamped.version <= version:
                continue
            if key.column is None:
                properties.setdefault(key.model_id, {})[key.name] = stamped.value
            else:
                columns.setdefault(key.model_id, {})[key.column] = stamped.value
        names: dict[str, set[str]] = {model_id: set() for model_id in columns}
        for key in self.values:
            if key.column is not None and key.model_id in names:
                names[key.model_id].add(key.column)
        values = [v for group in properties.values() for v in group.values()]
        return News(
            columns,
            properties,
            {model_id: frozenset(found) for model_id, found in names.items()},
            all(map(_is_portable, values)),
        )


def _is_portable(value: object) -> bool:
    """Return whether a plain value holds nothing but numbers and texts."""
    if isinstance(value, list):
        return all(map(_is_portable, value))
    return value is None or isinstance(value, bool | int | float | str | np.generic)


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
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return _equal_arrays(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            equal(value, other[key]) for key, value in one.items()
        )
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


def _equal_arrays(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype == object:
        return equal(one.tolist(), other.tolist())
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fcmM"))
