"""What a plot is shown over, where its plotter has axes for streams of any workflow."""

from __future__ import annotations

from typing import Any

from livedata_core.api import DashboardServices, Layer
from livedata_core.contract import AxisSpec, AxisStream, WorkflowId
from livedata_panel.context import SessionContext
from livedata_panel.plot_events import ChooseAxis
from livedata_panel.titles import output_titles

__all__ = ["axes_view", "choose_axis"]


def axes_view(
    services: DashboardServices, layer: Layer, plotter: str
) -> list[dict[str, Any]]:
    """Return the axes of a plotter with all that can be chosen for each."""
    spec = services.plotting.find(plotter)
    return [_axis(services, layer, axis) for axis in spec.axes] if spec else []


def _axis(services: DashboardServices, layer: Layer, axis: AxisSpec) -> dict[str, Any]:
    chosen = layer.axes.get(axis.name)
    choices = [
        {
            "stream": _stream(stream),
            "title": _title(services, stream),
        }
        for stream in services.plotting.axis_streams(axis)
        if stream.key not in layer.keys
    ]
    if chosen is not None and _stream(chosen) not in [c["stream"] for c in choices]:
        title = f"{chosen.source}: {chosen.output} (not installed)"
        choices.append({"stream": _stream(chosen), "title": title})
    return {
        "name": axis.name,
        "title": axis.title,
        "chosen": None if chosen is None else _stream(chosen),
        "choices": choices,
    }


def _title(services: DashboardServices, stream: AxisStream) -> str:
    """Return what people call a stream: its source, where that has but one output."""
    source = services.source_title(stream.source)
    titles = output_titles(services.specs[stream.workflow])
    return source if len(titles) == 1 else f"{source}: {titles[stream.output]}"


def _stream(stream: AxisStream) -> list[str]:
    return [str(stream.workflow), stream.source, stream.output]


def choose_axis(context: SessionContext, event: ChooseAxis) -> None:
    """Show a layer over another stream, for everyone."""

    def act() -> None:
        stream = None
        if event.stream is not None:
            workflow, source, output = event.stream
            stream = AxisStream(
                workflow=WorkflowId.parse(workflow), source=source, output=output
            )
        context.services.plots.update_layer(
            event.cell, event.layer, axes={event.axis: stream}
        )

    context.attempt("The axis was not changed", act)
