"""Telling which hooks are called, and how long each takes.

Switched on by ``LIVEDATA_TRACE_PLUGINS=1``; a line for each call on standard error.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from livedata_core.contract import Origin

__all__ = ["VARIABLE", "traced"]

VARIABLE = "LIVEDATA_TRACE_PLUGINS"


@contextmanager
def traced(origin: Origin, what: str) -> Iterator[None]:
    """Tell that a plugin's code runs, if it is to be told.

    Parameters
    ----------
    what:
        The hook, or ``import``.
    """
    if os.environ.get(VARIABLE, "0") in ("", "0"):
        yield
        return
    began = time.perf_counter()
    try:
        yield
    finally:
        took_ms = (time.perf_counter() - began) * 1e3
        line = (
            f"livedata plugins: {took_ms:8.1f} ms  {origin.plugin}  {what}  ({origin})"
        )
        sys.stderr.write(line + "\n")
