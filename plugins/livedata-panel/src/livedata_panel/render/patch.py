"""What travels from the compute thread to sessions. Immutable values only.

A `Structure` is a plot's models, serialised once; a `DrawnPlot` adds what has changed
since, property by property, each with the version of its change. A session at any
earlier version therefore finds exactly what it lacks, and one that skipped frames
gets the newest values alone. Both are made ready to travel once, for all sessions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from bokeh.core.serialization import (
    Buffer,
    Deserializer,
    Serializable,
    Serialized,
    Serializer,
)
from bokeh.model import Model

from livedata_panel.render.theming import themed
from livedata_panel.render.wire import PatchWriter, WirePatch, opening

__all__ = [
    "DrawnPlot",
    "Look",
    "ModelRef",
    "News",
    "PropertyKey",
    "Stamped",
    "Structure",
    "equal",
    "plain",
]


class Look(NamedTuple):
    """What a session's theme makes of figures; see `figure_theme`."""

    theme: str
    large: bool


@dataclass(frozen=True, slots=True)
class ModelRef(Serializable):
    """Stands for a model of the same structure."""

    id: str

    def to_serializable(self, serializer: Serializer) -> dict[str, str]:
        """Return the reference as Bokeh writes it, for its serialiser."""
        return {"id": self.id}


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
    """The models of a plot, serialised.

    Attributes
    ----------
    serial:
        Unique within the process: plots of equal serial are patched, others opened.
    version:
        Version of the plot whose values the serialised form holds.
    content, buffers:
        The serialised form. Arrays are shared, never written.
    model_ids:
        Ids of all models; every browser's copies have the same ids.
    openings:
        What opens the figure, by look, as far as it has been asked for; see `open`.
    """

    serial: int
    version: int
    content: Any
    buffers: tuple[Buffer, ...]
    model_ids: frozenset[str]
    openings: dict[Look, WirePatch] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Model, version: int) -> Structure:
        """Serialise a plot's models as they are now. Compute thread."""
        serializer = Serializer(deferred=True)
        content = serializer.encode(root)
        ids = frozenset(model.id for model in root.references())
        return cls(next(_serials), version, content, tuple(serializer.buffers), ids)

    def figure(self, look: Look) -> str:
        """Return the name that browsers know the figure by."""
        return f"{self.serial}-{look.theme}{'-large' if look.large else ''}"

    def open(self, look: Look) -> WirePatch:
        """Return what opens the figure in a browser; made once. Compute thread."""
        known = self.openings.get(look)
        if known is None:
            content = themed(self.content, look.theme, large=look.large)
            known = opening(self.figure(look), content, self.buffers)
            self.openings[look] = known
        return known

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
    """

    columns: Mapping[str, Mapping[str, object]]
    properties: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPlot:
    """A plot at one version: its structure and all that changed since.

    Attributes
    ----------
    wires:
        Patches to this version, by the figure's name and the version that they start
        from. Event loop only.
    """

    structure: Structure
    version: int
    values: Mapping[PropertyKey, Stamped]
    wires: dict[tuple[str, int], WirePatch] = field(default_factory=dict)

    def patch(self, figure: str, version: int) -> WirePatch:
        """Return what brings a figure from `version` to this one. Event loop only."""
        known = self.wires.get((figure, version))
        if known is None:
            news, writer = self.news(version), PatchWriter()
            for model_id, columns in news.columns.items():
                writer.columns(model_id, columns)
            for model_id, properties in news.properties.items():
                for name, value in properties.items():
                    writer.change(model_id, name, value)
            known = self.wires[figure, version] = writer.finish(figure)
        return known

    def news(self, version: int) -> News:
        """Return what changed since `version`."""
        columns: dict[str, dict[str, object]] = {}
        properties: dict[str, dict[str, object]] = {}
        for key, stamped in self.values.items():
            if stamped.version <= version:
                continue
            if key.column is None:
                properties.setdefault(key.model_id, {})[key.name] = stamped.value
            else:
                columns.setdefault(key.model_id, {})[key.column] = stamped.value
        return News(columns, properties)


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
