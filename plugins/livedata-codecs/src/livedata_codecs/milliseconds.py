"""The times of the run messages: unsigned milliseconds on the wire, ns in payloads."""

from __future__ import annotations

from livedata_core.contract import DecodeError

__all__ = ["from_ns", "to_ns"]

_NS_PER_MS = 1_000_000
_MAX_NS = 2**63 - 1


def to_ns(milliseconds: int) -> int:
    """Return nanoseconds.

    Raises
    ------
    DecodeError
        If they do not fit into 64 bits.
    """
    time_ns = milliseconds * _NS_PER_MS
    if time_ns > _MAX_NS:
        raise DecodeError(f"{milliseconds} ms since the epoch is past the year 2262")
    return time_ns


def from_ns(time_ns: int | None) -> int:
    """Return milliseconds, rounded down; 0 stands for an unknown time."""
    return (time_ns or 0) // _NS_PER_MS
