"""What a new element changes in a plot of its structure, known without HoloViews.

HoloViews takes 5 to 10 ms to find out that an image has new values, a title and limits.
For the elements that live data are mostly drawn as, what it would do is set here. That
it is the same is not taken for granted: HoloViews does each plot's first update as well
and one in `PROOF_INTERVAL`, and where it changes anything more, it does all of that
plot's updates from then on.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import holoviews as hv
import numpy as np
from bokeh.core.property.validation import validate
from bokeh.model import Model
from bokeh.models import ColorMapper, ColumnDataSource, LogColorMapper, Range1d
from holoviews.core.util import dimension_sanitizer
from holoviews.plotting.bokeh.element import ElementPlot

from livedata_panel.render.backend import BACKEND
from livedata_panel.render.elements import parts

__all__ = ["PROOF_INTERVAL", "Change", "DirectUpdates"]

log = logging.getLogger(__name__)

PROOF_INTERVAL = 256
"""Updates from one that HoloViews does as well to the next."""

Limits = tuple[Any, Any]
Columns = dict[str, Any]


class _UnknownError(Exception):
    """Only HoloViews knows what this element changes."""


@dataclass(frozen=True)
class Change:
    """What to set in a plot's models.

    Attributes
    ----------
    kind:
        What must be the same before, and for a proof to hold: labels above all.
    columns:
        New columns of data sources.
    properties:
        New values of the other models' properties.
    """

    kind: Hashable
    columns: list[tuple[ColumnDataSource, Columns]]
    properties: list[tuple[Model, Mapping[str, Any]]]

    def apply(self) -> None:
        """Set all of it."""
        for source, columns in self.columns:
            lengths = {len(source.data[name]) for name in columns}
            if lengths == {len(values) for values in columns.values()}:
                # As HoloViews does: the columns are known to be of equal length.
                with validate(False):
                    source.data.update(columns)
            else:
                source.data = columns
        for model, values in self.properties:
            model.update(**values)


class DirectUpdates:
    """Knows the changes of one plot, as far as they have proved right.

    Parameters
    ----------
    plot:
        HoloViews' plot.
    element:
        What it was made of; all that follow are of the same structure.
    """

    def __init__(self, plot: Any, element: Any) -> None:
        self._plot = plot
        self._parts: list[Any] = [*plot.subplots.values()] if plot.subplots else [plot]
        self._shown: Hashable = None
        self._proved: Hashable = None
        self._since = 0
        self._is_wrong = _follows_values(element)
        self.change(element)

    def change(self, element: Any) -> Change | None:
        """Return what an element changes; None where HoloViews has to find out."""
        if self._is_wrong:
            return None
        before, self._shown = self._shown, None
        try:
            change = self._change(element)
        except _UnknownError:
            return None
        except Exception:
            self._is_wrong = True
            log.debug("HoloViews does all updates of a plot", exc_info=True)
            return None
        self._shown = change.kind
        return change if change.kind == before else None

    def is_proved(self, change: Change) -> bool:
        """Return whether HoloViews need not do a change as well."""
        self._since += 1
        return change.kind == self._proved and self._since < PROOF_INTERVAL

    def before_holoviews(self) -> None:
        """Have HoloViews set the title and the data, whichever it remembers.

        It knows elements by where they are in memory, and one of long ago may have
        been where the next is.
        """
        self._plot._prev_data.pop("title", None)
        for part in self._parts:
            part.handles.pop("previous_id", None)

    def prove(self, change: Change, others: list[str]) -> None:
        """Take note of what HoloViews changed after a change had been applied.

        Parameters
        ----------
        change:
            What had been applied.
        others:
            Names of the properties that HoloViews set to other values; none is proof.
        """
        if others:
            self._is_wrong = True
            log.debug("HoloViews does all updates of a plot: it also sets %s", others)
        else:
            self._proved, self._since = change.kind, 0

    def _change(self, element: Any) -> Change:
        shown = [*element.values()] if type(element) is hv.Overlay else [element]
        if len(shown) != len(self._parts):
            raise _UnknownError
        whole = _plot_options(element)
        columns: list[tuple[ColumnDataSource, Columns]] = []
        properties: list[tuple[Model, Mapping[str, Any]]] = []
        kinds: list[Hashable] = [_kind(whole)]
        for part, plot in zip(shown, self._parts, strict=True):
            options = whole if part is element else _plot_options(part)
            texts = () if part is element else (options.get("title"),)
            kinds.append((_kind(options), texts))
            columns.append((_source(plot), _columns(part, plot)))
            if type(part) is hv.Image:
                properties.append(_colours(options, plot))
        properties.extend(_axes(self._plot, shown, whole))
        properties.extend(_title(self._plot, whole))
        return Change(tuple(kinds), columns, properties)


def _follows_values(element: Any) -> bool:
    """Return whether HoloViews sets more for some values than for others.

    No proof holds then for the next values. Whether it does is part of the structure.
    """
    for part in parts(element):
        options = hv.Store.lookup_options(BACKEND, part, "plot").kwargs
        style = hv.Store.lookup_options(BACKEND, part, "style").kwargs
        own = part is not element and options.keys() & {"xlim", "ylim"}
        levels = isinstance(options.get("color_levels"), list | tuple)
        if own or levels or options.get("apply_hard_bounds"):
            return True
        names = {text for dim in part.dimensions() for text in (dim.name, dim.label)}
        for value in style.values():
            if isinstance(value, hv.dim) or (isinstance(value, str) and value in names):
                return True
    return False


def _source(plot: Any) -> ColumnDataSource:
    """Return the columns of a plot; some have several sources, or none."""
    source = plot.handles.get("source")
    if not isinstance(source, ColumnDataSource):
        raise _UnknownError
    return source


def _plot_options(element: Any) -> dict[str, Any]:
    options: dict[str, Any] = hv.Store.lookup_options(BACKEND, element, "plot").kwargs
    if options.get("hooks"):
        raise _UnknownError
    return options


def _kind(options: Mapping[str, Any]) -> Hashable:
    """Return what labels an element has, and which options that may change."""
    labels = tuple(options.get(name) for name in ("xlabel", "ylabel", "zlabel"))
    return labels, tuple(sorted(options))


def _columns(part: Any, plot: ElementPlot) -> Columns:
    if plot.invert_axes:
        raise _UnknownError
    if type(part) is hv.Image:
        columns = _image_columns(part)
    elif type(part) is hv.Curve and "steps" not in plot.interpolation:
        columns = _curve_columns(part)
    else:
        raise _UnknownError
    known = _source(plot).data.keys()
    if not columns.keys() >= known:
        raise _UnknownError
    columns = {name: columns[name] for name in known}
    if any(values.dtype.kind not in "iufM" for values in _arrays(columns)):
        raise _UnknownError
    return columns


def _curve_columns(curve: Any) -> Columns:
    """Return the columns, also under the names that they have for hovering."""
    columns = {dim.name: curve.dimension_values(dim) for dim in curve.dimensions()}
    return columns | {dimension_sanitizer(name): c for name, c in columns.items()}


def _image_columns(image: Any) -> Columns:
    left, bottom, right, top = image.bounds.lbrt()
    values = image.dimension_values(2, flat=False)
    if 0 in values.shape or len(image.vdims) != 1:
        raise _UnknownError
    return {
        "image": [values],
        "x": [left],
        "y": [bottom],
        "dw": [right - left],
        "dh": [top - bottom],
    }


def _arrays(columns: Columns) -> Iterator[np.ndarray]:
    for values in columns.values():
        if isinstance(values, np.ndarray):
            yield values
        else:
            yield from (np.asarray(value) for value in values)


def _colours(
    options: Mapping[str, Any], plot: ElementPlot
) -> tuple[ColorMapper, Mapping[str, Any]]:
    mapper, limits = plot.handles.get("color_mapper"), options.get("clim")
    if not isinstance(mapper, ColorMapper) or not _is_span(limits):
        raise _UnknownError
    if isinstance(mapper, LogColorMapper) and limits[0] <= 0:
        raise _UnknownError
    return mapper, {"low": limits[0], "high": limits[1]}


def _axes(
    plot: Any, shown: Sequence[Any], options: Mapping[str, Any]
) -> Iterator[tuple[Model, Mapping[str, Any]]]:
    if plot.data_aspect or plot.aspect == "equal":
        return  # the limits are part of the structure
    for index, (x, is_log) in enumerate((("x", plot.logx), ("y", plot.logy))):
        axis = plot.handles.get(f"{x}_range")
        given = options.get(f"{x}lim")
        limits = given if given is not None else _joined_limits(shown, index)
        if type(axis) is not Range1d or not _is_span(limits):
            raise _UnknownError
        low, high = limits
        if is_log and not low > 0:
            raise _UnknownError
        yield axis, {"start": low, "reset_start": low, "end": high, "reset_end": high}


def _joined_limits(shown: Sequence[Any], index: int) -> tuple[Any, Any]:
    """Return what the limits of all elements span."""
    each = [_own_limits(part, index) for part in shown]
    if None in [limit for limits in each for limit in limits]:
        raise _UnknownError  # HoloViews looks at the data
    return min(low for low, _ in each), max(high for _, high in each)


def _own_limits(part: Any, index: int) -> tuple[Any, Any]:
    if type(part) is hv.Image:
        limits = part.bounds.lbrt()
        return limits[index], limits[index + 2]
    limits = part.get_dimension(index).range
    return limits[0], limits[1]


def _is_span(limits: object) -> TypeGuard[Limits]:
    if not isinstance(limits, tuple) or len(limits) != 2:
        return False
    kinds = (int | float | np.number, np.datetime64)
    if not any(all(isinstance(limit, kind) for limit in limits) for kind in kinds):
        return False
    return bool(np.isfinite(limits).all()) and bool(limits[0] < limits[1])


def _title(
    plot: Any, options: Mapping[str, Any]
) -> Iterator[tuple[Model, Mapping[str, Any]]]:
    title = options.get("title")
    if title is None:
        return
    shown = plot.state.title
    # HoloViews takes what is in braces for a field.
    if not isinstance(title, str) or "{" in title or not isinstance(shown, Model):
        raise _UnknownError
    yield shown, {"text": title}
