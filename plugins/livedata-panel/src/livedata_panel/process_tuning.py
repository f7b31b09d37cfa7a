"""How Python shares the process that serves: collections of garbage, turns of threads.

A full collection holds the whole process, the event loop included, for as long as it
takes to walk over all objects. What the libraries are made of is 220,000 of them, a
session with a grid of twelve plots 2,000. And when the loop has waited for a socket,
it gets Python back only when the thread that computes has used up its turn.
"""

from __future__ import annotations

import gc
import sys

from panel.io import document

__all__ = ["tune_process"]

CLOSED_S = 30
"""Panel collects everything when a session has closed, but not more often."""
TURN_S = 0.0005
"""Python's 5 ms, once for each write to a socket, add up to what a user notices."""


def tune_process() -> None:
    """Never look for garbage in what there is now; have threads take short turns.

    For the process that serves and does nothing else, once all is imported. There is no
    collection before: importing leaves no garbage, and starting would take longer.
    """
    document.GC_DEBOUNCE = CLOSED_S
    gc.freeze()
    sys.setswitchinterval(TURN_S)
