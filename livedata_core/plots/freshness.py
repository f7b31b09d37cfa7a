"""How fresh what a plot shows is. Pure functions of times and job states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from livedata_core.jobs.states import SourceState
from livedata_core.plots.frames import CellFrame

__all__ = ["CellStatus", "Freshness", "cell_status", "freshness"]

NS = 1_000_000_000


class Freshness(StrEnum):
    """What the pill of a plot says."""

    WAITING = "waiting"
    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"
    PAUSED = "paused"
    STOPPED = "stopped"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class CellStatus:
    """The state of a cell in words: a pill, an age, and what to do if it is empty.

    `age_s` is the age of the data in seconds; None while there are none.
    """

    freshness: Freshness
    age_s: float | None = None
    message: str = ""
    startable: bool = False


def freshness(age_s: float, interval_s: float = 1.0) -> Freshness:
    """Judge an age against the interval at which updates come.

    Up to four intervals are fresh (a batch, its computation, and one late batch), up
    to ten are ageing.
    """
    if age_s <= 4 * interval_s:
        return Freshness.FRESH
    return Freshness.AGEING if age_s <= 10 * interval_s else Freshness.STALE


_RUNNING = {SourceState.ACTIVE, SourceState.WARNING}
_COMING = {SourceState.STARTING, SourceState.SCHEDULED, SourceState.WAITING}
_HELD = {SourceState.PAUSED}


def cell_status(
    frame: CellFrame | None,
    states: Sequence[SourceState],
    now_ns: int,
    interval_s: float = 1.0,
) -> CellStatus:
    """Return what a cell says of itself.

    Parameters
    ----------
    frame:
        The latest frame, if any.
    states:
        State of the workflow for each source that the cell shows.
    now_ns:
        The present, ns since the epoch.
    interval_s:
        Seconds between updates of the data.
    """
    idle = not any(state in _RUNNING | _COMING | _HELD for state in states)
    held = not idle and not any(state in _RUNNING | _COMING for state in states)
    if frame is not None and frame.errors:
        return CellStatus(Freshness.ERROR, message="; ".join(frame.errors))
    if frame is None or frame.time_ns is None:
        if SourceState.ERROR in states:
            return CellStatus(Freshness.ERROR, message="the workflow reports an error")
        return CellStatus(Freshness.WAITING, startable=idle)
    age_s = max(0.0, (now_ns - frame.time_ns) / NS)
    if SourceState.ERROR in states:
        return CellStatus(Freshness.ERROR, age_s, "the workflow reports an error")
    if idle:
        return CellStatus(Freshness.STOPPED, age_s, startable=True)
    if held:
        return CellStatus(Freshness.PAUSED, age_s, "the workflow is paused")
    return CellStatus(freshness(age_s, interval_s), age_s)
