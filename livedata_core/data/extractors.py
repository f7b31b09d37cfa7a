"""Extractors: which entries of a stream make up what a plotter gets.

Imports scipp; import it when data are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import ArrayData, Variable
from livedata_core.data.entries import START_TIME, TIME, TO_NS, Entry, is_series
from livedata_core.data.scipp_io import to_scipp

__all__ = ["Extractor", "FullHistory", "Latest"]

Values = npt.NDArray[np.generic]
POINT_IN_TIME = "datetime64[ns]"


class Extractor(Protocol):
    """Makes a data array of the entries of one stream. Compute thread."""

    def extract(self, entries: Sequence[Entry]) -> sc.DataArray:
        """Return the data; `entries` is not empty, oldest first.

        Raises
        ------
        ValueError
            If they cannot be shown, with a sentence for people.
        """


class Latest:
    """The newest entry alone."""

    def extract(self, entries: Sequence[Entry]) -> sc.DataArray:
        """Return the newest entry as a data array."""
        return to_scipp(entries[-1].data)


class FullHistory:
    """All entries, along a ``time`` dim.

    Those of a series are joined and put in order of their sample times, each time
    once (a job that starts repeats what it found). Others are stacked in the order of
    arrival; their ``time`` and ``start_time`` become coords of points in time.

    Parameters
    ----------
    seconds:
        Show the window of that length that ends at the newest time, begin excluded.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._window_ns = None if seconds is None else int(seconds * 1e9)

    def extract(self, entries: Sequence[Entry]) -> sc.DataArray:
        """Return the entries as one data array."""
        if is_series(entries[-1].data):
            return to_scipp(_in_order(_joined(entries), self._window_ns))
        if self._window_ns is not None:
            begin = entries[-1].refers_to_ns - self._window_ns
            entries = [entry for entry in entries if entry.refers_to_ns > begin]
        return to_scipp(_stacked(entries))


def _joined(entries: Sequence[Entry]) -> ArrayData:
    """Concatenate what has a ``time`` dim; take the rest from the newest."""

    def join(variable: Variable) -> Variable:
        if TIME not in variable.dims:
            return variable
        axis = variable.dims.index(TIME)
        return _merged(
            entries, variable, variable.dims, lambda a: np.concatenate(a, axis=axis)
        )

    return ArrayData(tuple(map(join, entries[-1].data.variables)))


def _stacked(entries: Sequence[Entry]) -> ArrayData:
    """Stack signal and errors along ``time``; take other coords from the newest."""
    variables = [_times(TIME, [entry.refers_to_ns for entry in entries])]
    starts = [entry.start_ns for entry in entries if entry.start_ns is not None]
    if len(starts) == len(entries):
        variables.append(_times(START_TIME, starts))
    for variable in entries[-1].data.variables:
        if variable.name in ("signal", "errors"):
            if TIME in variable.dims:
                raise ValueError(
                    "a history cannot be made of data that have a dim 'time' already"
                )
            dims = (TIME, *variable.dims)
            variables.append(_merged(entries, variable, dims, np.stack))
        elif variable.name not in (TIME, START_TIME):
            variables.append(variable)
    return ArrayData(tuple(variables))


def _merged(
    entries: Sequence[Entry],
    like: Variable,
    dims: tuple[str, ...],
    merge: Callable[[Sequence[Values]], Values],
) -> Variable:
    parts = [
        variable.values
        for entry in entries
        if (variable := entry.data.get(like.name)) is not None
    ]
    return Variable(like.name, dims, merge(parts), like.unit, like.label)


def _times(name: str, values: Sequence[int]) -> Variable:
    return Variable(name, (TIME,), np.array(values, np.int64), POINT_IN_TIME)


def _in_order(data: ArrayData, window_ns: int | None) -> ArrayData:
    """Sort samples by time, of each time the last to arrive, inside the window."""
    time = data.get(TIME)
    assert time is not None  # it is a series
    values = np.asarray(time.values)
    _, last = np.unique(values[::-1], return_index=True)
    order = len(values) - 1 - last
    if window_ns is not None and len(order):
        # Relative to the newest, so that floats of any size compare well.
        age = (values[order[-1]] - values[order]) * TO_NS.get(time.unit or "", 1)
        order = order[age < window_ns]
    if len(order) == len(values) and np.all(np.diff(order) == 1):
        return data

    def take(variable: Variable) -> Variable:
        if TIME not in variable.dims:
            return variable
        taken = variable.values.take(order, axis=variable.dims.index(TIME))
        return replace(variable, values=taken)

    return ArrayData(tuple(map(take, data.variables)))
