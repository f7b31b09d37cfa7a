"""Text on axes: names of dims and units as people write them."""

from __future__ import annotations

from collections.abc import Sequence

import scipp as sc

from livedata_core.contract import PlotAxis, PlotInput

__all__ = [
    "axis_label",
    "humanise",
    "index_label",
    "number",
    "quantity_label",
    "unit_text",
    "values_axis",
]

_NAMES = {
    "q": "Q",
    "toa": "Time of arrival",
    "tof": "Time of flight",
}
_UNITS = {"deg": "°", "dimensionless": ""}


def humanise(name: str) -> str:
    """Return an identifier as people write it.

    Examples
    --------
    >>> humanise("time_of_arrival"), humanise("x"), humanise("Q")
    ('Time of arrival', 'x', 'Q')
    """
    known = _NAMES.get(name.lower())
    if known is not None:
        return known
    text = name.replace("_", " ").strip()
    return text if len(text) < 2 else text[0].upper() + text[1:]


def unit_text(unit: sc.Unit | None) -> str:
    """Return a unit for people; empty where there is none to write."""
    text = "" if unit is None else str(unit)
    return _UNITS.get(text, text)


def axis_label(name: str, unit: sc.Unit | None) -> str:
    """Return quantity and unit.

    Examples
    --------
    >>> axis_label("time_of_arrival", sc.Unit("ms"))
    'Time of arrival [ms]'
    """
    text = unit_text(unit)
    return f"{humanise(name)} [{text}]" if text else humanise(name)


def index_label(name: str) -> str:
    """Return the label of a dim that is only counted, from zero.

    Examples
    --------
    >>> index_label("x"), index_label("tube")
    ('x [pixel]', 'Tube')
    """
    return f"{name} [pixel]" if len(name) == 1 else humanise(name)


def quantity_label(inputs: Sequence[PlotInput]) -> str:
    """Return what the values of inputs of one unit are: title and unit.

    Counts are counts whatever the source; other quantities take the title of the
    source if there is only one.
    """
    unit = inputs[0].data.unit
    if unit == sc.units.counts:
        return "Counts"
    titles = {entry.title for entry in inputs}
    text = unit_text(unit)
    name = titles.pop() if len(titles) == 1 else "Value"
    return f"{name} [{text}]" if text else name


def values_axis(inputs: Sequence[PlotInput]) -> PlotAxis:
    """Return the axis along which values of inputs of one unit are shown."""
    return PlotAxis(quantity_label(inputs), unit_text(inputs[0].data.unit))


def number(value: float) -> str:
    """Return a number with thousands separated; whole ones without decimals.

    Examples
    --------
    >>> number(176714.0), number(0.25)
    ('176,714', '0.25')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"
