"""Recording: from a source of bytes into a file, until stopped or full.

Log times are the recorder's own clock, so that a producer's wrong clock cannot stretch
a replay; the broker's time is kept beside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import StrEnum

from livedata_core.contract import ByteSource
from livedata_replay.mcap_writing import RecordingWriter
from livedata_replay.recordings import Recorded

__all__ = ["FLUSH_S", "Ended", "Recorder"]

FLUSH_S = 2.0
"""How often what has arrived is put into the file: what a crash can cost."""

_POLL_S = 0.2
_NS_PER_MS = 1_000_000


class Ended(StrEnum):
    """Why a recording ended."""

    STOPPED = "stopped"
    DURATION = "the duration is over"
    SIZE = "the file has its largest size"


class Recorder:
    """Writes what arrives; `run` belongs to one thread, `stop` to any.

    Parameters
    ----------
    source:
        Where messages arrive; it stays open.
    writer:
        Where they go; it stays open.
    duration_s:
        When to end; None: when stopped.
    max_bytes:
        About how large the file may become; None: no limit.
    on_look:
        Called a few times a second, on the thread of `run`.
    clock:
        The time, ns since the epoch.
    """

    def __init__(
        self,
        source: ByteSource,
        writer: RecordingWriter,
        duration_s: float | None = None,
        max_bytes: int | None = None,
        on_look: Callable[[], None] = lambda: None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._source = source
        self._writer = writer
        self._duration_s = duration_s
        self._max_bytes = max_bytes
        self._on_look = on_look
        self._clock = clock
        self._stop = threading.Event()

    def stop(self) -> None:
        """End it soon."""
        self._stop.set()

    def run(self) -> Ended:
        """Record, and return why it ended.

        Raises
        ------
        RecordingError
            If the file cannot take what arrives.
        """
        began = flushed = time.monotonic()
        while not self._stop.is_set():
            if not self._take():
                return Ended.SIZE
            now = time.monotonic()
            if now - flushed >= FLUSH_S:
                self._writer.flush()
                flushed = now
            if self._duration_s is not None and now - began >= self._duration_s:
                return Ended.DURATION
            self._on_look()
        return Ended.STOPPED

    def _take(self) -> bool:
        """Write what has arrived; return whether the file may grow on."""
        for wire in self._source.poll(_POLL_S):
            self._writer.write(
                Recorded(
                    wire.topic, wire.value, self._clock(), wire.log_time_ms * _NS_PER_MS
                )
            )
            if self._max_bytes is not None and self._writer.nbytes >= self._max_bytes:
                return False
        return True
