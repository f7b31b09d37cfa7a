"""One result as it is kept: its data, whose they are, and the times they tell."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from livedata_core.contract import ArrayData, DataKey, ResultKey, Variable

__all__ = ["START_TIME", "TIME", "TO_NS", "Entry", "is_series", "make_entry"]

TIME = "time"
START_TIME = "start_time"

TO_NS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "datetime64[ns]": 1,
}
"""Nanoseconds in the units in which times travel."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A result, as decoded; its arrays are read-only views of the message.

    Attributes
    ----------
    key:
        Which stream of results.
    job_number:
        The generation it came from.
    data:
        The arrays.
    timestamp_ns:
        Start of the accumulation, ns since the epoch.
    start_ns, time_ns:
        What the coords ``start_time`` and ``time`` say, of a series its latest
        ``time``; ns since the epoch, None where there is none.
    received_ns:
        When it was taken in.
    version:
        Of the `DataService`, by which a change is seen.
    """

    key: DataKey
    job_number: uuid.UUID
    data: ArrayData
    timestamp_ns: int
    start_ns: int | None
    time_ns: int | None
    received_ns: int
    version: int

    @property
    def refers_to_ns(self) -> int:
        """The instant the values refer to; when received, where they do not tell."""
        return self.received_ns if self.time_ns is None else self.time_ns


def make_entry(
    key: ResultKey, data: ArrayData, timestamp_ns: int, received_ns: int, version: int
) -> Entry:
    """Make an entry, reading the times from the data."""
    start_ns = time_ns = None
    for variable in data.variables:
        if variable.name == TIME:
            time_ns = _latest_ns(variable)
        elif variable.name == START_TIME:
            start_ns = _latest_ns(variable)
    return Entry(
        key.data_key,
        key.job_id.job_number,
        data,
        timestamp_ns,
        start_ns,
        time_ns,
        received_ns,
        version,
    )


def is_series(data: ArrayData) -> bool:
    """Return whether the data are samples along a ``time`` of their own.

    That is how a series looks on the wire, which never names temporality.
    """
    time = data.get(TIME)
    if time is None or time.dims != (TIME,):
        return False
    signal = data.get("signal")
    if signal is None or TIME not in signal.dims:
        return False
    samples: int = signal.values.shape[signal.dims.index(TIME)]
    return time.values.shape == (samples,)


def _latest_ns(variable: Variable) -> int | None:
    """Return the (last) value as ns since the epoch, None if it is no such time."""
    factor = TO_NS.get(variable.unit or "")
    values = variable.values
    if factor is None or values.dtype.kind not in "iu" or not values.size:
        return None
    return int(values.reshape(-1)[-1]) * factor
