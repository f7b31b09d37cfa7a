"""Times and sizes as people say them."""

from __future__ import annotations

import math

__all__ = ["duration", "size"]

_TIMES = (("h", 3600), ("min", 60))
_SIZES = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


def duration(seconds: float) -> str:
    """Return a time in the largest unit that it is a whole number of.

    Examples
    --------
    >>> [duration(seconds) for seconds in (30, 300, 48 * 3600, 0.5, math.inf)]
    ['30 s', '5 min', '48 h', '0.5 s', 'for ever']
    """
    if math.isinf(seconds):
        return "for ever"
    for unit, length in _TIMES:
        if seconds and seconds % length == 0:
            return f"{seconds / length:g} {unit}"
    return f"{seconds:g} s"


def size(nbytes: int) -> str:
    """Return a number of bytes in the largest unit that it fills.

    Examples
    --------
    >>> [size(nbytes) for nbytes in (512, 1 << 20, 1048588, 100 << 20)]
    ['512 B', '1 MiB', '1 MiB', '100 MiB']
    """
    for unit, length in _SIZES:
        if nbytes >= length:
            return f"{nbytes / length:.4g} {unit}"
    return f"{nbytes} B"
