"""What a benchmark ran on: processor, Python and the libraries that matter."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["describe"]

LIBRARIES = (
    "numpy",
    "scipp",
    "pydantic",
    "pluggy",
    "ess-streaming-data-types",
    "h5py",
    "holoviews",
    "bokeh",
    "panel",
    "tornado",
    "playwright",
)


def describe() -> str:
    """Return the machine and the versions, a few lines of text.

    Examples
    --------
    >>> describe().splitlines()[0].startswith("machine: ")
    True
    """
    lines = [
        f"machine: {_processor()}, {_usable_cores()} cores, {platform.system()} "
        f"{platform.release()}",
        f"python: {platform.python_version()} ({platform.python_implementation()})",
        "versions: " + ", ".join(filter(None, map(_installed, LIBRARIES))),
    ]
    return "\n".join(lines)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _usable_cores() -> int:
    # A container may be bound to fewer cores than the machine has.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _installed(distribution: str) -> str:
    try:
        return f"{distribution} {version(distribution)}"
    except PackageNotFoundError:
        return ""
