"""How much memory this process has now, without further libraries."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["resident_bytes"]

STATM = Path("/proc/self/statm")


def resident_bytes() -> int | None:
    """Return the resident memory in bytes; None where the system does not tell it."""
    try:
        pages = STATM.read_text(encoding="ascii").split()[1]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
