"""HoloViews elements: how layers are composed and what their structure is.

Pure functions of elements. Two elements of equal structure differ in data, limits and
texts only, so that a plot of the one can be updated with the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import holoviews as hv
from holoviews.core.util import isfinite
from holoviews.element.chart import Chart

from livedata_panel.render.backend import BACKEND
from livedata_panel.render.frozen import frozen

__all__ = ["compose", "parts", "structure_of"]

Options = Mapping[str, Any]

_OVERLAY = {"legend_position": "top", "legend_opts": {"orientation": "horizontal"}}

UPDATED = frozenset(
    {"title", "xlim", "ylim", "zlim", "clim", "xlabel", "ylabel", "zlabel"}
)
"""Plot options that HoloViews brings up to date in a plot that exists.

Only to other values: what is no longer set keeps the value that it had.
"""

_LIMITS = ("xlim", "ylim", "zlim", "clim")


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
    number, category), every option that is read only when a plot is made, and which of
    the others are set.
    """
    found = [(part, _options(part, "plot")) for part in parts(element)]
    described = tuple(_describe(part, options) for part, options in found)
    if any(_is_equal(options) for _, options in found):
        return described, tuple(_extents(part, options) for part, options in found)
    return described, ()


def parts(element: Any) -> Iterator[Any]:
    """Yield an element, and of an overlay its elements as well."""
    yield element
    if isinstance(element, hv.core.UniformNdMapping | hv.core.CompositeOverlay):
        for part in element.values():
            yield from parts(part)


def _describe(part: Any, options: Options) -> Hashable:
    dimensions = tuple(
        (dim.name, dim.label, dim.unit, _kind(part, dim)) for dim in part.dimensions()
    )
    keys = tuple(map(str, part.keys())) if isinstance(part, hv.NdOverlay) else ()
    plain = {key: value for key, value in options.items() if key not in UPDATED}
    return (
        (type(part), part.group, part.label, dimensions, keys),
        frozen({"plot": plain, "style": _options(part, "style")}),
        _given(options),
    )


def _given(options: Options) -> Hashable:
    """Return the names of the `UPDATED` options that are set, of limits each end."""
    return tuple(
        (name, *map(_is_given, options[name] if name in _LIMITS else ()))
        for name in sorted(UPDATED & options.keys())
        if options[name] is not None
    )


def _is_given(limit: Any) -> bool:
    return limit is not None and bool(isfinite(limit))


def _is_equal(options: Options) -> bool:
    """Return whether pixels are to be equal in size."""
    return bool(options.get("data_aspect")) or options.get("aspect") == "equal"


def _extents(part: Any, options: Options) -> Hashable:
    """Return what the axes have to show of a part.

    HoloViews leaves the ranges of a plot of equal pixels alone once it is made.
    """
    given = tuple(options.get(name) for name in ("xlim", "ylim"))
    dimensions = [*part.kdims]
    if isinstance(part, Chart) or len(dimensions) < 2:
        dimensions += part.vdims  # other elements have colours there
    return given, tuple(
        tuple(limit if _is_given(limit) else None for limit in part.range(dim))
        for dim in dimensions
    )


def _kind(part: Any, dimension: Any) -> str:
    if not isinstance(part, hv.Dataset):
        return ""
    # A pandas dtype (text) has a kind as well, but is no numpy dtype.
    kind: str = getattr(part.interface.dtype(part, dimension), "kind", "O")
    return "number" if kind in "biuf" else kind


def _options(part: Any, group: str) -> Options:
    options: Options = hv.Store.lookup_options(BACKEND, part, group).kwargs
    return options
