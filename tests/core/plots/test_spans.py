"""A layer gets the window it asks for, or says what is missing of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from livedata_core.contract import (
    OVERVIEW,
    ArrayData,
    HistoryWindow,
    JobId,
    OutputSpec,
    ResultKey,
    Temporality,
    TimeWindow,
    Variable,
)
from livedata_core.data.service import DataService
from livedata_core.data.streams import StreamManager
from livedata_core.plots.controller import PlottingController
from livedata_core.plots.data_service import PlotDataService
from livedata_core.plots.frames import CellFrame
from livedata_core.plots.layout import Cell, Grid, Layout
from tests.support.plotting import SUM, WORKFLOW, Renderer, SumParams, layer

S = 1_000_000_000


class WindowParams(SumParams):
    window: TimeWindow = TimeWindow()


class TrendParams(SumParams):
    window: HistoryWindow = HistoryWindow()


OUTPUTS = tuple(
    OutputSpec(name=kind.value, title=kind.value.title(), dims=("x",), temporality=kind)
    for kind in (Temporality.WINDOW, Temporality.CUMULATIVE)
)
SPEC = WORKFLOW.model_copy(update={"outputs": OUTPUTS})
SUM_W = SUM.model_copy(update={"params": WindowParams})
TREND_W = SUM.model_copy(
    update={"name": "trend", "params": TrendParams, "history": True}
)


class Shown:
    """One cell that somebody looks at."""

    def __init__(self, limit_bytes: int = 1 << 20) -> None:
        self.data = DataService(limit_bytes)
        self.layout = Layout()
        self.seen = True
        self.plots = PlotDataService(
            layout=lambda: self.layout,
            viewed=lambda: frozenset({("c", OVERVIEW)} if self.seen else ()),
            streams=StreamManager(self.data),
            plotting=PlottingController(
                {"sum": SUM_W, "trend": TREND_W}, {SPEC.id: SPEC}
            ),
            renderer=Renderer(),
            title=str,
            wake=lambda: None,
        )

    def show(self, output: str = "window", plotter: str = "sum", **window: Any) -> None:
        one = layer("a", plotter=plotter, window=window)
        one = one.model_copy(update={"output": output})
        cell = Cell(id="c", row=0, column=0, layers=(one,))
        self.layout = Layout(grids=(Grid(title="G", cells=(cell,)),))
        self.plots.round()

    def put(self, value: float, start_s: float, end_s: float, size: int = 1) -> None:
        key = ResultKey(SPEC.id, JobId("a", uuid.UUID(int=1)), "window")
        variables = [Variable("signal", ("x",), np.full(size, value), "counts")]
        for name, moment in (("start_time", start_s), ("time", end_s)):
            variables.append(Variable(name, (), np.array(int(moment * S)), "ns"))
        with self.data.transaction() as transaction:
            transaction.put(key, ArrayData(tuple(variables)), 0)

    def frame(self) -> CellFrame:
        self.plots.round()
        frame = self.plots.cell("c")
        assert frame is not None
        return frame


@pytest.fixture
def shown() -> Iterator[Shown]:
    made = Shown()
    yield made
    made.plots.stop()


def test_updates_of_the_window_are_joined_and_the_span_is_told(shown: Shown) -> None:
    shown.show(seconds=3)
    for n in range(2):
        shown.put(1.0, n, n + 1)
    frame = shown.frame()
    assert frame.drawn == "<2.0>"
    assert (frame.covered.text, frame.covered.cut) == ("sum of 2 s of 3 s", True)
    for n in range(2, 9):
        shown.put(1.0, n, n + 1)
    frame = shown.frame()
    assert frame.drawn == "<3.0>"
    assert (frame.covered.text, frame.covered.cut) == ("sum of 3 s", False)


def test_gap_in_the_window_is_told(shown: Shown) -> None:
    shown.show(seconds=10)
    shown.put(1.0, 0, 1)
    shown.put(1.0, 9, 10)
    frame = shown.frame()
    assert frame.drawn == "<2.0>"
    assert frame.covered.text == "sum of 2 s of 10 s"


def test_window_goes_on_while_nobody_looks(shown: Shown) -> None:
    shown.show(seconds=3)
    shown.seen = False
    shown.plots.round()
    for n in range(5):
        shown.put(1.0, n, n + 1)
    shown.seen = True
    assert shown.frame().covered.text == "sum of 3 s"


def test_memory_that_does_not_suffice_is_told() -> None:
    shown = Shown(limit_bytes=50_000)
    shown.show(seconds=60)
    for n in range(80):
        shown.put(1.0, n, n + 1, size=500)
    frame = shown.frame()
    assert frame.covered.cut
    assert "of 60 s: all histories share" in frame.covered.text
    assert shown.data.history_bytes <= 50_000
    shown.show(plotter="trend", seconds=60)
    assert "of 60 s: all histories share" in shown.frame().covered.text
    shown.plots.stop()


def test_history_is_as_long_as_asked_for(shown: Shown) -> None:
    shown.show(plotter="trend", seconds=4)
    for n in range(9):
        shown.put(1.0, n, n + 1)
    assert shown.frame().drawn == "<4.0>"
    assert shown.frame().covered.text == ""


def test_window_of_a_total_is_refused_with_a_way_out(shown: Shown) -> None:
    shown.show(output="cumulative", seconds=5)
    assert "adds up since its start" in shown.frame().errors[0]
