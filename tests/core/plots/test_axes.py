"""A layer is shown over streams of other workflows, which may come later or never."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import numpy as np
import pytest

from livedata_core.contract import (
    Accepts,
    ArrayData,
    AxisSpec,
    AxisStream,
    JobId,
    LayerTemplate,
    OutputSpec,
    ResultKey,
    Temporality,
    Variable,
    WorkflowId,
    WorkflowSpec,
)
from livedata_core.data.service import DataService
from livedata_core.data.streams import StreamManager
from livedata_core.plots.controller import PlottingController
from livedata_core.plots.documents import from_document, to_document
from livedata_core.plots.frames import LayerFrame
from livedata_core.plots.layout import Cell, Grid, Layer, Layout
from livedata_core.plots.orchestrator import PlotOrchestrator
from livedata_core.plots.pipeline import LayerPipeline
from tests.support.plotting import ARRAYS, SUM, WORKFLOW, layer, put

LOGS = WorkflowSpec(
    name="logs",
    id=WorkflowId("toy", "logs"),
    title="Logs",
    sources=("motor", "sample"),
    outputs=(
        OutputSpec(
            name="value",
            title="Readings",
            dims=("time",),
            temporality=Temporality.SERIES,
        ),
    ),
    factory="nowhere:Logs",
)
X = AxisSpec(
    name="x",
    title="Horizontal axis",
    accepts=(Accepts(ndim=(1,), temporality=(Temporality.SERIES,)),),
)
OVER = ARRAYS.model_copy(update={"name": "over", "axes": (X,)})
MOTOR = AxisStream(workflow=LOGS.id, source="motor", output="value")
PLOTTING = PlottingController(
    {"sum": SUM, "over": OVER}, {WORKFLOW.id: WORKFLOW, LOGS.id: LOGS}
)


def over(*sources: str) -> Layer:
    axes = {"axes": {"x": MOTOR, "height": MOTOR}}
    return layer(*sources, plotter="over").model_copy(update=axes)


@pytest.fixture
def data() -> DataService:
    return DataService()


@pytest.fixture
def shown(data: DataService) -> Iterator[LayerPipeline]:
    made = pipeline(data, over("a"))
    yield made
    made.close()


def pipeline(data: DataService, shown: Layer) -> LayerPipeline:
    return LayerPipeline(shown, StreamManager(data), PLOTTING, str.upper, lambda: None)


def put_motor(data: DataService, value: float, time_ns: int) -> None:
    key = ResultKey(LOGS.id, JobId("motor", uuid.UUID(int=2)), "value")
    signal = Variable("signal", ("x",), np.array([value]), "mm")
    time = Variable("time", (), np.array(time_ns), "ns")
    with data.transaction() as transaction:
        transaction.put(key, ArrayData((signal, time)), 0)


def update(pipeline: LayerPipeline) -> LayerFrame:
    pipeline.update()
    return pipeline.result()


def test_axis_of_another_workflow_comes_first_and_is_no_sign_of_age(
    data: DataService, shown: LayerPipeline
) -> None:
    put_motor(data, 7.0, 1000)
    assert update(shown) == LayerFrame(shown.layer.id)
    put(data, "a", 1.0, time_ns=9_000)
    result = update(shown)
    assert result.frame is not None
    assert (result.frame.tolist(), result.time_ns) == ([7.0], 9_000)


def test_axis_without_data_is_told_with_what_to_do(
    data: DataService, shown: LayerPipeline
) -> None:
    put(data, "a", 1.0)
    error = update(shown).error or ""
    assert "no data of MOTOR yet" in error
    assert "does workflow toy/logs/1 run?" in error


def test_axes_of_another_plotter_are_kept_and_not_shown(data: DataService) -> None:
    put(data, "a", 2.0)
    put_motor(data, 7.0, 1000)
    shown = pipeline(data, over("a").model_copy(update={"plotter": "sum"}))
    assert update(shown).frame == 2.0
    shown.close()


def test_axes_are_chosen_stored_and_given_up() -> None:
    plots = PlotOrchestrator(Layout(), lambda document: None)
    grid = plots.add_grid("G")
    first = layer("a", plotter="over")
    cell = plots.add_cell(grid, [first])
    plots.update_layer(cell, first.id, axes={"x": MOTOR})
    plots.update_layer(cell, first.id, plotter="sum")
    stored, _ = from_document(to_document(plots.layout))
    assert stored.grids == plots.layout.grids
    assert stored.find(cell)[1].layers[0].axes == {"x": MOTOR}
    plots.update_layer(cell, first.id, axes={"x": None})
    assert plots.layout.find(cell)[1].layers[0].axes == {}


def test_template_brings_its_axes() -> None:
    template = LayerTemplate(
        workflow=WORKFLOW.id,
        sources=("a",),
        output="image",
        plotter="over",
        axes={"x": MOTOR},
    )
    made = Cell(row=0, column=0, layers=(Layer.from_template(template),))
    assert made.layers[0].keys_with(OVER)[0] == MOTOR.key
    assert Grid(title="G", cells=(made,)).cells[0].layers[0].axes == {"x": MOTOR}


def test_choices_of_an_axis_are_of_all_workflows() -> None:
    assert PLOTTING.axis_streams(X) == (
        MOTOR,
        MOTOR.model_copy(update={"source": "sample"}),
    )
