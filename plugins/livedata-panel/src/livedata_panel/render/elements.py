"""HoloViews elements: how layers are composed and what their structure is.

Pure functions of elements. Two elements of equal structure differ in data, limits and
texts only, so that a plot of the one can be updated with the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import holoviews as hv

from livedata_panel.render.backend import BACKEND
from livedata_panel.render.frozen import frozen

__all__ = ["compose", "parts", "structure_of"]

_OVERLAY = {"legend_position": "top", "legend_opts": {"orientation": "horizontal"}}

UPDATED = frozenset(
    {"title", "xlim", "ylim", "zlim", "clim", "xlabel", "ylabel", "zlabel"}
)
"""Plot options that HoloViews brings up to date in a plot that exists."""


def compose(elements: Sequence[Any]) -> Any:
    """Return the overlay of elements, lowest first; a single one stays itself.

    The legend of an overlay is above the data, never on them.
    """
    first, *others = elements
    if not others:
        return first
    for element in others:
        first = first * element
    return first.opts(clone=False, backend=BACKEND, **_OVERLAY)


def structure_of(element: Any) -> Hashable:
    """Return a value that is equal for elements that differ in data and texts alone.

    It holds the types in order, their dimensions, the kinds of their columns (time,
    number, category) and every option that is read only when a plot is made.
    """
    return tuple(_describe(part) for part in parts(element))


def parts(element: Any) -> Iterator[Any]:
    """Yield an element, and of an overlay its elements as well."""
    yield element
    if isinstance(element, hv.core.UniformNdMapping | hv.core.CompositeOverlay):
        for part in element.values():
            yield from parts(part)


def _describe(part: Any) -> Hashable:
    dimensions = tuple(
        (dim.name, dim.label, dim.unit, _kind(part, dim)) for dim in part.dimensions()
    )
    keys = tuple(map(str, part.keys())) if isinstance(part, hv.NdOverlay) else ()
    options = _plain_options(part)
    return (
        (type(part), part.group, part.label, dimensions, keys),
        frozen(options),
        _extents(part),
    )


def _extents(part: Any) -> Hashable:
    """Return the limits of the axes if pixels are to be equal, else nothing.

    HoloViews leaves the ranges of such a plot alone once it is made.
    """
    options = hv.Store.lookup_options(BACKEND, part, "plot").kwargs
    if not (options.get("data_aspect") or options.get("aspect") == "equal"):
        return ()
    given = tuple(options.get(name) for name in ("xlim", "ylim"))
    return given, tuple(tuple(part.range(dim)) for dim in part.kdims)


def _kind(part: Any, dimension: Any) -> str:
    if not isinstance(part, hv.Dataset):
        return ""
    # A pandas dtype (text) has a kind as well, but is no numpy dtype.
    kind: str = getattr(part.interface.dtype(part, dimension), "kind", "O")
    return "number" if kind in "biuf" else kind


def _plain_options(part: Any) -> dict[str, dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for group in ("plot", "style"):
        found = hv.Store.lookup_options(BACKEND, part, group).kwargs
        groups[group] = {
            key: value for key, value in found.items() if key not in UPDATED
        }
    return groups
