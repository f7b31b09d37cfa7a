"""Sums over the entries of a moving window, without adding all of them each time.

Runs of entries are summed once and kept as long as all of them are inside. What is
left to add are the kept sums and fewer than two runs of single entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livedata_core.contract import Aggregation
from livedata_core.data.entries import Entry

__all__ = ["PartialSums", "Values"]

Values = npt.NDArray[np.float64]

RUN = 32
"""Entries that are summed in one."""

Name = tuple[int, int]
"""What tells an entry from others of its stream: its version and its time."""


@dataclass(slots=True)
class _Sums:
    """Weighted sums: of values, of weights (means alone) and of squared errors."""

    signal: Values
    weight: Values | None
    square: Values | None

    @property
    def nbytes(self) -> int:
        """Size of the arrays."""
        parts = (self.signal, self.weight, self.square)
        return sum(part.nbytes for part in parts if part is not None)

    def add(self, other: _Sums) -> None:
        """Take in other sums."""
        self.signal += other.signal
        if self.weight is not None and other.weight is not None:
            self.weight += other.weight
        if self.square is not None and other.square is not None:
            self.square += other.square


@dataclass(frozen=True, slots=True)
class _Run:
    first: Name
    last: Name
    sums: _Sums


class PartialSums:
    """Sums over the entries of one stream. One thread."""

    def __init__(self) -> None:
        self._how: Aggregation | None = None
        self._runs: list[_Run] = []

    @property
    def nbytes(self) -> int:
        """Size of the sums that are kept."""
        return sum(run.sums.nbytes for run in self._runs)

    def of(
        self, entries: Sequence[Entry], weights: Values, how: Aggregation
    ) -> dict[str, Values]:
        """Return signal and, where there are errors, errors of all entries joined.

        Parameters
        ----------
        entries:
            Not empty, oldest first; all of one structure.
        weights:
            What each counts [n].
        how:
            A sum or a mean, with or without what is not a number.
        """
        if how is not self._how:
            self._how, self._runs = how, []
        begin, end = self._keep(entries)
        while len(entries) - end >= RUN:
            part = slice(end, end + RUN)
            sums = _sum(entries[part], weights[part], how)
            self._runs.append(
                _Run(_name(entries[end]), _name(entries[end + RUN - 1]), sums)
            )
            end += RUN
        loose = [*range(begin), *range(end, len(entries))]
        total = _sum([entries[n] for n in loose], weights[loose], how, entries[-1])
        for run in self._runs:
            total.add(run.sums)
        return _made(total)

    def _keep(self, entries: Sequence[Entry]) -> tuple[int, int]:
        """Forget runs that have left; return where those that are inside lie."""
        if not self._runs:
            return 0, 0
        place = {_name(entry): number for number, entry in enumerate(entries)}
        inside = [run for run in self._runs if run.first in place and run.last in place]
        self._runs = inside
        if not inside:
            return 0, 0
        begin, end = place[inside[0].first], place[inside[-1].last] + 1
        if end - begin != RUN * len(inside):  # something between them has gone
            self._runs = []
            return 0, 0
        return begin, end


def _name(entry: Entry) -> Name:
    return entry.version, entry.refers_to_ns


def _sum(
    entries: Iterable[Entry],
    weights: Values,
    how: Aggregation,
    like: Entry | None = None,
) -> _Sums:
    """Return the sums of some entries, zeros like those of `like` if there are none."""
    entries = list(entries)
    like = like or entries[0]
    skip_nan = how in (Aggregation.NANSUM, Aggregation.NANMEAN)
    total = np.zeros_like(_values(like, "signal"))
    is_mean = how in (Aggregation.MEAN, Aggregation.NANMEAN)
    sums = _Sums(
        total,
        np.zeros_like(total) if is_mean else None,
        np.zeros_like(total) if like.data.get("errors") is not None else None,
    )
    for entry, factor in zip(entries, weights, strict=True):
        values = _values(entry, "signal")
        known = ~np.isnan(values) if skip_nan else np.True_
        sums.signal += (
            np.where(known, values, 0.0) * factor if skip_nan else values * factor
        )
        if sums.weight is not None:
            sums.weight += known * factor
        if sums.square is not None:
            errors = _values(entry, "errors") * factor
            sums.square += np.where(known, errors, 0.0) ** 2 if skip_nan else errors**2
    return sums


def _made(sums: _Sums) -> dict[str, Values]:
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = sums.weight
        made = {"signal": sums.signal if weight is None else sums.signal / weight}
        if sums.square is not None:
            errors = np.sqrt(sums.square)
            made["errors"] = errors if weight is None else errors / weight
    return made


def _values(entry: Entry, name: str) -> Values:
    variable = entry.data.get(name)
    assert variable is not None  # the entries of a history have one structure
    return np.asarray(variable.values, dtype=np.float64)
