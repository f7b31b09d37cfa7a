"""Changes of models that their document does not announce.

A session's copies of the models follow what is sent to its browser past Bokeh. The
descriptors offer no public way to set a value without an event; all use of their
inner one is here.
"""

from __future__ import annotations

from collections.abc import Mapping

from bokeh.core.property.descriptors import DataSpecPropertyDescriptor
from bokeh.model import Model
from bokeh.models import ColumnDataSource

__all__ = ["serialisable", "set_columns", "set_property"]


def set_property(model: Model, name: str, value: object) -> None:
    """Set a property; nobody is told."""
    descriptor = model.lookup(name)
    simple = isinstance(value, str | int | float | None)
    if not simple or isinstance(descriptor, DataSpecPropertyDescriptor):
        value = descriptor.property.prepare_value(model, name, value)
    descriptor._set_value(model, value)


def set_columns(source: ColumnDataSource, columns: Mapping[str, object]) -> None:
    """Replace columns of a data source; nobody is told."""
    dict.update(source.data, columns)


def serialisable(model: Model, name: str) -> object:
    """Return a property's value as Bokeh's events carry it."""
    value: object = model.lookup(name).get_value(model)
    return value
