"""Meters for a server under load: loop delay, processor time by thread, memory."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

__all__ = [
    "GarbageMeter",
    "LoopMeter",
    "machine_seconds",
    "percentiles",
    "rss_mb",
    "thread_seconds",
]

INTERVAL_S = 0.005


class LoopMeter:
    """Measures how late the event loop gets to what is due.

    A sample is due every 5 ms. While the loop is blocked, every sample that became due
    meanwhile counts with its own delay: what an event at a random time would meet, not
    one sample for each block.
    """

    def __init__(self) -> None:
        self._delays: list[float] = []
        self._due = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start on the loop that runs."""
        self._due = time.perf_counter() + INTERVAL_S
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(max(0.0, self._due - time.perf_counter()))
            self._note()

    def _note(self) -> None:
        now = time.perf_counter()
        while self._due <= now:
            self._delays.append(now - self._due)
            self._due += INTERVAL_S

    def take(self) -> list[float]:
        """Return the delays since the last call, in seconds. On the loop.

        A delay that has just ended counts, though the samples' task was not there yet.
        """
        self._note()
        taken, self._delays = self._delays, []
        return taken


class GarbageMeter:
    """Measures how long collections of the oldest garbage hold the whole process."""

    def __init__(self) -> None:
        self._pauses: list[float] = []
        self._began = 0.0

    def start(self) -> None:
        """Start; there is no end."""
        gc.callbacks.append(self._note)

    def _note(self, phase: str, info: dict[str, int]) -> None:
        if info["generation"] < 2:
            return
        if phase == "start":
            self._began = time.perf_counter()
        else:
            self._pauses.append(time.perf_counter() - self._began)

    def take(self) -> list[float]:
        """Return the pauses since the last call, in seconds."""
        taken, self._pauses = self._pauses, []
        return taken


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and maximum; NaN where there are no values."""
    if not len(values):
        return dict.fromkeys(("p50", "p95", "max"), float("nan"))
    p50, p95, top = np.percentile(np.asarray(values), [50, 95, 100])
    return {"p50": float(p50), "p95": float(p95), "max": float(top)}


def rss_mb() -> float:
    """Return this process's resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def machine_seconds() -> float:
    """Return what all cores have worked, for whomever; stolen time is counted too."""
    line = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    user, nice, system, _, _, *rest = (int(word) for word in line.split()[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def thread_seconds() -> dict[str, float]:
    """Return the processor time of each Python thread that lives, by its name."""
    tick = os.sysconf("SC_CLK_TCK")
    seconds: dict[str, float] = {}
    for thread in threading.enumerate():
        path = Path(f"/proc/self/task/{thread.native_id}/stat")
        if path.exists():
            fields = path.read_text().rpartition(")")[2].split()
            spent = (int(fields[11]) + int(fields[12])) / tick
            seconds[thread.name] = seconds.get(thread.name, 0.0) + spent
    return seconds
