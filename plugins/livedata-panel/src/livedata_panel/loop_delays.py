"""How late the event loop was: quantiles of the last minute and since the start.

Pure bookkeeping of bounded size; who measures is in `loop_monitor`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["DelayRecord", "Delays"]

FINEST_S, COARSEST_S, STEP = 1e-4, 1e3, 1.1
"""Bounds of the bins of all delays; each is 10 % wider than the one before."""
BOUNDS = tuple(
    FINEST_S * STEP**index
    for index in range(math.ceil(math.log(COARSEST_S / FINEST_S, STEP)) + 1)
)


@dataclass(frozen=True)
class Delays:
    """Quantiles of delays in s; all 0 where nothing has been measured."""

    p50: float = 0.0
    p95: float = 0.0
    max: float = 0.0
    count: int = 0


class DelayRecord:
    """Delays at regular instants: the latest exactly, all of them to within 10 %.

    Parameters
    ----------
    recent:
        How many of the latest instants are kept.
    """

    def __init__(self, recent: int) -> None:
        self._recent: deque[float] = deque(maxlen=recent)
        self._bins = [0] * (len(BOUNDS) + 1)
        self._count = 0
        self._max = 0.0

    def add(self, delays: Iterable[float]) -> None:
        """Take the delays of further instants, the latest last."""
        for delay in delays:
            self._recent.append(delay)
            self._bins[bisect_left(BOUNDS, delay)] += 1
            self._count += 1
            self._max = max(self._max, delay)

    def recent(self) -> Delays:
        """Return the quantiles of the latest instants."""
        ordered = sorted(self._recent)
        if not ordered:
            return Delays()

        def quantile(share: float) -> float:
            return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

        return Delays(quantile(0.5), quantile(0.95), ordered[-1], len(ordered))

    def total(self) -> Delays:
        """Return the quantiles of all instants; of a bin, the upper bound."""
        if not self._count:
            return Delays()
        return Delays(self._quantile(0.5), self._quantile(0.95), self._max, self._count)

    def _quantile(self, share: float) -> float:
        wanted, seen = share * self._count, 0
        for bound, number in zip(BOUNDS, self._bins, strict=False):
            seen += number
            if seen >= wanted:
                return min(bound, self._max)
        return self._max
