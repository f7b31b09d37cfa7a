"""What browsers say about plots: which to add, what lies over them. Checked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "AddLayer",
    "AddPlot",
    "ChooseAxis",
    "ChooseOutput",
    "PlotEvent",
    "RemoveLayer",
]

Text = Annotated[str, Field(max_length=500)]
Count = Annotated[int, Field(ge=0, le=10_000)]


class PlotEvent(BaseModel):
    """A wish for plots that all sessions share."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ChooseOutput(PlotEvent):
    """Show what can be added: at a place of the open grid, or over a plot."""

    kind: Literal["choose-output"]
    place: tuple[Count, Count] | None = None
    cell: Text | None = None


class AddPlot(PlotEvent):
    """Show an output with its default plotter.

    Without a place in the grid that is open, or was open last, if that is another.
    """

    kind: Literal["add-plot"]
    workflow: Text
    output: Text
    sources: tuple[Text, ...] | None = None
    place: tuple[Count, Count] | None = None


class AddLayer(PlotEvent):
    """Show an output over a plot, with its default plotter or another."""

    kind: Literal["add-layer"]
    cell: Text
    workflow: Text
    output: Text
    sources: tuple[Text, ...] | None = None
    plotter: Text | None = None


class ChooseAxis(PlotEvent):
    """Show a layer over another stream, named by workflow, source and output.

    Without a stream it has no axis of that name any more.
    """

    kind: Literal["choose-axis"]
    cell: Text
    layer: Text
    axis: Text
    stream: tuple[Text, Text, Text] | None = None


class RemoveLayer(PlotEvent):
    """Take a layer from a plot; the last one stays."""

    kind: Literal["remove-layer"]
    cell: Text
    layer: Text


AnyPlotEvent = ChooseOutput | AddPlot | AddLayer | ChooseAxis | RemoveLayer
