"""Times of NeXus files: units, origins and their conversion to integer nanoseconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from livedata_replay.errors import ReplayError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["ns_per_unit", "origin_ns", "shifted", "to_int32", "to_ns"]

FARTHEST_NS = 2**62
"""Times that differ by less than this from the epoch differ by 64 bits at most."""
_NS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
_SPELLINGS = {
    "ns": ("ns", "nsec", "nanosecond", "nanoseconds"),
    "us": ("us", "usec", "µs", "μs", "microsecond", "microseconds"),
    "ms": ("ms", "msec", "millisecond", "milliseconds"),
    "s": ("s", "sec", "second", "seconds"),
}
_UNITS = {name: unit for unit, names in _SPELLINGS.items() for name in names}


def ns_per_unit(text: str) -> int:
    """Return how many nanoseconds a unit has.

    Raises
    ------
    ReplayError
        If it is no known unit of time.

    Examples
    --------
    >>> ns_per_unit("microseconds")
    1000
    """
    try:
        return _NS[_UNITS[text.strip().lower()]]
    except KeyError:
        raise ReplayError(
            f"{text!r} is no unit of time; known are {_known()}"
        ) from None


def _known() -> str:
    return ", ".join(_NS)


def origin_ns(text: str) -> int:
    """Return the time since the epoch of an ISO 8601 time; without a zone it is UTC.

    Raises
    ------
    ReplayError
        If it is no such time, or not within 146 years of the epoch.

    Examples
    --------
    >>> origin_ns("1970-01-01T00:00:01Z")
    1000000000
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ReplayError(f"{text!r} is no ISO 8601 time") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    origin = (since.days * 86_400 + since.seconds) * _NS[
        "s"
    ] + since.microseconds * 1000
    if abs(origin) >= FARTHEST_NS:
        raise ReplayError(f"{text!r} is not between the years 1824 and 2116")
    return origin


def shifted(times: npt.NDArray[np.int64], by_ns: int) -> npt.NDArray[np.int64]:
    """Return times, ns, that count from another origin.

    Raises
    ------
    ReplayError
        If one does not fit into 64 bits then.
    """
    if times.size:
        farthest = max(abs(int(times.min()) + by_ns), abs(int(times.max()) + by_ns))
        if farthest >= 2**63:
            raise ReplayError("a time does not fit into 64-bit nanoseconds")
    return times + by_ns


def to_ns(values: npt.NDArray[np.generic], scale: int) -> npt.NDArray[np.int64]:
    """Return times in ns, int64 like `values`; `scale` is ns per unit.

    Fractions are rounded, integers are exact.

    Raises
    ------
    ReplayError
        If a time is not finite or does not fit into 64 bits.
    """
    if values.dtype.kind in "iu":
        times = values.astype(np.int64)
        if (
            times.size
            and max(abs(int(times.min())), int(times.max())) >= 2**63 // scale
        ):
            raise ReplayError("a time does not fit into 64-bit nanoseconds")
        return times * scale
    scaled = values.astype(np.float64) * scale
    if not np.all(np.abs(scaled) < 2.0**63):
        raise ReplayError("a time is not finite or does not fit into 64 bits")
    return np.rint(scaled).astype(np.int64)


def to_int32(values: npt.NDArray[np.generic], scale: int = 1) -> npt.NDArray[np.int32]:
    """Return ``values * scale``, rounded, int32 as events carry it.

    What does not fit becomes the nearest limit, what is no number the lowest one: it
    lies in no time range and has no pixel, and the event still counts.
    """
    limits = np.iinfo(np.int32)
    if values.dtype == np.int32 and scale == 1:
        return values.astype(np.int32, copy=False)
    scaled = np.nan_to_num(values.astype(np.float64) * scale, nan=float(limits.min))
    return np.rint(np.clip(scaled, limits.min, limits.max)).astype(np.int32)
