"""Data arrays as CSV: one block each, with what the numbers mean above them.

Imports scipp; import it off the event loop.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO

import numpy as np
import scipp as sc

__all__ = ["csv_text"]

Row = Sequence[object]


def csv_text(data: Mapping[str, sc.DataArray]) -> str:
    """Return data of two dims at most: columns, or a matrix with coords at its sides.

    Numbers have all their digits; times are ISO 8601, UTC; masked values are empty.

    Raises
    ------
    ValueError
        If one has more dims.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for number, (title, array) in enumerate(data.items()):
        if number:
            writer.writerow([])
        writer.writerow([f"# {_one_line(title)} [{array.unit}]"])
        writer.writerows(_scalars(array))
        writer.writerows(_body(title, array))
    return out.getvalue()


def _scalars(array: sc.DataArray) -> Iterator[Row]:
    for name, coord in array.coords.items():
        if coord.ndim == 0:
            (value,) = _texts(coord)
            yield [f"# {name} [{coord.unit}]", value]


def _body(title: str, array: sc.DataArray) -> Iterable[Row]:
    if array.ndim == 2:
        return _matrix(array)
    if array.ndim < 2:
        return _columns(array)
    raise ValueError(
        f"{title} has {array.ndim} dimensions, more than a table has; "
        "save it as scipp HDF5"
    )


def _columns(array: sc.DataArray) -> Iterator[Row]:
    columns: dict[str, list[object]] = {}
    for name, coord in array.coords.items():
        if coord.dims != array.dims or not coord.ndim:
            continue
        texts = _texts(coord)
        label = f"{name} [{coord.unit}]"
        if array.coords.is_edges(name):
            columns[f"{label} from"], columns[f"{label} to"] = texts[:-1], texts[1:]
        else:
            columns[label] = texts
    columns["value"] = _values(array)
    if array.variances is not None:
        columns["standard deviation"] = np.sqrt(np.ravel(array.variances)).tolist()
    yield list(columns)
    yield from zip(*columns.values(), strict=True)


def _matrix(array: sc.DataArray) -> Iterator[Row]:
    rows, columns = array.dims
    corner = f"{_label(array, rows)} \\ {_label(array, columns)}"
    yield [corner, *_places(array, columns)]
    values = np.reshape(np.array(_values(array), dtype=object), array.shape)
    for place, row in zip(_places(array, rows), values, strict=True):
        yield [place, *row]


def _label(array: sc.DataArray, dim: str) -> str:
    coord = array.coords.get(dim)
    if coord is None or coord.dims != (dim,):
        return f"{dim} [index]"
    return f"{dim} [{coord.unit}]"


def _places(array: sc.DataArray, dim: str) -> list[object]:
    """Return where the values of a dim lie; of bins, their middle."""
    coord = array.coords.get(dim)
    if coord is None or coord.dims != (dim,):
        return list(range(array.sizes[dim]))
    return _texts(sc.midpoints(coord) if array.coords.is_edges(dim) else coord)


def _values(array: sc.DataArray) -> list[object]:
    values: list[object] = np.ravel(array.values).tolist()
    if not array.masks:
        return values
    masked = sc.zeros(sizes=array.sizes, dtype="bool")
    for mask in array.masks.values():
        masked = masked | mask
    hidden = np.ravel(masked.transpose(array.dims).values)
    return ["" if gone else v for v, gone in zip(values, hidden, strict=True)]


def _texts(coord: sc.Variable) -> list[object]:
    values = np.ravel(np.asarray(coord.values))
    if values.dtype.kind == "M":
        return [f"{value}Z" for value in np.datetime_as_string(values)]
    listed: list[object] = values.tolist()
    return listed


def _one_line(text: str) -> str:
    return " ".join(text.split())
