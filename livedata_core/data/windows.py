"""The updates of a time window joined in one: sums, and means weighted by duration.

Imports scipp; import it when data are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import Aggregation, ArrayData, Variable
from livedata_core.data.entries import START_TIME, TIME, Entry
from livedata_core.data.partial_sums import PartialSums, Values
from livedata_core.data.scipp_io import to_scipp

__all__ = ["DURATION", "WindowAggregation"]

DURATION = "duration"
"""Name of the 0-D coord, in ns, that says how long the updates took together."""


class WindowAggregation:
    """Joins the entries of the window that ends with the newest, its begin excluded.

    Made for one stream and asked again and again, it sums what is new alone.

    The coords ``start_time`` and ``time`` of what comes out tell from when to when,
    ``duration`` how long all updates took together: less than that where some are
    missing. Errors are propagated as of independent updates.

    Parameters
    ----------
    seconds:
        Length of the window.
    aggregation:
        How entries are joined.
    """

    def __init__(self, seconds: float, aggregation: Aggregation) -> None:
        self._window_ns = int(seconds * 1e9)
        self._aggregation = aggregation
        self._sums = PartialSums()

    @property
    def nbytes(self) -> int:
        """Size of what it keeps between two calls."""
        return self._sums.nbytes

    def extract(self, entries: Sequence[Entry]) -> sc.DataArray:
        """Return one data array; `entries` is not empty, oldest first.

        Raises
        ------
        ValueError
            If a mean is asked for of updates that do not tell their duration.
        """
        newest = entries[-1]
        begin = newest.refers_to_ns - self._window_ns
        inside = [entry for entry in entries if entry.refers_to_ns > begin]
        durations = _durations(inside)
        signal = newest.data.get("signal")
        if signal is None:
            return to_scipp(newest.data)
        how = _resolved(self._aggregation, signal.unit)
        if how in (Aggregation.SUM, Aggregation.NANSUM):
            weights = np.ones(len(inside))
        elif durations is None:
            raise ValueError(
                "a mean over time needs updates that tell how long they took "
                "(start_time and time); choose a sum or no time window"
            )
        else:
            weights = durations.astype(np.float64)
        joined = self._sums.of(inside, weights, how)
        return to_scipp(_with_times(newest.data, joined, inside, durations))


def _resolved(how: Aggregation, unit: str | None) -> Aggregation:
    if how is not Aggregation.AUTO:
        return how
    return Aggregation.SUM if unit == "counts" else Aggregation.MEAN


def _durations(entries: Sequence[Entry]) -> npt.NDArray[np.int64] | None:
    """Return how long each took, ns; None if one of them does not tell."""
    spans = [
        entry.time_ns - entry.start_ns
        for entry in entries
        if entry.time_ns is not None and entry.start_ns is not None
    ]
    if len(spans) != len(entries) or min(spans) < 0 or not any(spans):
        return None
    return np.array(spans, dtype=np.int64)


def _with_times(
    like: ArrayData,
    joined: dict[str, Values],
    entries: Sequence[Entry],
    durations: npt.NDArray[np.int64] | None,
) -> ArrayData:
    variables = []
    for variable in like.variables:
        values = joined.get(variable.name, variable.values)
        if variable.name == START_TIME and entries[0].start_ns is not None:
            variables.append(_moment(START_TIME, entries[0].start_ns))
        elif variable.name == TIME and entries[-1].time_ns is not None:
            variables.append(_moment(TIME, entries[-1].time_ns))
        else:
            variables.append(
                Variable(
                    variable.name, variable.dims, values, variable.unit, variable.label
                )
            )
    if durations is not None:
        variables.append(_moment(DURATION, int(durations.sum())))
    return ArrayData(tuple(variables))


def _moment(name: str, value: int) -> Variable:
    return Variable(name, (), np.array(value, np.int64), "ns")
