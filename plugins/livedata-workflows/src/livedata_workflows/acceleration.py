"""When compiled loops take over from numpy's.

numba costs a second to import and another to load its functions, many to compile them
the first time, and numpy counts some 3e7 events a second. So counting begins with
numpy; where events come at a rate that would keep it busy, a thread of its own makes
the compiled loops ready for the counter at hand, and from then on they are used. Both
count alike. Without numba, numpy goes on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Acceleration", "empty_events"]

log = logging.getLogger(__name__)

ENOUGH = 5_000_000
"""Events of one counter in `PERIOD_S` that make it ask for compiled loops."""
PERIOD_S = 10.0

_turns = threading.Lock()


class Acceleration:
    """Makes one compiled function ready, once and in the background.

    Parameters
    ----------
    load:
        Imports the function and calls it with arguments like those to come, but
        without an event, so that it is compiled for them. Runs on its own thread.
    clock:
        Seconds that only grow.
    """

    def __init__(
        self,
        load: Callable[[], Callable[..., None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._clock = clock
        self._since = clock()
        self._counted = 0
        self._thread: threading.Thread | None = None
        self.function: Callable[..., None] | None = None

    def note(self, events: int) -> None:
        """Take note of events that numpy has counted; load if they are many."""
        now = self._clock()
        if now - self._since > PERIOD_S:
            self._since, self._counted = now, 0
        self._counted += events
        if self._thread is None and self._counted >= ENOUGH:
            self.start()

    def start(self) -> None:
        """Begin to load now."""
        self._thread = threading.Thread(
            target=self._run, name="livedata-compile", daemon=True
        )
        self._thread.start()

    def wait(self) -> None:
        """Return when it is ready, or has failed; starts it if need be."""
        if self._thread is None:
            self.start()
        assert self._thread is not None
        self._thread.join()

    def _run(self) -> None:
        try:
            with _turns:
                self.function = self._load()
        except Exception as error:  # noqa: BLE001 -- numpy goes on; whatever numba says
            log.warning(
                "events are counted without numba, at a third of the speed: %s: %s",
                type(error).__name__,
                error,
            )


def empty_events(with_pixels: bool) -> tuple[Any, Any]:
    """Return times and pixels without an event, of the kind that messages hold."""
    import numpy as np

    none = np.empty(0, dtype=np.int32)
    none.flags.writeable = False
    return none, none if with_pixels else None
