"""The instant that a raw message is about, where its schema does not say so itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from livedata_core.contract import ArrayData, Message

__all__ = ["at_data_time", "is_possible"]

_LATEST_NS = 1 << 62  # in 2116; windows that begin or end near it fit into int64

_NS: dict[str | None, int] = {
    None: 1,
    "ns": 1,
    "datetime64[ns]": 1,
    "us": 1_000,
    "µs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
}


def at_data_time(message: Message[Any]) -> Message[Any]:
    """Return a monitor's da00 message with the time of its ``reference_time``.

    Others, and one whose reference time is no number of a known unit or cannot be, are
    returned as they are: they have their timestamp.
    """
    if not isinstance(message.payload, ArrayData):
        return message
    reference = message.payload.get("reference_time")
    if (
        reference is None
        or reference.values.size == 0
        or reference.values.dtype.kind not in "iufM"
        or reference.unit not in _NS
    ):
        return message
    first = reference.values.reshape(-1)[0]
    if not np.isfinite(first):
        return message
    whole = int(first.astype("int64") if first.dtype.kind == "M" else first)
    time_ns = whole * _NS[reference.unit]
    return replace(message, timestamp_ns=time_ns) if is_possible(time_ns) else message


def is_possible(time_ns: int) -> bool:
    """Return whether data can be of a time: neither before 1970 nor after 2115."""
    return 0 <= time_ns <= _LATEST_NS
