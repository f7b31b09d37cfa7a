"""Frames of what somebody views, computed once for all sessions of the same view."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from livedata_core.contract import OVERVIEW, RunMark, View
from livedata_core.contract.raised import describe, pass_on
from livedata_core.data.streams import StreamManager
from livedata_core.plots.aside import AsideCells
from livedata_core.plots.compute_thread import AbandonedError, Call, ComputeThread
from livedata_core.plots.controller import MEND, PlottingController
from livedata_core.plots.frames import (
    CellFrame,
    DrawnLayer,
    FrameRenderer,
    LayerFrame,
    Watched,
)
from livedata_core.plots.histories import HistoryKeeper
from livedata_core.plots.layout import Cell, Grid, Layer, Layout
from livedata_core.plots.pipeline import (
    CellPipeline,
    LayerPipeline,
    RegionNames,
    SourceTitle,
    no_names,
)
from livedata_core.plots.slowness import Slowness, SlowPlotters
from livedata_core.plots.views import CellView, admitted, coarser
from livedata_core.plugins.reports import authors_traceback

__all__ = ["PlotDataService"]

log = logging.getLogger(__name__)

MIN_INTERVAL_S = 0.04
"""Shortest time between two rounds. No screen needs more than 20 frames a second; a
round that is late by a little must not have one of these left out."""

RESTING_LIMIT = 48
"""Plots that nobody views and that are kept nevertheless: three full grids."""


class PlotDataService:
    """Computes frames on its own thread and holds the latest of each cell and view.

    A round looks at the layout and at the views that sessions have of cells, computes
    those whose data changed, and commits the frames of one grid together; then it wakes
    sessions once.

    A tile that nobody views is let go with its frame. A whole cell that nobody views
    rests: nothing is computed for it, but its last frame stays, so that whoever comes
    back sees it at once. At most `RESTING_LIMIT` cells rest, those viewed last.

    A plotter that does not return in time costs only the cell concerned: another
    thread goes on with the others; see `ComputeThread`.

    Parameters
    ----------
    layout:
        Returns the current layout.
    viewed:
        Returns the ids of the cells that any session views, in which views.
    streams:
        Where data are read.
    plotting:
        Makes plotters.
    renderer:
        Draws frames; the compute thread is its own.
    runs:
        Returns when runs of the instrument began and ended.
    regions:
        Returns what people call regions of interest.
    title:
        What people call a source.
    wake:
        Called without arguments after each commit.
    """

    def __init__(
        self,
        *,
        layout: Callable[[], Layout],
        viewed: Callable[[], frozenset[CellView]],
        streams: StreamManager,
        plotting: PlottingController,
        renderer: FrameRenderer,
        title: SourceTitle,
        wake: Callable[[], None],
        runs: Callable[[], tuple[RunMark, ...]] = tuple,
        regions: RegionNames = no_names,
    ) -> None:
        self._layout = layout
        self._viewed = viewed
        self._streams = streams
        self._histories = HistoryKeeper(streams, plotting)
        self._plotting = plotting
        self._renderer = renderer
        self._title = title
        self._runs = runs
        self._regions = regions
        self._wake = wake
        self._is_ahead = False
        self._ahead: frozenset[str] = frozenset()
        self._resting: dict[str, None] = {}  # cells, the one viewed last at the end
        self._frames: Mapping[CellView, CellFrame] = MappingProxyType({})
        self._version = 0
        self._pipelines: dict[str, CellPipeline] = {}
        self._look = threading.Event()
        self._stopping = threading.Event()
        self._aside = AsideCells()
        self._slowness = Slowness()
        self._thread = ComputeThread(self._turn, self._abandon, self.look)
        self._tasks: deque[Callable[[], None]] = deque()

    @property
    def version(self) -> int:
        """Grows with each commit."""
        return self._version

    def cell(self, cell_id: str, view: View = OVERVIEW) -> CellFrame | None:
        """Return the latest frame of a cell; None where nobody viewed it yet.

        Of a tile that is not there (yet), it is the frame of the coarser view;
        `CellFrame.view` tells.
        """
        frames = self._frames
        return frames.get((cell_id, view)) or frames.get((cell_id, coarser(view)))

    def slow(self) -> tuple[SlowPlotters, ...]:
        """Return which plotters take so long that other plots wait. Any thread."""
        return self._slowness.all()

    def look(self) -> None:
        """Have the compute thread look now: data, views or the layout changed."""
        self._look.set()

    def submit(self, task: Callable[[], None]) -> None:
        """Run `task` on the compute thread, where alone HoloViews is evaluated."""
        self._tasks.append(task)
        self._look.set()

    def rebuild(self, concerns: Callable[[Layer], bool]) -> None:
        """Make anew what shows layers for which `concerns` is true. Any thread.

        For when a plotter or workflow is another than before.
        """

        def task() -> None:
            for cell_id, pipeline in [*self._pipelines.items()]:
                if any(map(concerns, pipeline.cell.layers)):
                    self._pipelines.pop(cell_id).close()
            for _, cell in self._layout().cells():
                if any(map(concerns, cell.layers)):
                    self._aside.worked(cell.id)
            self._histories.look_again()

        self.submit(task)

    def draw_ahead(self) -> None:
        """From now on, draw plots that nobody has viewed yet, once they have data.

        Each is drawn once, one in a round, as long as fewer than `RESTING_LIMIT` are
        kept: the first to come need not wait for them. Any thread.
        """
        self._is_ahead = True
        self.look()

    def start(self) -> None:
        """Start the compute thread."""
        self._thread.start()
        self.look()

    def stop(self) -> None:
        """Stop the compute thread and let go of everything."""
        self._stopping.set()
        self._look.set()
        self._thread.stop()
        self._ahead = frozenset()
        self._let_go(frozenset())
        self._histories.close()

    def _turn(self) -> None:
        self._look.wait()
        self._look.clear()
        if self._stopping.is_set():
            return
        began = time.monotonic()
        try:
            self.round()
        except BaseException as error:
            pass_on(error)
            log.exception("a round of the compute thread failed")
        spare = MIN_INTERVAL_S - (time.monotonic() - began)
        if spare > 0:
            self._stopping.wait(spare)

    def _abandon(self, call: Call) -> None:
        """Leave out a cell whose plotter does not return; no thread computes now."""
        who = ", ".join(map(self._plotting.describe, dict.fromkeys(call.plotters)))
        self._aside.note(call, who)
        log.warning("%s did not return within %g s", who, call.patience_s)
        hanging = self._pipelines.pop(call.cell_id, None)
        if hanging is not None:
            hanging.close()
        # What its round had computed of other cells was not committed.
        for pipeline in self._pipelines.values():
            pipeline.show_again()
        self.look()

    def round(self) -> bool:
        """Bring every viewed cell up to date; return whether a frame was committed."""
        while self._tasks:
            self._run_task(self._tasks.popleft())
        layout = self._layout()
        self._histories.keep(layout)
        cells = {cell.id: (grid, cell) for grid, cell in layout.cells()}
        viewed = admitted(
            (pair for pair in self._viewed() if pair[0] in cells), self._frames.keys()
        )
        self._aside.keep(cells)
        self._slowness.keep(cells)
        committed = False
        for grid, wanted in _by_grid(cells, viewed):
            frames = {
                (cell.id, view): frame
                for cell, view in wanted
                if (frame := self._frame(cell, view))
            }
            if frames:
                self._commit({**self._frames, **frames})
                committed = True
                log.debug("grid %s: %d frames", grid.id, len(frames))
        if self._is_ahead and self._draw_next(cells):
            self.look()
        # Last, so that a session that changes its view always finds a frame.
        self._rest({cell_id for cell_id, _ in viewed}, cells)
        self._let_go(viewed | {(cell_id, OVERVIEW) for cell_id in self._resting})
        if committed:
            self._wake()
        return committed

    def _rest(self, viewed: Collection[str], cells: Collection[str]) -> None:
        """Note which cells rest, within the limit."""
        for cell_id in sorted(cell_id for cell_id, _ in self._frames):
            if cell_id not in viewed:
                self._resting.setdefault(cell_id)
        for cell_id in [*self._resting]:
            if cell_id in viewed or cell_id not in cells:
                del self._resting[cell_id]
        for cell_id in [*self._resting][:-RESTING_LIMIT]:
            del self._resting[cell_id]

    def _draw_next(self, cells: Mapping[str, tuple[Grid, Cell]]) -> bool:
        """Draw the next plot that has data and no frame; return whether there is one.

        Plots that still wait for data keep their pipelines, whose data wake the thread.
        """
        known = {cell_id for cell_id, _ in self._frames}
        spare = max(0, RESTING_LIMIT - len(known))
        waiting = [cell for _, cell in cells.values() if cell.id not in known][:spare]
        self._ahead = frozenset(cell.id for cell in waiting)
        for cell in waiting:
            frame = self._frame(cell, OVERVIEW)
            if frame is not None and (frame.drawn is not None or frame.errors):
                self._commit({**self._frames, (cell.id, OVERVIEW): frame})
                return True
        return False

    def _run_task(self, task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:
            pass_on(error)
            log.exception("a task of the compute thread failed")

    def _pipeline(self, cell: Cell) -> CellPipeline:
        """Return the pipeline of a cell, made anew if the cell's layers changed."""
        pipeline = self._pipelines.get(cell.id)
        if pipeline is None or pipeline.cell.layers != cell.layers:
            if pipeline is not None:
                pipeline.close()
            pipeline = CellPipeline(
                cell, lambda layer: self._make_layer(cell.id, layer)
            )
            self._pipelines[cell.id] = pipeline
        return pipeline

    def _frame(self, cell: Cell, view: View) -> CellFrame | None:
        previous = self._frames.get((cell.id, view))
        version = 1 if previous is None else previous.version + 1
        left_out = self._aside.text(cell)
        if left_out is not None:
            if previous is not None and previous.error == left_out:
                return None
            empty = tuple(LayerFrame(layer.id) for layer in cell.layers)
            return CellFrame(cell.id, version, empty, error=left_out, view=view)
        pipeline = self._pipeline(cell)
        if not pipeline.update(view):
            return None
        frame = self._drawn(cell, pipeline, view, version)
        self._aside.worked(cell.id)
        return frame

    def _drawn(
        self, cell: Cell, pipeline: CellPipeline, view: View, version: int
    ) -> CellFrame:
        frame = CellFrame(cell.id, version, pipeline.results(view), view=view)
        layers = pipeline.drawn(view)
        if not layers:
            return frame
        plotters = tuple(layer.plotter for layer in cell.layers)
        try:
            with self._call(cell.id, tuple(dict.fromkeys(plotters)), "draw"):
                drawn = self._draw(cell, layers, view)
            return replace(frame, drawn=drawn)
        except BaseException as error:
            pass_on(error)
            log.exception("drawing plot %r failed", cell.title or cell.id)
            names = ", ".join(map(self._plotting.describe, dict.fromkeys(plotters)))
            text = f"{names} cannot be drawn: {describe(error)}; {MEND}"
            where = authors_traceback(error)
            return replace(frame, error=text, traceback=where)

    def _draw(self, cell: Cell, layers: Sequence[DrawnLayer], view: View) -> object:
        """Have the renderer draw, but no more once this thread is abandoned."""
        watched = [
            replace(layer, plotter=Watched(layer.plotter, self._thread.check))
            for layer in layers
        ]
        try:
            return self._renderer.draw(cell, watched, view)
        finally:
            if self._thread.is_abandoned:
                # Nobody else has a plot of this view before the call has returned.
                self._renderer.forget(cell.id, view)

    @contextmanager
    def _call(
        self,
        cell_id: str,
        plotters: tuple[str, ...],
        what: Literal["make", "compute", "draw"],
    ) -> Iterator[None]:
        """Watch code of plotters, and note how long it takes to work."""
        began = time.monotonic()
        try:
            with self._thread.call(cell_id, plotters, work=what != "make"):
                yield
        except AbandonedError:
            raise  # another thread has taken over; nothing is written here
        except BaseException:
            self._note(cell_id, plotters, what, began)
            raise
        self._note(cell_id, plotters, what, began)

    def _note(
        self, cell_id: str, plotters: tuple[str, ...], what: str, began: float
    ) -> None:
        if what != "make":
            self._slowness.note(cell_id, plotters, what, time.monotonic() - began)

    def _make_layer(self, cell_id: str, layer: Layer) -> LayerPipeline:
        return LayerPipeline(
            layer,
            self._streams,
            self._plotting,
            self._title,
            self.look,
            self._runs,
            lambda work: self._call(
                cell_id, (layer.plotter,), "compute" if work else "make"
            ),
            self._regions,
        )

    def _commit(self, frames: dict[CellView, CellFrame]) -> None:
        self._frames = MappingProxyType(frames)
        self._version += 1

    def _let_go(self, kept: frozenset[CellView]) -> None:
        """Forget all views but these, and the cells that have none left."""
        gone = self._frames.keys() - kept
        for cell_id, view in gone:
            if not self._aside.hangs(cell_id):
                self._renderer.forget(cell_id, view)
            if cell_id in self._pipelines:
                self._pipelines[cell_id].forget(view)
        cells = {cell_id for cell_id, _ in kept} | self._ahead
        for cell_id in self._pipelines.keys() - cells:
            self._pipelines.pop(cell_id).close()
        if gone:
            self._commit({key: f for key, f in self._frames.items() if key in kept})


def _by_grid(
    cells: Mapping[str, tuple[Grid, Cell]], viewed: frozenset[CellView]
) -> Iterable[tuple[Grid, list[tuple[Cell, View]]]]:
    """Yield each grid with the views of its cells, overviews first."""
    grids: dict[str, tuple[Grid, list[tuple[Cell, View]]]] = {}
    order = {cell_id: number for number, cell_id in enumerate(cells)}
    for cell_id, view in sorted(
        viewed, key=lambda pair: (pair[1] != OVERVIEW, order[pair[0]])
    ):
        grid, cell = cells[cell_id]
        grids.setdefault(grid.id, (grid, []))[1].append((cell, view))
    return grids.values()
