"""Counts per second: counts divided by the time in which they were counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import scipp as sc

from livedata_core.contract import PlotInput, View

__all__ = ["ShowsRates", "per_second"]


class _Rated(Protocol):
    @property
    def rate(self) -> bool:
        """Whether counts are shown per second."""


class ShowsRates:
    """What plotters have in common that show their inputs, or the rates of them."""

    def shown(
        self, inputs: Sequence[PlotInput], params: _Rated, view: View
    ) -> Sequence[PlotInput]:
        """Return what is shown, for whoever saves it: rates where they are asked for.

        Raises
        ------
        ValueError
            If counts do not say how long they were counted.
        """
        return per_second(inputs, wanted=params.rate)


def per_second(inputs: Sequence[PlotInput], *, wanted: bool = True) -> list[PlotInput]:
    """Return inputs with counts divided by their duration; others as they are.

    The duration is from ``start_time`` to ``time``; of updates that were joined, it is
    that of all of them (``duration``), without the gaps between. A value
    without one (NaN) is blank.

    Parameters
    ----------
    wanted:
        Whether a rate is asked for at all.

    Raises
    ------
    ValueError
        If counts do not say how long they were counted.
    """
    return [_rate(entry) if wanted else entry for entry in inputs]


def _rate(entry: PlotInput) -> PlotInput:
    data = entry.data
    if data.unit != sc.units.counts:
        return entry
    start, end = data.coords.get("start_time"), data.coords.get("time")
    if start is None or end is None:
        raise ValueError(
            f"{entry.title} does not say how long it was counted: "
            "its rate cannot be shown."
        )
    duration = data.coords.get("duration", end - start)
    seconds = duration.to(unit="s", dtype="float64")
    positive = sc.where(seconds > _ZERO, seconds, _UNKNOWN)
    return replace(entry, data=data / positive)


_ZERO = sc.scalar(0.0, unit="s")
_UNKNOWN = sc.scalar(float("nan"), unit="s")
