"""How the process of a worker keeps memory: what was freed is used again.

A megapixel image is 8 MB, and a second of events 80 MB and more. By default glibc gives
blocks of that size back to the system when they are freed and asks for them anew, and
the system clears each page again: it took 10 ms to copy an image and takes 1 ms.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping

__all__ = ["keep_freed_memory"]

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # malloc.h
KEPT_BYTES = 128 << 20
"""Free memory that is kept at most."""
LARGEST_BYTES = 32 << 20
"""Larger blocks are given back at once; more than this glibc does not take."""


def keep_freed_memory(environment: Mapping[str, str] = os.environ) -> bool:
    """Keep freed memory for the next window and image; return whether that is possible.

    For a process that does nothing else, before it starts threads. Where the user has
    set glibc's own variables, or the C library is another, nothing changes.
    """
    if any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in environment):
        return False
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    options = {
        _TRIM_THRESHOLD: KEPT_BYTES,
        _MMAP_THRESHOLD: LARGEST_BYTES,
        _ARENA_MAX: 1,  # threads that hand blocks to each other reuse each other's
    }
    return all(set_option(option, value) == 1 for option, value in options.items())
