"""A plotter without front end, and a data service to feed it: for tests of plots."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import BaseModel

from livedata_core.contract import (
    OVERVIEW,
    Accepts,
    ArrayData,
    JobId,
    OutputSpec,
    PlotInput,
    PlotterSpec,
    ResultKey,
    Variable,
    View,
    WorkflowId,
    WorkflowSpec,
)
from livedata_core.data.service import DataService
from livedata_core.plots.layout import Cell, Layer

WORKFLOW = WorkflowSpec(
    name="view",
    id=WorkflowId("toy", "view"),
    title="View",
    sources=("a", "b"),
    outputs=(OutputSpec(name="image", title="Image", dims=("x",)),),
    factory="nowhere:View",
)


class SumParams(BaseModel):
    """Parameters of `SumPlotter`."""

    factor: float = 1.0


class SumPlotter:
    """Its frame is the sum of all inputs; it refuses negative and dies of NaN."""

    def compute(
        self, inputs: Sequence[PlotInput], params: SumParams, view: View
    ) -> float:
        total = sum(float(np.sum(item.data.values)) for item in inputs)
        if np.isnan(total):
            raise RuntimeError("not a number")
        if total < 0:
            raise ValueError("Counts cannot be negative.")
        return total * params.factor

    def draw(self, frame: float) -> str:
        return f"<{frame}>"


class ArrayPlotter(SumPlotter):
    """Its frame is an array, which has no truth value."""

    def compute(
        self, inputs: Sequence[PlotInput], params: SumParams, view: View
    ) -> Any:
        return np.array(inputs[0].data.values) * params.factor


SUM = PlotterSpec(
    name="sum",
    title="Sum",
    params=SumParams,
    accepts=Accepts(ndim=(1,)),
    factory=f"{__name__}:SumPlotter",
)
ARRAYS = SUM.model_copy(
    update={"name": "arrays", "factory": f"{__name__}:ArrayPlotter"}
)
TREND = SUM.model_copy(update={"name": "trend", "history": True})


@dataclass
class Renderer:
    """Joins what the layers draw and remembers for whom it was called."""

    drawn: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    forgotten_views: list[tuple[str, View]] = field(default_factory=list)

    def draw(self, cell: Cell, layers: Sequence[Any], view: View = OVERVIEW) -> object:
        self.drawn.append(cell.id)
        return "+".join(layer.plotter.draw(layer.frame) for layer in layers)

    def forget(self, cell_id: str, view: View = OVERVIEW) -> None:
        self.forgotten.append(cell_id)
        self.forgotten_views.append((cell_id, view))


def layer(*sources: str, plotter: str = "sum", **params: object) -> Layer:
    return Layer(
        workflow=WORKFLOW.id,
        sources=sources,
        output="image",
        plotter=plotter,
        params=params,
    )


def put(data: DataService, source: str, *values: float, time_ns: int = 1000) -> None:
    """Store one result of a source, as the ingest thread would."""
    key = ResultKey(WORKFLOW.id, JobId(source, uuid.UUID(int=1)), "image")
    signal = Variable("signal", ("x",), np.array(values), "counts")
    time = Variable("time", (), np.array(time_ns), "ns")
    with data.transaction() as transaction:
        transaction.put(key, ArrayData((signal, time)), 0)
