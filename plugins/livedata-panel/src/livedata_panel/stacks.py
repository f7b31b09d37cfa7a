"""What another thread is doing right now, read without harm to it."""

from __future__ import annotations

import gc
import sys
from itertools import accumulate, chain, repeat, starmap, takewhile
from operator import methodcaller, truth
from types import FrameType

__all__ = ["stack_of"]


def stack_of(thread_id: int) -> tuple[FrameType, ...]:
    """Return the frames of a thread, the innermost first; none where it has ended.

    They are read in one go that lets no other thread run: one call of compiled code,
    without a collection of garbage, whose finalizers would. CPython 3.11 makes a frame
    object where one is first asked for, and if the thread leaves that function
    meanwhile, it writes into memory that is something else by then.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        asked = starmap(sys._current_frames, [()])  # the documented way to ask
        innermost = map(methodcaller("get", thread_id), asked)
        steps = accumulate(chain(innermost, repeat("f_back")), getattr)
        return tuple(takewhile(truth, steps))  # beyond the outermost is None
    finally:
        if collects:
            gc.enable()
