"""Run starts: which have been told already, and which a job has yet to meet.

A run start is an instant of data time. It may be told before or after the data of that
instant, and more than once.
"""

from __future__ import annotations

from collections import deque

from livedata_core.contract import RunStart

__all__ = ["RunStarts", "RunsAhead"]

TOLD = 100
AHEAD = 16
FAR_NS = 60 * 1_000_000_000


class RunStarts:
    """The run starts that were told, each once. One thread.

    Attributes
    ----------
    latest_ns:
        The last one; None before the first.
    """

    def __init__(self) -> None:
        self._told: deque[tuple[str, str, int]] = deque(maxlen=TOLD)
        self.latest_ns: int | None = None

    def is_new(self, run: RunStart) -> bool:
        """Take note of a run start; return whether it was not told before."""
        key = (run.run_name, run.job_id, run.start_ns)
        if key in self._told:
            return False
        self._told.append(key)
        self.latest_ns = run.start_ns
        return True


class RunsAhead:
    """The run starts that one job has yet to meet in its data. One thread."""

    def __init__(self) -> None:
        self._ahead: deque[int] = deque(maxlen=AHEAD)

    def add(self, start_ns: int) -> None:
        """Wait for data from that time on."""
        self._ahead.append(start_ns)

    def met(self, start_ns: int, end_ns: int) -> int | None:
        """Return the last run start that a window has reached, and forget those.

        A run start that is a minute or more after the data was written by another
        clock, as when an old run is played back: it is met at once, at `start_ns`.
        """
        met = [time for time in self._ahead if time < end_ns]
        if any(time >= end_ns + FAR_NS for time in self._ahead):
            met.append(start_ns)
        for time in tuple(self._ahead):
            if time < end_ns or time >= end_ns + FAR_NS:
                self._ahead.remove(time)
        return max(met, default=None)
