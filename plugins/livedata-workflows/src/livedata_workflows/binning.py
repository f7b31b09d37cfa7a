"""Sorting values into bins, exactly: edges, and what to do for one event.

Bin edges are real numbers in a unit; times of arrival are whole nanoseconds. An event
is in bin i if ``edges[i] <= value < edges[i + 1]``, both in the unit of the edges as
scipp converts them: the result equals ``scipp.hist`` for every event, those on an edge
included. Nothing here knows of detectors or messages; how many events are counted at a
time is the business of `livedata_workflows.counting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from livedata_workflows.params import (
    Scale,
    TimeOfArrivalEdges,
    TimeOfArrivalRange,
    WavelengthEdges,
    WavelengthRange,
)

__all__ = [
    "Bins",
    "Slots",
    "first_at_or_after",
    "spaced",
    "time_limits",
    "wavelength_limits",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GUESSES = 4096
"""Cells of the table that tells near which slot to look."""


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Bins over a coordinate of events.

    Attributes
    ----------
    dim, unit:
        Name of the coordinate and unit of its edges.
    edges:
        Bin edges in `unit`, float64 [bin + 1].
    thresholds:
        The smallest value that belongs behind each edge, float64 [bin + 1]: whole
        nanoseconds for times of arrival, Å for wavelengths.
    formula:
        (a, b) such that the bin of a value v within the bins is ``trunc(a * v + b)``;
        None where there is no such formula.
    """

    dim: str
    unit: str
    edges: Floats
    thresholds: Floats
    formula: tuple[float, float] | None = None

    @classmethod
    def over_time(cls, params: TimeOfArrivalEdges) -> Bins:
        """Return bins in time of arrival."""
        scale, number = params.unit.nanoseconds, params.num_bins
        start, stop = _round_off(np.array([params.start, params.stop]) * scale)
        edges = spaced(start, stop, number, params.scale) * (1 / scale)
        thresholds = first_at_or_after(edges, scale).astype(np.float64)
        formula = _formula(edges * scale, thresholds)
        return cls("time_of_arrival", params.unit.value, edges, thresholds, formula)

    @classmethod
    def over_wavelength(cls, params: WavelengthEdges) -> Bins:
        """Return bins in wavelength."""
        edges = spaced(params.start, params.stop, params.num_bins, params.scale)
        return cls(
            "wavelength", params.unit.value, edges, edges * params.unit.angstroms
        )

    @property
    def size(self) -> int:
        """Number of bins."""
        return len(self.edges) - 1


class Slots:
    """Bins, cut further where a range begins and ends.

    An event is sorted once, into a slot; what lies in a bin and what in the range are
    sums of slots, exact for any range in any unit.

    Attributes
    ----------
    bounds:
        Where slots begin, float64 [slot + 1]: the thresholds of the bins and those of
        the range within them, in order.
    shown:
        The slots of the range; all where there is none.
    """

    def __init__(self, bins: Bins, limits: tuple[float, float] | None = None) -> None:
        """`limits` are first value inside and first behind, as thresholds are."""
        self.bins = bins
        first, last = bins.thresholds[0], bins.thresholds[-1]
        self._cuts = np.clip(
            np.array(limits if limits else (), dtype=np.float64), first, last
        )
        self.bounds = np.sort(np.concatenate([bins.thresholds, self._cuts]))
        begin, end = 0, len(self.bounds) - 1
        if len(self._cuts):
            begin, end = np.searchsorted(self.bounds, self._cuts, side="left").tolist()
        self.shown = slice(begin, end)
        self._ends = np.searchsorted(self.bounds, bins.thresholds, side="left")

    @property
    def size(self) -> int:
        """Number of slots."""
        return len(self.bounds) - 1

    @property
    def cuts(self) -> Floats:
        """Where the range begins and ends; empty where there is none."""
        return self._cuts

    def find(self, values: Floats) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """Return the slot of each value and whether there is one.

        Parameters
        ----------
        values:
            Float64 [event]: ns, or Å.
        """
        inside = (values >= self.bounds[0]) & (values < self.bounds[-1])
        if self.bins.formula is None:
            return np.searchsorted(self.bounds, values, side="right") - 1, inside
        factor, offset = self.bins.formula
        held = np.where(inside, values, self.bounds[0])
        slots = (held * factor + offset).astype(np.int64)
        for cut in self._cuts:
            slots += held >= cut
        return slots, inside

    def guesses(self) -> tuple[npt.NDArray[np.uint16], float]:
        """Return the lowest slot of each cell of equal width, and cells per value.

        The cells cover the bounds, and a little more for the rounding of a search.
        """
        per_value = GUESSES / (self.bounds[-1] - self.bounds[0])
        begins = self.bounds[0] + (np.arange(GUESSES + 2) - 1e-3) / per_value
        slots = np.searchsorted(self.bounds, begins, side="right") - 1
        return slots.clip(0, self.size - 1).astype(np.uint16), float(per_value)

    def in_bins(self, counts: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the counts of bins, [..., bin], from those of slots, [..., slot]."""
        if self.size == self.bins.size:
            return counts
        first = np.zeros((*counts.shape[:-1], 1), dtype=counts.dtype)
        total = np.concatenate([first, np.cumsum(counts, axis=-1)], axis=-1)
        summed: npt.NDArray[Any] = np.diff(total[..., self._ends], axis=-1)
        return summed


def time_limits(limits: TimeOfArrivalRange) -> tuple[float, float] | None:
    """Return where a range begins and ends, as thresholds; None if it is off."""
    if not limits.enabled:
        return None
    scale = limits.unit.nanoseconds
    ends = _round_off(np.array([limits.start, limits.stop]) * scale) * (1 / scale)
    start, stop = first_at_or_after(ends, scale)
    return float(start), float(stop)


def wavelength_limits(limits: WavelengthRange) -> tuple[float, float] | None:
    """Return where a range begins and ends in Å; None if it is off."""
    if not limits.enabled:
        return None
    scale = limits.unit.angstroms
    return limits.start * scale, limits.stop * scale


def first_at_or_after(edges: Floats, scale: float) -> Ints:
    """Return the first whole nanosecond t with ``t * (1 / scale) >= edge``.

    That product is scipp's conversion of t to the unit of the edges.
    """
    guess = np.floor(edges * scale).astype(np.int64) - 2
    candidates = guess[:, np.newaxis] + np.arange(5)
    below = candidates * (1 / scale) < edges[:, np.newaxis]
    first: Ints = guess + below.sum(axis=1)
    return first


def spaced(start: float, stop: float, number: int, scale: Scale) -> Floats:
    """Return the edges of so many bins, [number + 1]."""
    if scale is Scale.LOG:
        return np.geomspace(start, stop, number + 1)
    return start + np.arange(number + 1) * (stop - start) / number


def _round_off(values: Floats) -> Floats:
    """Return values in ns without the noise of their conversion from ms."""
    whole = np.round(values)
    close = np.isclose(values, whole, rtol=1e-13, atol=1e-7)
    return np.where(close, whole, values)


def _formula(real: Floats, thresholds: Floats) -> tuple[float, float] | None:
    """Return (a, b) such that the bin of t is ``trunc(a * t + b)``, if there is.

    For whole t and equal bins: thresholds lie less than 1 ns after the real edges, so
    that a shift common to all puts the formula on the right side of every threshold,
    and its middle value leaves a margin far above the rounding of float64. As the
    formula grows with t, it is enough to try the first nanosecond after and the last
    before every edge.

    Parameters
    ----------
    real, thresholds:
        The edges and the first whole number behind each, ns, [bin + 1].
    """
    number = len(real) - 1
    factor = number / (real[-1] - real[0])
    late = real[0] + np.arange(number + 1) / factor - thresholds
    offset = factor * ((late.max() + late.min() + 1) / 2 - real[0])
    bins = np.arange(number)
    after = np.trunc(factor * thresholds[:-1] + offset)
    before = np.trunc(factor * (thresholds[1:] - 1) + offset)
    if np.array_equal(after, bins) and np.array_equal(before, bins):
        return float(factor), float(offset)
    return None
