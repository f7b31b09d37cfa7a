"""**LoopMonitor**: how late the event loop is, and who holds it up.

All sessions share the loop: what is slow on it is slow for everyone. At regular
instants the loop notes how late it is; a watchdog asks who is to blame when it is very
late. Both together cost less than 0.5 % of a core.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from livedata_panel.loop_culprits import Blame, Culprits
from livedata_panel.loop_delays import DelayRecord, Delays
from livedata_panel.loop_watchdog import THRESHOLD_S, Watchdog
from livedata_panel.stacks import stack_of

__all__ = ["LoopMonitor", "LoopReport"]

INTERVAL_S = 0.05
"""Time between the instants at which the loop should answer."""
RECENT_S = 60.0


@dataclass(frozen=True)
class LoopReport:
    """What was measured: the last minute, all time, and culprits, the worst first."""

    started_ns: int
    recent: Delays
    total: Delays
    blames: tuple[Blame, ...]


class LoopMonitor:
    """Measures one event loop from `start` to `stop`.

    Parameters
    ----------
    loop:
        The loop.
    packages:
        Top-level packages of plugins, to be blamed as livedata's own are.
    clock, wall:
        Seconds that only count up; ns since the epoch.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        packages: Collection[str] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], int] = time.time_ns,
    ) -> None:
        self._loop = loop
        self._packages = packages
        self._clock = clock
        self._wall = wall
        self._started_ns = wall()
        self._kept = round(RECENT_S / INTERVAL_S)
        self._delays = DelayRecord(self._kept)
        self._culprits = Culprits()
        self._computed_s = 0.0
        self._watchdog: Watchdog | None = None
        self._next: asyncio.Handle | None = None

    def start(self) -> None:
        """Measure from the loop's next turn on. The loop's thread, once."""
        self._next = self._loop.call_soon(self._begin)

    def stop(self) -> None:
        """Measure no more. The loop's thread, or after the loop has ended."""
        if self._next is not None:
            self._next.cancel()
        if self._watchdog is not None:
            self._watchdog.stop()

    def report(self) -> LoopReport:
        """Return what has been measured. The loop's thread."""
        return LoopReport(
            started_ns=self._started_ns,
            recent=self._delays.recent(),
            total=self._delays.total(),
            blames=self._culprits.worst(),
        )

    def _begin(self) -> None:
        stack = partial(stack_of, threading.get_ident())
        self._watchdog = Watchdog(
            self._culprits, stack, self._packages, clock=self._clock, wall=self._wall
        )
        self._schedule(self._watchdog, self._clock() + INTERVAL_S)
        self._watchdog.start()

    def _schedule(self, watchdog: Watchdog, due: float) -> None:
        watchdog.due = due
        self._computed_s = time.thread_time()
        wait_s = max(0.0, due - self._clock())
        self._next = self._loop.call_later(wait_s, self._answer, watchdog)

    def _answer(self, watchdog: Watchdog) -> None:
        due = watchdog.due
        late = max(0.0, self._clock() - due)
        missed = int(late / INTERVAL_S)
        # Instants that went by meanwhile were waited for, too: a delay weighs as much
        # as it is long.
        told = min(missed + 1, self._kept)
        self._delays.add(late - n * INTERVAL_S for n in reversed(range(told)))
        if late >= THRESHOLD_S:
            computing_s = min(late, time.thread_time() - self._computed_s)
            watchdog.ended(due, late, computing_s)
        self._schedule(watchdog, due + (missed + 1) * INTERVAL_S)
