"""Which part of the past a layer asks for, and what people are told it covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from livedata_core.contract import (
    Aggregation,
    HistoryWindow,
    OutputSpec,
    PlotterSpec,
    Temporality,
    TimeWindow,
)
from livedata_core.data.buffers import Coverage

if TYPE_CHECKING:
    import scipp as sc

__all__ = ["NOTHING_ASKED", "Covered", "Span", "asked_of", "covered"]

ENOUGH = 0.98
"""A window that covers this part of what was asked is full: no beat is exact."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a layer asks for: the latest result, a history, or updates joined.

    Attributes
    ----------
    history:
        Whether earlier results are to be kept.
    seconds:
        Of which window; None: as much as there is.
    aggregation:
        How they are joined in one; None: they are not.
    """

    history: bool = False
    seconds: float | None = None
    aggregation: Aggregation | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """What a layer covers, for people; `cut` if it is less than it should be."""

    text: str = ""
    cut: bool = False


NOTHING_ASKED = Covered()


def asked_of(
    spec: PlotterSpec, params: BaseModel, output: OutputSpec | None = None
) -> Span:
    """Return what a plotter with those parameters asks for.

    Raises
    ------
    ValueError
        If the output cannot be shown so, with a sentence for people.
    """
    window = getattr(params, "window", None)
    seconds = None
    if isinstance(window, TimeWindow | HistoryWindow):
        seconds = window.seconds
    if spec.history:
        return Span(history=True, seconds=seconds)
    if seconds is None or not isinstance(window, TimeWindow):
        return Span(seconds=seconds)
    if output is not None and output.temporality is Temporality.CUMULATIVE:
        raise ValueError(
            f"“{output.title}” adds up since its start: a time window of it has no "
            "meaning; show the output of single updates, or no time window"
        )
    return Span(history=True, seconds=seconds, aggregation=window.aggregation)


def covered(span: Span, data: sc.DataArray, coverage: Coverage | None) -> Covered:
    """Say what a result covers of what was asked for.

    Parameters
    ----------
    data:
        As it was extracted.
    coverage:
        What is kept of the history.
    """
    reason = coverage.note if coverage is not None and coverage.cut else ""
    if span.aggregation is not None and span.seconds is not None:
        return _of_window(span.aggregation, span.seconds, data, reason)
    if span.history and coverage is not None and reason:
        seconds = (coverage.end_ns - coverage.start_ns) / 1e9
        asked = "" if span.seconds is None else f" of {_text(span.seconds)}"
        return Covered(f"the last {_text(seconds)}{asked}: {reason}", cut=True)
    return Covered()


def _of_window(
    aggregation: Aggregation, asked_s: float, data: sc.DataArray, reason: str
) -> Covered:
    how = aggregation.value
    if aggregation is Aggregation.AUTO:
        how = "sum" if str(data.unit) == "counts" else "mean"
    covered_s = _seconds(data)
    if covered_s is None or covered_s >= ENOUGH * asked_s:
        return Covered(f"{how} of {_text(asked_s)}")
    text = f"{how} of {_text(covered_s)} of {_text(asked_s)}"
    return Covered(f"{text}: {reason}" if reason else text, cut=True)


def _seconds(data: sc.DataArray) -> float | None:
    duration = data.coords.get("duration")
    return None if duration is None else float(duration.to(unit="s").value)


def _text(seconds: float) -> str:
    """Return a length of time as people say it."""
    if seconds < 120:
        return f"{seconds:.3g} s"
    if seconds < 2 * 3600:
        return f"{seconds / 60:.3g} min"
    return f"{seconds / 3600:.3g} h"
