"""Data of many dims made fewer: chosen, split into curves, flattened.

Imports scipp and numpy alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import scipp as sc

from livedata_core.contract import PlotInput
from livedata_plotters.labels import humanise, unit_text

__all__ = ["flattened", "place_text", "rows_of", "sliced"]


def sliced(entry: PlotInput, dim: str, index: int | None) -> PlotInput:
    """Return the data at one position of a dim, or summed over it.

    Parameters
    ----------
    dim:
        The dim that goes; empty: the first.
    index:
        The position, from zero; beyond the last, the last. None: the sum of all, NaN
        left out.

    Raises
    ------
    ValueError
        If the data have no such dim.
    """
    data = entry.data
    if data.ndim == 0:
        raise ValueError(f"{entry.title} is a single number: it has no slices.")
    name = dim or data.dims[0]
    if name not in data.dims:
        raise ValueError(
            f"{entry.title} has no dimension {name!r}; it has {', '.join(data.dims)}."
        )
    if index is None:
        return replace(entry, data=data.nansum(name))
    return replace(entry, data=data[name, min(index, data.sizes[name] - 1)])


def place_text(data: sc.DataArray, dim: str, position: int) -> str:
    """Return where a position of a dim is by its coordinate; empty without one.

    Examples
    --------
    >>> edges = sc.array(dims=["x"], values=[0.0, 0.5, 1.0], unit="mm")
    >>> place_text(sc.DataArray(sc.zeros(sizes={"x": 2}), coords={"x": edges}), "x", 1)
    '0.5 to 1 mm'
    """
    coord = data.coords.get(dim)
    if coord is None or coord.dims != (dim,):
        return ""
    values = coord.values
    if coord.sizes[dim] == data.sizes[dim] + 1:
        shown = f"{_shown(values[position], 4)} to {_shown(values[position + 1], 4)}"
    else:
        shown = _shown(values[position], 6)
    unit = "" if coord.dtype == sc.DType.datetime64 else unit_text(coord.unit)
    return f"{shown} {unit}".rstrip()


def _shown(value: object, digits: int) -> str:
    """Return a coordinate, which may be a text or a time, in short."""
    number = isinstance(value, int | float | np.number)
    return f"{value:.{digits}g}" if number else str(value)


def rows_of(
    data: sc.DataArray, regions: Mapping[int, str]
) -> Iterator[tuple[int, str, sc.DataArray]]:
    """Yield number, name and data of each row along the first dim.

    A row is called by its coordinate, if there is one; regions by the name that their
    index on the wire has in `regions`. The index is also their number.
    """
    dim = data.dims[0]
    coord = data.coords.get(dim)
    for position in range(data.sizes[dim]):
        number = position
        where = f"{humanise(dim)} {place_text(data, dim, position) or position}"
        if dim == "roi" and coord is not None and coord.dims == (dim,):
            number = int(coord.values[position])
            where = regions.get(number, f"Region {number + 1}")
        yield number, where, data[dim, position]


def flattened(entry: PlotInput, keep: str) -> PlotInput:
    """Return data of more than two dims as two: all but one dim joined, row by row.

    Parameters
    ----------
    keep:
        The dim that becomes the horizontal axis; empty: the last.

    Raises
    ------
    ValueError
        If the data have no such dim, or fewer than two.
    """
    data = entry.data
    last = keep or "".join(data.dims[-1:])
    if last not in data.dims or data.ndim < 2:
        raise ValueError(
            f"{entry.title} has the dimensions {', '.join(data.dims) or 'none'}: it "
            f"cannot be laid out along {last!r}."
        )
    others = [dim for dim in data.dims if dim != last]
    values = data.transpose([*others, last])
    name = " × ".join(humanise(dim) for dim in others)
    plain = sc.DataArray(
        values.data.copy(),
        coords={
            key: coord
            for key, coord in values.coords.items()
            if coord.dims in ((), (last,))
        },
        masks=dict(values.masks.items()),
    )
    if len(others) == 1:
        kept = values.coords.get(others[0])
        if kept is not None and kept.dims == (others[0],):
            plain.coords[others[0]] = kept
        return replace(entry, data=plain)
    rows = int(np.prod([data.sizes[dim] for dim in others]))
    signal = sc.array(
        dims=[name, last],
        values=plain.values.reshape(rows, -1),
        unit=plain.unit,
    )
    joined = sc.DataArray(signal, coords=dict(plain.coords.items()))
    for key, mask in plain.masks.items():
        full = (sc.zeros(sizes=plain.sizes, dtype="bool") | mask).transpose(plain.dims)
        joined.masks[key] = sc.array(
            dims=[name, last], values=full.values.reshape(rows, -1)
        )
    return replace(entry, data=joined)
