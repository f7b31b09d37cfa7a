"""The compute thread, and another in its place where a plugin does not return.

A thread cannot be ended from outside. One whose plotter takes too long is left to it:
another goes on with the other plots, and the first ends when its plotter returns.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from livedata_core.contract.raised import PassedOnError

__all__ = ["FIRST_PATIENCE_S", "PATIENCE_S", "AbandonedError", "Call", "ComputeThread"]

FIRST_PATIENCE_S = 10.0
"""How long a plotter that never returned before may take: it may have to import."""
PATIENCE_S = 5.0
"""How long a plotter that has worked may take. All other plots wait meanwhile."""
LEAST_PATIENCE_S = 0.5
"""Each time that a plotter was abandoned it gets half the time, but not less."""
WATCH_S = 0.25

log = logging.getLogger(__name__)


class AbandonedError(PassedOnError):
    """Ends a thread whose work another has taken over; no error for anybody to see."""


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call of plotters that runs.

    Attributes
    ----------
    cell_id, plotters:
        What is computed or drawn, and by which plotters, by name.
    patience_s:
        How long it may take.
    returned:
        Set when a call that was abandoned has returned after all.
    thread:
        Where it runs.
    """

    cell_id: str
    plotters: tuple[str, ...]
    patience_s: float
    began: float = field(default_factory=time.monotonic)
    returned: threading.Event = field(default_factory=threading.Event)
    thread: int = field(default_factory=threading.get_ident)


class ComputeThread:
    """Runs one turn after the other on a thread of its own.

    Parameters
    ----------
    turn:
        Called again and again; returns soon after `stop`.
    abandoned:
        Called with the call that does not return, before another thread takes over.
    returned:
        Called without arguments when an abandoned call has returned. Any thread.
    """

    def __init__(
        self,
        turn: Callable[[], None],
        abandoned: Callable[[Call], None],
        returned: Callable[[], None],
    ) -> None:
        self._turn = turn
        self._abandoned = abandoned
        self._returned = returned
        self._lock = threading.Lock()
        self._call: Call | None = None
        self._patience: dict[str, float] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._watch: threading.Thread | None = None

    def start(self) -> None:
        """Start to take turns."""
        self._take_over()
        self._watch = threading.Thread(
            target=self._keep_watch, name="livedata-compute-watch", daemon=True
        )
        self._watch.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Take no more turns; one that hangs is left alone."""
        self._stopping.set()
        if self._watch is not None:
            self._watch.join(timeout_s)
        if self._thread is not None:
            self._thread.join(timeout_s)

    @contextmanager
    def call(
        self, cell_id: str, plotters: tuple[str, ...], *, work: bool = True
    ) -> Iterator[None]:
        """Tell that code of plotters runs within the block.

        Parameters
        ----------
        work:
            Whether they compute or draw; making one does not tell how long that takes.

        Raises
        ------
        AbandonedError
            On leaving, if it took too long: this thread has nothing more to do.
        """
        known = self._patience
        patience_s = min(known.get(name, FIRST_PATIENCE_S) for name in plotters)
        call = Call(cell_id, plotters, patience_s)
        with self._lock:
            self._call = call
        try:
            yield
        finally:
            with self._lock:
                in_time = self._call is call
                self._call = None if in_time else self._call
                if in_time and work:
                    known.update(dict.fromkeys(plotters, PATIENCE_S))
            if not in_time:
                call.returned.set()
                self._returned()
                raise AbandonedError

    def check(self) -> None:
        """Return if this thread may go on, within a `call`.

        Raises
        ------
        AbandonedError
            If it took too long: another thread has taken over.
        """
        if self.is_abandoned:
            raise AbandonedError

    @property
    def is_abandoned(self) -> bool:
        """Whether the `call` that this thread is in took too long."""
        with self._lock:
            call = self._call
        return call is None or call.thread != threading.get_ident()

    def _take_over(self) -> None:
        self._thread = threading.Thread(
            target=self._run, name="livedata-compute", daemon=True
        )
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._turn()
        except AbandonedError:
            log.info("a plotter has returned that was abandoned")

    def _keep_watch(self) -> None:
        while not self._stopping.wait(WATCH_S):
            with self._lock:
                call = self._call
                if call is None or time.monotonic() - call.began < call.patience_s:
                    continue
                self._call = None
                half = max(call.patience_s / 2, LEAST_PATIENCE_S)
                self._patience.update(dict.fromkeys(call.plotters, half))
            self._abandoned(call)
            self._take_over()
