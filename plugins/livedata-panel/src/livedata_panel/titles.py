"""What people call things: cells, layers, sources, states, times."""

from __future__ import annotations

from livedata_core.api import Cell, DashboardServices, Layer, SourceState
from livedata_core.contract import Temporality, WorkflowSpec

__all__ = [
    "STATE_TEXT",
    "STATE_TONES",
    "cell_subtitle",
    "cell_title",
    "layer_title",
    "millis",
    "output_titles",
]

STATE_TEXT = {
    SourceState.NOT_RUNNING: "Not running",
    SourceState.STARTING: "Starting",
    SourceState.SCHEDULED: "Scheduled",
    SourceState.WAITING: "Waiting",
    SourceState.ACTIVE: "Running",
    SourceState.WARNING: "Warning",
    SourceState.PAUSED: "Paused",
    SourceState.ERROR: "Error",
    SourceState.STOPPING: "Stopping",
    SourceState.STOPPED: "Stopped",
    SourceState.SILENT: "Silent",
    SourceState.UNKNOWN: "No answer",
}

STATE_TONES = {
    SourceState.ACTIVE: "fresh",
    SourceState.STARTING: "waiting",
    SourceState.SCHEDULED: "waiting",
    SourceState.WAITING: "waiting",
    SourceState.STOPPING: "waiting",
    SourceState.WARNING: "ageing",
    SourceState.PAUSED: "ageing",
    SourceState.SILENT: "stale",
    SourceState.UNKNOWN: "stale",
    SourceState.ERROR: "error",
    SourceState.STOPPED: "stopped",
    SourceState.NOT_RUNNING: "stopped",
}
"""The colour of each state: the same as for the freshness of plots."""


def output_titles(spec: WorkflowSpec) -> dict[str, str]:
    """Return the titles of a workflow's outputs by name, told apart.

    What is sent of the last update may have the title of what is summed up: then it is
    marked.
    """
    titles = [output.title for output in spec.outputs]
    return {
        output.name: (
            f"{output.title} (update)"
            if output.temporality is Temporality.WINDOW
            and titles.count(output.title) > 1
            else output.title
        )
        for output in spec.outputs
    }


def layer_title(services: DashboardServices, layer: Layer) -> str:
    """Return sources, output and axes as people call them."""
    sources = ", ".join(services.source_title(name) for name in layer.sources)
    spec = services.specs.get(layer.workflow)
    titles = {} if spec is None else output_titles(spec)
    title = f"{sources}: {titles.get(layer.output, layer.output)}"
    plotter = services.plotting.find(layer.plotter)
    names = sorted(axis.name for axis in plotter.axes) if plotter else ()
    over = [layer.axes[name].source for name in names if name in layer.axes]
    if not over:
        return title
    return f"{title} over {' and '.join(map(services.source_title, over))}"


def cell_title(services: DashboardServices, cell: Cell) -> str:
    """Return the title of a cell, made from its layers where it has none."""
    if cell.title:
        return cell.title
    return "; ".join(layer_title(services, layer) for layer in cell.layers) or "Plot"


def cell_subtitle(services: DashboardServices, cell: Cell) -> str:
    """Return what a cell shows, for a tool tip: outputs, sources, identifiers."""
    return "\n".join(
        f"{layer_title(services, layer)} ({layer.workflow}, {layer.output}, "
        f"{layer.plotter})"
        for layer in cell.layers
    )


def millis(time_ns: int | None) -> int | None:
    """Return a time in ms since the epoch, as browsers count."""
    return None if time_ns is None else time_ns // 1_000_000
