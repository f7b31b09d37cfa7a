"""A limit of memory for the worker, and which job it is that exceeds it.

Python cannot tell whose an allocation is, at a price that anybody would pay. So the
resident memory of the process is read around each call of a workflow, and what it grew
by meanwhile counts for that job. This is rough: other threads allocate as well, and
memory that was given back is used again. So a job is blamed only for a good part of the
limit. One call that takes all memory at once is not seen before the system ends the
process; a limit of the system, e.g. ``MemoryMax`` of systemd, is for that.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "LEAST_SHARE",
    "MemoryLimit",
    "default_limit_bytes",
    "give_back",
    "limit_of",
    "resident_bytes",
]

LEAST_SHARE = 0.1
"""A job is blamed if it has grown by this part of the limit at least."""
DEFAULT_SHARE = 0.8
"""The default limit, as a part of what the machine or container has."""

_STATM = Path("/proc/self/statm")
_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup/memory.max")

log = logging.getLogger(__name__)


def resident_bytes() -> int | None:
    """Return the resident memory of this process; None where it is not told."""
    try:
        pages = _STATM.read_text(encoding="ascii").split()[1]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def default_limit_bytes() -> int | None:
    """Return 80 % of the memory of the machine or container; None where unknown."""
    found = [size for size in (_of_machine(), _of_container()) if size is not None]
    return int(min(found) * DEFAULT_SHARE) if found else None


def limit_of(mib: int | None) -> int | None:
    """Return the limit in bytes that was asked for in MiB.

    None asks for the default, 0 for none.
    """
    return default_limit_bytes() if mib is None else mib * 2**20 or None


def _of_machine() -> int | None:
    try:
        first = _MEMINFO.read_text(encoding="ascii").splitlines()[0]
    except OSError:
        return None
    return int(first.split()[1]) * 1024  # MemTotal: so many kB


def _of_container() -> int | None:
    try:
        text = _CGROUP.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


class MemoryLimit:
    """Notes by how much each job makes the process grow. One thread.

    Parameters
    ----------
    limit_bytes:
        Resident memory of the whole process; None: there is no limit.
    resident:
        Returns the resident memory, None where it is not known.
    """

    def __init__(
        self,
        limit_bytes: int | None,
        resident: Callable[[], int | None] = resident_bytes,
    ) -> None:
        self.limit_bytes = limit_bytes or None
        self._resident = resident
        self._grown: dict[Hashable, int] = {}
        self._is_told = False

    @contextmanager
    def call(self, job: Hashable) -> Iterator[None]:
        """Count what the process grows by within the block for a job."""
        before = self._resident() if self.limit_bytes else None
        yield
        after = None if before is None else self._resident()
        if before is not None and after is not None:
            grown = self._grown.get(job, 0) + after - before
            self._grown[job] = max(grown, 0)

    def forget(self, job: Hashable) -> None:
        """Drop the account of a job that has gone or begins anew."""
        self._grown.pop(job, None)

    def excess(self) -> tuple[Hashable, str] | None:
        """Return the job to end for the others' sake and why; None if there is none."""
        limit = self.limit_bytes
        resident = None if limit is None else self._resident()
        if limit is None or resident is None or resident <= limit:
            self._is_told = False
            return None
        worst = max(self._grown, key=lambda job: self._grown[job], default=None)
        if worst is None or self._grown[worst] < LEAST_SHARE * limit:
            self._tell(resident, limit)
            return None
        grown = self._grown[worst]
        return worst, (
            f"it grew by {_size(grown)} until the worker had reached its limit of "
            f"{_size(limit)} of memory"
        )

    def _tell(self, resident: int, limit: int) -> None:
        if not self._is_told:
            self._is_told = True
            log.warning(
                "the worker takes %s of memory, more than its limit of %s, and no job "
                "is to blame alone; raise --memory-limit, or share the sources among "
                "several workers",
                _size(resident),
                _size(limit),
            )


def give_back() -> None:
    """Return to the system what is free; freed arrays otherwise may stay."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError, TypeError):
        return  # another C library; large arrays go back without it


def _size(number: int) -> str:
    mib = number / 2**20
    return f"{mib / 1024:.1f} GiB" if mib >= 1024 else f"{mib:.0f} MiB"
