"""Counts as scipp arrays, and the two accumulations that every view has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_workflows.binning import TimeBins

__all__ = ["Accumulation", "Counts", "count", "histogram"]

Counts = npt.NDArray[np.int64]


class Accumulation:
    """Counts of the last window and of everything since the start or reset."""

    def __init__(self, shape: int | tuple[int, ...]) -> None:
        self.current: Counts = np.zeros(shape, dtype=np.int64)
        self.cumulative: Counts = np.zeros(shape, dtype=np.int64)

    def advance(self, window: Counts) -> None:
        """Take the counts of a new window."""
        self.current = window.reshape(self.cumulative.shape)
        self.cumulative += self.current

    def reset(self) -> None:
        """Forget all counts."""
        self.current = np.zeros_like(self.cumulative)
        self.cumulative = np.zeros_like(self.cumulative)


def count(value: int | np.integer) -> sc.DataArray:
    """Return a number of events as float64 counts, 0-D."""
    return sc.DataArray(sc.scalar(float(value), unit="counts"))


def histogram(counts: Counts, bins: TimeBins) -> sc.DataArray:
    """Return counts [bin] over time of arrival with their edges."""
    dim = "time_of_arrival"
    return sc.DataArray(
        sc.array(dims=[dim], values=counts, unit="counts", dtype="float64"),
        coords={dim: sc.array(dims=[dim], values=bins.edges, unit=bins.unit)},
    )
