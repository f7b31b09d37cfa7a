"""Monitor counts that arrive as histograms (da00): read, checked and rebinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import ArrayData, Variable

__all__ = ["Histogram"]

Floats = npt.NDArray[np.float64]

_ERRORS = "errors"
_SIGNAL = "signal"


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts over time.

    Attributes
    ----------
    counts, variances:
        Float64 [bin]; variances are None where no errors were sent.
    times:
        Edges of the bins in ns, [bin + 1], or times of the counts, [bin].
    """

    counts: Floats
    variances: Floats | None
    times: Floats

    @classmethod
    def read(cls, payload: ArrayData) -> Histogram:
        """Return what a message holds.

        Raises
        ------
        ValueError
            If it is not numbers over one axis of time, with a sentence.
        """
        signal = payload.get(_SIGNAL)
        if signal is None or signal.values.ndim != 1:
            shape = "none" if signal is None else f"one of shape {signal.values.shape}"
            raise ValueError(f"a histogram needs a signal over time, there is {shape}")
        counts = _numbers(signal)
        errors = payload.get(_ERRORS)
        variances = None if errors is None else _numbers(errors) ** 2
        if variances is not None and len(variances) != len(counts):
            raise ValueError(f"{len(variances)} errors do not fit {len(counts)} counts")
        return cls(counts, variances, _times(payload, signal))

    def over(self, bounds: Floats, scale: float = 1.0) -> tuple[Floats, Floats | None]:
        """Return counts and variances between other bounds, [bound - 1].

        A bin that lies across a bound is shared out by width, its variance likewise,
        so that counts within the outer bounds are conserved. Equal bins stay exactly.

        Parameters
        ----------
        bounds:
            In order, in ns times `scale`.
        """
        times = self.times * scale
        if len(times) == len(self.counts):
            return self._from_points(times, bounds)
        variances = None
        if self.variances is not None:
            variances = _shared(self.variances, times, bounds)
        return _shared(self.counts, times, bounds), variances

    def _from_points(
        self, times: Floats, bounds: Floats
    ) -> tuple[Floats, Floats | None]:
        slots = np.searchsorted(bounds, times, side="right") - 1
        inside = (slots >= 0) & (times < bounds[-1])
        number = len(bounds) - 1

        def summed(values: Floats) -> Floats:
            sums = np.bincount(slots[inside], values[inside], minlength=number)
            return sums.astype(np.float64)

        variances = None if self.variances is None else summed(self.variances)
        return summed(self.counts), variances


def _shared(values: Floats, edges: Floats, bounds: Floats) -> Floats:
    """Return values between bounds, each bin's shared out by width."""
    if np.array_equal(edges, bounds):
        return values
    total = np.concatenate([[0.0], np.cumsum(values)])
    shared: Floats = np.diff(np.interp(bounds, edges, total))
    return shared


def _times(payload: ArrayData, signal: Variable) -> Floats:
    """Return the time axis of a signal in ns."""
    number = len(signal.values)
    axes = [
        variable
        for variable in payload.variables
        if variable.name not in (_SIGNAL, _ERRORS)
        and variable.dims == signal.dims
        and len(variable.values) in (number, number + 1)
    ]
    axes.sort(key=lambda axis: (len(axis.values) == number, axis.name != axis.dims[0]))
    for axis in axes:
        scale = _nanoseconds(axis.unit)
        if scale is None:
            continue
        times = _numbers(axis) * scale
        if np.any(np.diff(times) <= 0):
            raise ValueError(f"the times {axis.name!r} of a histogram do not grow")
        return times
    named = ", ".join(f"{v.name} [{v.unit}]" for v in payload.variables)
    raise ValueError(
        f"a histogram needs a coord in time along {signal.dims[0]!r}; it has {named}"
    )


def _numbers(variable: Variable) -> Floats:
    values: npt.NDArray[Any] = variable.values
    if values.dtype.kind not in "iuf":
        raise ValueError(f"{variable.name!r} of a histogram holds {values.dtype}")
    numbers = values.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError(f"{variable.name!r} of a histogram is not finite")
    return numbers


def _nanoseconds(unit: str | None) -> float | None:
    if unit is None or unit.startswith("datetime64"):
        return None
    try:
        return float(sc.to_unit(sc.scalar(1.0, unit=unit), "ns").value)
    except (sc.UnitError, ValueError):
        return None
