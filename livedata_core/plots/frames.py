"""Frames: what the compute thread hands to sessions. Immutable values only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from livedata_core.contract import OVERVIEW, PlotInput, Plotter, View
from livedata_core.plots.layout import Cell
from livedata_core.plots.spans import NOTHING_ASKED, Covered

__all__ = [
    "CellFrame",
    "DrawnLayer",
    "FrameRenderer",
    "LayerFrame",
    "NullRenderer",
    "Watched",
]


@dataclass(frozen=True, slots=True)
class LayerFrame:
    """The state of one layer: a plotter's frame, an error, or neither (no data yet).

    `time_ns` is the newest instant that its data refer to, ns since the epoch;
    `covered` says how much of a time window or history they cover; `shown` gives the
    data that it shows, on any thread; `traceback` is that of the plugin's code that
    failed, for its author.
    """

    layer_id: str
    frame: object | None = None
    error: str | None = None
    time_ns: int | None = None
    covered: Covered = NOTHING_ASKED
    shown: Callable[[], Sequence[PlotInput]] | None = field(default=None, compare=False)
    traceback: str | None = None


@dataclass(frozen=True, slots=True)
class CellFrame:
    """One update of a cell, the same for every session that sees the same view.

    Attributes
    ----------
    version:
        Grows with each update of the cell.
    layers:
        State of each layer, lowest first.
    drawn:
        What the shell's renderer made of the layers that have a frame; None if none
        has or the renderer failed.
    error:
        Why the renderer failed, if it did.
    traceback:
        Where it failed, for whoever wrote what it called.
    view:
        What it is a frame of.
    """

    cell_id: str
    version: int
    layers: tuple[LayerFrame, ...]
    drawn: object | None = None
    error: str | None = None
    view: View = OVERVIEW
    traceback: str | None = None

    @property
    def tracebacks(self) -> tuple[str, ...]:
        """Where plugins' code failed, for its authors; those of layers first."""
        found = [layer.traceback for layer in self.layers if layer.traceback]
        return (*found, *((self.traceback,) if self.traceback else ()))

    @property
    def time_ns(self) -> int | None:
        """The oldest of the layers' data times: the age that the whole plot has."""
        times = [layer.time_ns for layer in self.layers if layer.time_ns is not None]
        return min(times, default=None)

    @property
    def covered(self) -> Covered:
        """What the layers cover of the past; one that is cut first."""
        said = [layer.covered for layer in self.layers if layer.covered.text]
        return next(
            (one for one in said if one.cut), said[0] if said else NOTHING_ASKED
        )

    @property
    def errors(self) -> tuple[str, ...]:
        """All errors, those of layers first."""
        found = [layer.error for layer in self.layers if layer.error is not None]
        return (*found, *((self.error,) if self.error else ()))


@dataclass(frozen=True, slots=True)
class DrawnLayer:
    """A layer that has a frame, for the renderer."""

    layer_id: str
    plotter: Plotter
    frame: object


@dataclass(frozen=True, slots=True)
class Watched:
    """A plotter after whose drawing it is checked whether to go on.

    Attributes
    ----------
    plotter:
        What computes and draws.
    check:
        Called without arguments once it has drawn; raises what ends the drawing.
    """

    plotter: Plotter
    check: Callable[[], None]

    def compute(self, inputs: Sequence[PlotInput], params: Any, view: View) -> Any:
        """Turn data into a frame."""
        return self.plotter.compute(inputs, params, view)

    def draw(self, frame: Any) -> Any:
        """Return what the plotter draws, if it was in time."""
        drawn = self.plotter.draw(frame)
        self.check()
        return drawn


class FrameRenderer(Protocol):
    """Turns frames into what sessions apply. Called on the compute thread alone."""

    def draw(
        self, cell: Cell, layers: Sequence[DrawnLayer], view: View = OVERVIEW
    ) -> object:
        """Return the drawn form of one view of a cell, an immutable value."""

    def forget(self, cell_id: str, view: View = OVERVIEW) -> None:
        """Drop what is kept for a view that nobody has of a cell any more."""


class NullRenderer:
    """Draws nothing: for a dashboard without browser."""

    def draw(
        self, cell: Cell, layers: Sequence[DrawnLayer], view: View = OVERVIEW
    ) -> object:
        """Return the layers as they are, to be drawn at any time on any thread."""
        return tuple(
            replace(layer, plotter=layer.plotter.plotter)
            if isinstance(layer.plotter, Watched)
            else layer
            for layer in layers
        )

    def forget(self, cell_id: str, view: View = OVERVIEW) -> None:
        """Keep nothing, forget nothing."""
