"""Read-only views that hooks and plotters receive. Snapshots, never live state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from livedata_core.contract.control import JobState
from livedata_core.contract.identities import JobId, WorkflowId

__all__ = [
    "OVERVIEW",
    "JobInfo",
    "PlotAxis",
    "RunMark",
    "ServicesInfo",
    "SessionInfo",
    "Slider",
    "View",
]


@dataclass(frozen=True, slots=True)
class RunMark:
    """A run of the instrument began (`starts`) or ended; `time_ns` since the epoch."""

    time_ns: int
    run_name: str
    starts: bool


@dataclass(frozen=True, slots=True)
class PlotAxis:
    """What stands along an axis of a plot, so that layers can share it or not.

    Attributes
    ----------
    label:
        Quantity and unit, for people.
    unit:
        The unit as text; empty where there is none.
    kind:
        Numbers, points in time, or names.
    quantity:
        The dim or coordinate that it is; empty where any of the same unit will do.
    """

    label: str
    unit: str = ""
    kind: Literal["number", "time", "name"] = "number"
    quantity: str = ""

    def fits(self, other: PlotAxis) -> bool:
        """Return whether both may be one axis: the same unit, kind and quantity."""
        named = {self.quantity, other.quantity} - {""}
        alike = (self.unit, self.kind) == (other.unit, other.kind)
        return alike and len(named) < 2


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One browser session; `started_ns` in ns since the epoch."""

    session_id: str
    instrument: str
    user: str = "anonymous"
    started_ns: int = 0


@dataclass(frozen=True, slots=True)
class ServicesInfo:
    """The dashboard process that a hook is told about."""

    instrument: str
    transport: str
    version: str
    plugins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobInfo:
    """A job whose state changed."""

    workflow_id: WorkflowId
    job_id: JobId
    state: JobState
    message: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What makes the data of one layer differ between sessions.

    `sliders` are positions along dims, from zero, as `SlicedFrame.sliders` offers them
    and in the order of their names; a dim that is not among them has the position of
    the layer's settings. `tile` is a zoom region snapped to a bounded set, as the
    frame's `TiledFrame.tile_for` names it. The default, `OVERVIEW`, is shared by all.
    """

    sliders: tuple[tuple[str, int], ...] = field(default=())
    tile: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Slider:
    """A dim along which each session chooses for itself what it sees.

    Attributes
    ----------
    dim:
        The dim of the data; also its name in `View.sliders`.
    title:
        What people call it.
    size:
        How many positions there are.
    position:
        Which of them the frame shows, from zero.
    default:
        Which of them is shown where the view has none.
    text:
        Where that is, with unit; empty if the data do not tell.
    """

    dim: str
    title: str
    size: int
    position: int
    default: int = 0
    text: str = ""


OVERVIEW = View()
