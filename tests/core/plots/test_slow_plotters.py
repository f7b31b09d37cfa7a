"""A plotter that does not return costs its own cell alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from livedata_core.contract import OVERVIEW, Origin, PlotInput, View
from livedata_core.data.service import DataService
from livedata_core.data.streams import StreamManager
from livedata_core.plots import compute_thread, slowness
from livedata_core.plots.aside import MOST_TRIES
from livedata_core.plots.controller import PlottingController
from livedata_core.plots.data_service import PlotDataService
from livedata_core.plots.frames import CellFrame
from livedata_core.plots.layout import Cell, Grid, Layout
from livedata_core.plots.slowness import OFTEN
from tests.support.plotting import (
    SUM,
    WORKFLOW,
    Renderer,
    SumParams,
    SumPlotter,
    layer,
    put,
)

ORIGIN = Origin(plugin="acme", distribution="livedata-acme", version="1.4.2")


class Gate:
    """Holds up whoever passes until it is opened."""

    def __init__(self) -> None:
        self.reached = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self) -> None:
        self.reached.release()
        assert self.open.wait(60)


gates: dict[str, Gate] = {}


class SlowCompute(SumPlotter):
    def compute(
        self, inputs: Sequence[PlotInput], params: SumParams, view: View
    ) -> float:
        gates["compute"]()
        return super().compute(inputs, params, view)


class SlowDraw(SumPlotter):
    def draw(self, frame: float) -> str:
        gates["draw"]()
        return super().draw(frame)


def named(name: str, factory: str) -> Any:
    return SUM.model_copy(
        update={
            "name": name,
            "title": name.title(),
            "factory": f"{__name__}:{factory}",
            "origin": ORIGIN,
        }
    )


class Running:
    """A plot data service that runs, with a slow cell and a good one beside it."""

    def __init__(self, slow: str) -> None:
        gates[slow] = self.gate = Gate()
        self.data = DataService()
        cells = [
            Cell(row=0, column=0, layers=(layer("a", plotter=slow),)),
            Cell(row=0, column=1, layers=(layer("b"),)),
        ]
        self.slow, self.good = (cell.id for cell in cells)
        self.layout = Layout(grids=(Grid(title="G", columns=8, cells=tuple(cells)),))
        specs = {
            "sum": SUM,
            "compute": named("compute", "SlowCompute"),
            "draw": named("draw", "SlowDraw"),
        }
        self.plots = PlotDataService(
            layout=lambda: self.layout,
            viewed=lambda: frozenset((cell.id, OVERVIEW) for cell in cells),
            streams=StreamManager(self.data),
            plotting=PlottingController(specs, {WORKFLOW.id: WORKFLOW}),
            renderer=Renderer(),
            title=str.upper,
            wake=lambda: None,
        )
        put(self.data, "a", 1.0)
        put(self.data, "b", 1.0)
        self.plots.start()

    def frame(self, cell_id: str) -> CellFrame | None:
        return self.plots.cell(cell_id)

    def error(self) -> str:
        frame = self.frame(self.slow)
        return "" if frame is None else " ".join(frame.errors)

    def drawn(self, cell_id: str) -> object:
        frame = self.frame(cell_id)
        return None if frame is None else frame.drawn

    def until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not done():
            assert time.monotonic() < deadline, (self.error(), self.drawn(self.good))
            time.sleep(0.005)


@pytest.fixture(params=["compute", "draw"])
def running(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    monkeypatch.setattr(compute_thread, "FIRST_PATIENCE_S", 0.5)
    monkeypatch.setattr(compute_thread, "PATIENCE_S", 0.5)
    monkeypatch.setattr(compute_thread, "WATCH_S", 0.02)
    running = Running(request.param)
    yield running
    running.gate.open.set()
    running.plots.stop()


def test_the_slow_one_is_named_and_the_others_go_on(running: Running) -> None:
    running.until(lambda: "livedata-acme 1.4.2" in running.error())
    assert "did not return within 0.5 s" in running.error()
    assert "Update the plugin" in running.error()
    for number in (2.0, 3.0):
        put(running.data, "b", number)
        running.until(lambda: running.drawn(running.good) == f"<{number}>")  # noqa: B023


def test_it_is_shown_again_once_it_has_returned(running: Running) -> None:
    running.until(lambda: bool(running.error()))
    running.gate.open.set()
    running.until(lambda: running.drawn(running.slow) == "<1.0>")
    assert running.error() == ""


class Masters(Renderer):
    """Keeps a plot of each cell that it draws, as the shell's does."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: set[str] = set()

    def draw(self, cell: Cell, layers: Sequence[Any], view: View = OVERVIEW) -> object:
        drawn = super().draw(cell, layers, view)
        self.kept.add(cell.id)
        hold = gates.get("render")
        if hold is not None and cell.layers[0].plotter != "sum":
            hold()
        return drawn

    def forget(self, cell_id: str, view: View = OVERVIEW) -> None:
        super().forget(cell_id, view)
        self.kept.discard(cell_id)


@pytest.mark.parametrize("held", ["draw", "render"])
def test_nothing_is_kept_of_one_that_returns_when_its_cell_is_gone(
    held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute_thread, "FIRST_PATIENCE_S", 0.5)
    monkeypatch.setattr(compute_thread, "WATCH_S", 0.02)
    masters = Masters()
    monkeypatch.setattr(f"{__name__}.Renderer", lambda: masters)
    if held == "render":
        monkeypatch.setitem(gates, "render", Gate())
    running = Running("draw")
    gate = gates[held]
    if held == "render":
        running.gate.open.set()
    try:
        assert gate.reached.acquire(timeout=60)
        running.until(lambda: "did not return" in running.error())
        (grid,) = running.layout.grids
        rest = tuple(cell for cell in grid.cells if cell.id == running.good)
        running.layout = Layout(grids=(grid.model_copy(update={"cells": rest}),))
        running.plots.look()
        running.until(lambda: running.frame(running.slow) is None)
        before = len(masters.forgotten)
        gate.open.set()
        running.until(lambda: len(masters.forgotten) > before)
        assert masters.kept == {running.good}
    finally:
        gate.open.set()
        running.gate.open.set()
        running.plots.stop()


def test_it_is_not_tried_for_ever_but_after_a_change(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(1, MOST_TRIES + 1):
        assert running.gate.reached.acquire(timeout=60)
        running.until(lambda: len(caplog.records) == number)  # noqa: B023
        old, running.gate.open = running.gate.open, threading.Event()
        old.set()
    running.until(lambda: f"too long {MOST_TRIES} times" in running.error())
    put(running.data, "a", 2.0)
    put(running.data, "b", 2.0)
    running.until(lambda: running.drawn(running.good) == "<2.0>")
    assert not running.gate.reached.acquire(blocking=False)

    (grid,) = running.layout.grids
    changed = layer("a", factor=10.0)
    running.layout = Layout(grids=(grid.with_changed(running.slow, layers=(changed,)),))
    running.plots.look()
    running.until(lambda: running.drawn(running.slow) == "<20.0>")


def test_one_that_is_slow_again_and_again_is_told_with_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slowness, "SLOW_S", 0.01)
    running = Running("compute")
    try:
        for number in range(1, OFTEN + 1):
            put(running.data, "a", float(number))
            assert running.gate.reached.acquire(timeout=60)
            assert running.plots.slow() == ()
            time.sleep(0.02)
            old, running.gate.open = running.gate.open, threading.Event()
            old.set()
            running.until(lambda: running.drawn(running.slow) == f"<{number}.0>")  # noqa: B023
        (slow,) = running.plots.slow()
        assert (slow.cell_id, slow.plotters) == (running.slow, ("compute",))
        told = slow.told("Compute (livedata-acme 1.4.2)", "“Rear bank”")
        assert slow.took_s > 0.01
        said = f"took {slow.took_s:.1f} s for the last update of “Rear bank”"
        assert said in told
        assert "show less with it, or update the plugin" in told

        monkeypatch.setattr(slowness, "SLOW_S", 60.0)
        running.gate.open.set()
        put(running.data, "a", 9.0)
        running.until(lambda: running.drawn(running.slow) == "<9.0>")
        assert running.plots.slow() == (), "it is quick again"
    finally:
        running.gate.open.set()
        running.plots.stop()


def test_what_is_gone_from_the_layout_is_slow_no_more() -> None:
    noted = slowness.Slowness()
    for cell in ("one", "two"):
        for _ in range(OFTEN):
            noted.note(cell, ("lines",), "draw", slowness.SLOW_S + 1.0)
    noted.keep(["two"])
    assert [slow.cell_id for slow in noted.all()] == ["two"]
