"""Watches the event loop from outside: who is running when it does not answer.

A thread that sleeps as long as the loop answers. It alone writes the culprits and the
log, so that neither costs the loop anything.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from types import FrameType

from livedata_panel.loop_culprits import UNSEEN, Culprit, Culprits, culprit_of

__all__ = ["THRESHOLD_S", "Watchdog"]

log = logging.getLogger(__name__)

THRESHOLD_S = 0.1
"""A loop that is later than this is held up."""
AGAIN_S = 0.05
"""How often the stack is read while it is."""
LOGGED_S = 0.25
"""Delays from here on are logged …"""
LOG_EVERY_S = 10.0
"""… one within this time; the others are counted."""
STUCK_S = 5.0
"""A delay of which the log tells before it is over."""
WAITING = 64
"""So many delays may wait to be counted."""

Stack = Callable[[], Sequence[FrameType]]


class Watchdog:
    """Names who holds the loop up. `due` and `ended` are the loop's, the rest its own.

    Parameters
    ----------
    culprits:
        Where delays are counted.
    stack:
        Returns the frames of the loop's thread, the innermost first.
    packages:
        Top-level packages of plugins.
    clock, wall:
        Seconds that only count up; ns since the epoch.
    """

    def __init__(
        self,
        culprits: Culprits,
        stack: Stack,
        packages: Collection[str] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], int] = time.time_ns,
    ) -> None:
        self.due = clock()
        self._culprits = culprits
        self._stack = stack
        self._packages = frozenset(packages)
        self._clock = clock
        self._wall = wall
        self._ended: deque[tuple[float, float, float]] = deque(maxlen=WAITING)
        self._seen: Counter[str] = Counter()
        self._latest: dict[str, Culprit] = {}
        self._seen_due = self.due
        self._stuck_due: float | None = None
        self._logged_at: float | None = None
        self._unlogged = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="livedata-loop-watchdog", daemon=True
        )

    def start(self) -> None:
        """Watch, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread. Not from itself; harmless if it was never started."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=5)

    def ended(self, due: float, delay_s: float, computing_s: float) -> None:
        """Note that the loop answered, late; before `due` is set anew. Event loop."""
        self._ended.append((due, delay_s, computing_s))

    def _run(self) -> None:
        wait_s = THRESHOLD_S
        while not self._stopping.wait(wait_s):
            try:
                wait_s = self.check()
            except Exception:
                log.warning("a look at the event loop failed", exc_info=True)
                wait_s = AGAIN_S

    def check(self) -> float:
        """Look once; return after how many seconds to look again. Watchdog's thread."""
        # In this order: with a `due` that is new, the delays before have been noted.
        due = self.due
        while self._ended:
            self._count(*self._ended.popleft())
        late = self._clock() - due
        if late < THRESHOLD_S:
            return THRESHOLD_S - late
        self._sample(due, late)
        return AGAIN_S

    def _sample(self, due: float, late: float) -> None:
        culprit = culprit_of(self._stack(), self._packages)
        if self.due != due:
            return  # it answered meanwhile: what was seen is something else
        if self._seen_due != due:
            self._forget(due)
        self._seen[culprit.place.function] += 1
        self._latest[culprit.place.function] = culprit
        if late > STUCK_S and self._stuck_due != due:
            self._stuck_due = due
            log.warning("the event loop has not answered for %.0f s: %s", late, culprit)

    def _forget(self, due: float) -> None:
        self._seen_due = due
        self._seen.clear()
        self._latest.clear()

    def _count(self, due: float, delay_s: float, computing_s: float) -> None:
        culprit = UNSEEN
        if self._seen_due == due and self._seen:
            culprit = self._latest[self._seen.most_common(1)[0][0]]
        self._culprits.add(culprit, delay_s, computing_s, self._wall())
        if delay_s >= LOGGED_S:
            self._tell(culprit, delay_s, computing_s)

    def _tell(self, culprit: Culprit, delay_s: float, computing_s: float) -> None:
        now = self._clock()
        if self._logged_at is not None and now - self._logged_at < LOG_EVERY_S:
            self._unlogged += 1
            return
        log.warning(
            "the event loop was held up for %.0f ms, computing for %.0f of them: %s%s",
            delay_s * 1e3,
            computing_s * 1e3,
            culprit,
            f"; {self._unlogged} more since the last report" if self._unlogged else "",
        )
        self._logged_at, self._unlogged = now, 0
