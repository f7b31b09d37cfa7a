"""Sorting integer times into bins, exactly and fast.

Bin edges are real numbers in a unit, events are whole nanoseconds. An event is in bin
i if ``edges[i] <= time < edges[i + 1]``, both in the unit of the edges as scipp
converts them: the result equals ``scipp.hist`` for every event, those on an edge
included. Nothing here knows of detectors or messages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livedata_workflows.params import Scale, TimeOfArrivalEdges, TimeOfArrivalRange

__all__ = ["Interval", "TimeBins", "first_at_or_after"]

Times = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_INT32 = np.iinfo(np.int32)


@dataclass(frozen=True, slots=True)
class Interval:
    """Whole nanoseconds from `first` to `last`, both included; empty if crossed.

    Examples
    --------
    >>> Interval.half_open(10, 20) & Interval.half_open(15, 40)
    Interval(first=15, last=19)
    """

    first: int
    last: int

    @classmethod
    def half_open(cls, start: int, stop: int) -> Interval:
        """Return ``[start, stop)``."""
        return cls(start, stop - 1)

    @classmethod
    def of_range(cls, limits: TimeOfArrivalRange) -> Interval:
        """Return the nanoseconds within the limits, the lower one included."""
        scale = limits.unit.nanoseconds
        ends = np.array([limits.start, limits.stop]) * scale
        start, stop = first_at_or_after(_round_off(ends) * (1 / scale), scale)
        return cls.half_open(int(start), int(stop))

    def __and__(self, other: Interval) -> Interval:
        return Interval(max(self.first, other.first), min(self.last, other.last))

    def mask(self, times: Times, out: Mask, spare: Mask) -> Mask:
        """Write into `out` which times are inside; `spare` is overwritten."""
        if self.last < self.first or self.first > _INT32.max or self.last < _INT32.min:
            out[...] = False
            return out
        np.greater_equal(times, np.int32(max(self.first, _INT32.min)), out=out)
        np.less_equal(times, np.int32(min(self.last, _INT32.max)), out=spare)
        return np.logical_and(out, spare, out=out)


class TimeBins:
    """Bins over time of arrival.

    Attributes
    ----------
    edges:
        Bin edges, float64 [bin + 1], in `unit`.
    thresholds:
        The first whole nanosecond at or after each edge, int64 [bin + 1].
    """

    def __init__(self, edges: npt.NDArray[np.float64], unit: str, scale: float) -> None:
        """`scale` is the number of nanoseconds in `unit`."""
        self.edges = edges
        self.unit = unit
        self.thresholds = first_at_or_after(edges, scale)
        self._real_edges = edges * scale
        self._formula = self._find_formula()

    @classmethod
    def from_params(cls, params: TimeOfArrivalEdges) -> TimeBins:
        """Make the bins that were asked for."""
        scale, number = params.unit.nanoseconds, params.num_bins
        start, stop = _round_off(np.array([params.start, params.stop]) * scale)
        if params.scale is Scale.LOG:
            edges = np.geomspace(start, stop, number + 1)
        else:
            edges = start + np.arange(number + 1) * (stop - start) / number
        return cls(edges * (1 / scale), params.unit.value, scale)

    @property
    def size(self) -> int:
        """Number of bins."""
        return len(self.edges) - 1

    @property
    def frame(self) -> Interval:
        """All times that fall into some bin."""
        return Interval.half_open(int(self.thresholds[0]), int(self.thresholds[-1]))

    def slots(
        self,
        times: Times,
        out: npt.NDArray[np.intp],
        spare: npt.NDArray[np.float64],
    ) -> None:
        """Write the slot of each time: 0 before, bin + 1, size + 1 after the bins.

        Parameters
        ----------
        times:
            Times in ns, int32 [event].
        out, spare:
            Result and work space, [event].
        """
        if self._formula is None:
            out[...] = np.searchsorted(self.thresholds, times, side="right")
            return
        factor, offset = self._formula
        np.multiply(times, factor, out=spare)
        np.add(spare, offset, out=spare)
        np.clip(spare, 0, self.size + 1, out=spare)
        np.copyto(out, spare, casting="unsafe")

    def _find_formula(self) -> tuple[float, float] | None:
        """Return (a, b) such that the slot of t is ``trunc(a * t + b)``, if there is.

        Between equal bins, thresholds lie less than 1 ns after the real edges. As
        times are whole, a shift common to all of them puts the formula on the right
        side of every threshold; its middle value leaves a margin far above the
        rounding of float64. As the formula grows with t, it is enough to try the
        last nanosecond before and the first after every edge.
        """
        width = self._real_edges[-1] - self._real_edges[0]
        factor = self.size / width
        late = self._real_edges[0] + np.arange(self.size + 1) / factor - self.thresholds
        shift = (late.max() + late.min() + 1) / 2
        offset = 1.0 + factor * (shift - self._real_edges[0])
        slots = np.arange(1, self.size + 2)
        after = np.trunc(np.maximum(factor * self.thresholds + offset, 0))
        before = np.trunc(np.maximum(factor * (self.thresholds - 1) + offset, 0))
        if np.array_equal(after, slots) and np.array_equal(before, slots - 1):
            return float(factor), float(offset)
        return None


def first_at_or_after(
    edges: npt.NDArray[np.float64], scale: float
) -> npt.NDArray[np.int64]:
    """Return the first whole nanosecond t with ``t * (1 / scale) >= edge``.

    That product is scipp's conversion of t to the unit of the edges.
    """
    guess = np.floor(edges * scale).astype(np.int64) - 2
    candidates = guess[:, np.newaxis] + np.arange(5)
    below = candidates * (1 / scale) < edges[:, np.newaxis]
    first: npt.NDArray[np.int64] = guess + below.sum(axis=1)
    return first


def _round_off(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return values in ns without the noise of their conversion from ms."""
    whole = np.round(values)
    close = np.isclose(values, whole, rtol=1e-13, atol=1e-7)
    return np.where(close, whole, values)
