"""Threads that repeat a step until they are stopped, and go on after errors.

An error that comes again and again is final: a supervisor can then start the process
anew, which going on for ever would keep it from.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from livedata_core.contract.raised import describe, pass_on

__all__ = ["Loops"]

log = logging.getLogger(__name__)

RETRY_S = 1.0
LAST_TRY = 30
"""So many failures of one step without a success between are final."""


class Loops:
    """Runs steps, each on a thread of its own.

    Parameters
    ----------
    steps:
        By the name of their thread. None of them may wait for long.
    retry_s:
        How long to wait after an error.
    """

    def __init__(
        self, steps: Mapping[str, Callable[[], object]], retry_s: float = RETRY_S
    ) -> None:
        self._retry_s = retry_s
        self._stopping = threading.Event()
        self._over = threading.Event()
        self._failure: str | None = None
        self._errors: deque[str] = deque(maxlen=10)
        self._threads = [
            threading.Thread(
                target=self._run, args=(step,), name=f"livedata-{name}", daemon=True
            )
            for name, step in steps.items()
        ]

    def start(self) -> None:
        """Begin; returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience_s: float | None = None) -> bool:
        """Let each end its step; return whether all have, or were never started.

        Parameters
        ----------
        patience_s:
            How long to wait for all together; None: as long as it takes.
        """
        self._stopping.set()
        self._over.set()
        deadline = None if patience_s is None else time.monotonic() + patience_s
        for thread in self._threads:
            if thread.is_alive():
                left = None if deadline is None else deadline - time.monotonic()
                thread.join(left if left is None else max(left, 0.0))
        return not any(thread.is_alive() for thread in self._threads)

    def wait(self, timeout_s: float | None = None) -> str | None:
        """Wait for the end; return why it came, None if there was no failure."""
        self._over.wait(timeout_s)
        return self._failure

    def take_errors(self) -> list[str]:
        """Return the errors since the last call; any thread."""
        taken = []
        while self._errors:
            taken.append(self._errors.popleft())
        return taken

    def _run(self, step: Callable[[], object]) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                step()
            except BaseException as error:
                pass_on(error)
                failures += 1
                text = describe(error)
                self._errors.append(text)
                log.exception("the worker goes on after an error")
                if failures >= LAST_TRY:
                    self._fail(f"{text} ({failures} times without a pause)")
                    return
                self._stopping.wait(self._retry_s)
            else:
                failures = 0

    def _fail(self, why: str) -> None:
        self._failure = why
        self._over.set()
