"""Frames of the cells that somebody views, computed once for all sessions."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from livedata_core.data.streams import StreamManager
from livedata_core.plots.controller import PlottingController
from livedata_core.plots.frames import CellFrame, FrameRenderer, LayerFrame
from livedata_core.plots.histories import HistoryKeeper
from livedata_core.plots.layout import Cell, Grid, Layer, Layout
from livedata_core.plots.pipeline import CellPipeline, LayerPipeline, SourceTitle

__all__ = ["PlotDataService"]

log = logging.getLogger(__name__)

MIN_INTERVAL_S = 0.05
"""Shortest time between two rounds: no screen needs more than 20 frames a second."""


class PlotDataService:
    """Computes frames on its own thread and holds the latest of each cell.

    A round looks at the layout and at the cells that are viewed, computes those whose
    data changed, and commits the frames of one grid together; then it wakes sessions
    once. A cell that nobody views is let go: its frame, its plotters, its data.

    Parameters
    ----------
    layout:
        Returns the current layout.
    viewed:
        Returns the ids of the cells that any session views.
    streams:
        Where data are read.
    plotting:
        Makes plotters.
    renderer:
        Draws frames; the compute thread is its own.
    title:
        What people call a source.
    wake:
        Called without arguments after each commit.
    """

    def __init__(
        self,
        *,
        layout: Callable[[], Layout],
        viewed: Callable[[], frozenset[str]],
        streams: StreamManager,
        plotting: PlottingController,
        renderer: FrameRenderer,
        title: SourceTitle,
        wake: Callable[[], None],
    ) -> None:
        self._layout = layout
        self._viewed = viewed
        self._streams = streams
        self._histories = HistoryKeeper(streams, plotting)
        self._plotting = plotting
        self._renderer = renderer
        self._title = title
        self._wake = wake
        self._frames: Mapping[str, CellFrame] = MappingProxyType({})
        self._version = 0
        self._pipelines: dict[str, CellPipeline] = {}
        self._look = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._tasks: deque[Callable[[], None]] = deque()

    @property
    def version(self) -> int:
        """Grows with each commit."""
        return self._version

    def cell(self, cell_id: str) -> CellFrame | None:
        """Return the latest frame of a cell; None where nobody viewed it yet."""
        return self._frames.get(cell_id)

    def look(self) -> None:
        """Have the compute thread look now: data, views or the layout changed."""
        self._look.set()

    def submit(self, task: Callable[[], None]) -> None:
        """Run `task` on the compute thread, where alone HoloViews is evaluated."""
        self._tasks.append(task)
        self._look.set()

    def start(self) -> None:
        """Start the compute thread."""
        self._thread = threading.Thread(
            target=self._run, name="livedata-compute", daemon=True
        )
        self._thread.start()
        self.look()

    def stop(self) -> None:
        """Stop the compute thread and let go of everything."""
        self._stopping.set()
        self._look.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        for cell_id in list(self._pipelines):
            self._forget(cell_id)
        self._histories.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._look.wait()
            self._look.clear()
            began = time.monotonic()
            try:
                self.round()
            except Exception:
                log.exception("a round of the compute thread failed")
            spare = MIN_INTERVAL_S - (time.monotonic() - began)
            if spare > 0:
                self._stopping.wait(spare)

    def round(self) -> bool:
        """Bring every viewed cell up to date; return whether a frame was committed."""
        while self._tasks:
            self._run_task(self._tasks.popleft())
        viewed = self._viewed()
        layout = self._layout()
        self._histories.keep(layout)
        cells = {cell.id: (grid, cell) for grid, cell in layout.cells()}
        for cell_id in self._pipelines.keys() - (viewed & cells.keys()):
            self._forget(cell_id)
        committed = False
        for grid, wanted in _by_grid(cells, viewed):
            frames = {cell.id: frame for cell in wanted if (frame := self._frame(cell))}
            if frames:
                self._commit({**self._frames, **frames})
                committed = True
                log.debug("grid %s: %d frames", grid.id, len(frames))
        if committed:
            self._wake()
        return committed

    def _run_task(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception:
            log.exception("a task of the compute thread failed")

    def _frame(self, cell: Cell) -> CellFrame | None:
        pipeline = self._pipelines.get(cell.id)
        if pipeline is None or pipeline.cell.layers != cell.layers:
            if pipeline is not None:
                pipeline.close()
            pipeline = CellPipeline(cell, self._make_layer)
            self._pipelines[cell.id] = pipeline
        if not pipeline.update():
            return None
        previous = self._frames.get(cell.id)
        results = tuple(layer.result for layer in pipeline.layers)
        version = 1 if previous is None else previous.version + 1
        return self._draw(cell, pipeline, results, version)

    def _draw(
        self,
        cell: Cell,
        pipeline: CellPipeline,
        results: tuple[LayerFrame, ...],
        version: int,
    ) -> CellFrame:
        layers = pipeline.drawn()
        if not layers:
            return CellFrame(cell.id, version, results)
        try:
            picture = self._renderer.draw(cell, layers)
        except Exception as error:
            log.exception("drawing plot %r failed", cell.title or cell.id)
            names = ", ".join(layer.layer.plotter for layer in pipeline.layers)
            text = f"cannot draw ({names}): {type(error).__name__}: {error}"
            return CellFrame(cell.id, version, results, error=text)
        return CellFrame(cell.id, version, results, drawn=picture)

    def _make_layer(self, layer: Layer) -> LayerPipeline:
        return LayerPipeline(
            layer, self._streams, self._plotting, self._title, self.look
        )

    def _commit(self, frames: dict[str, CellFrame]) -> None:
        self._frames = MappingProxyType(frames)
        self._version += 1

    def _forget(self, cell_id: str) -> None:
        self._pipelines.pop(cell_id).close()
        self._renderer.forget(cell_id)
        self._commit({key: f for key, f in self._frames.items() if key != cell_id})


def _by_grid(
    cells: Mapping[str, tuple[Grid, Cell]], viewed: frozenset[str]
) -> Iterable[tuple[Grid, list[Cell]]]:
    """Yield each grid with its viewed cells."""
    grids: dict[str, tuple[Grid, list[Cell]]] = {}
    for cell_id, (grid, cell) in cells.items():
        if cell_id in viewed:
            grids.setdefault(grid.id, (grid, []))[1].append(cell)
    return grids.values()
