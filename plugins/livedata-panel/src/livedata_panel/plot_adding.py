"""Adds plots and layers, and takes layers away: what there is to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from livedata_core.api import DashboardServices, Layer, SourceView, WorkflowView
from livedata_core.contract import DataKey, OutputSpec, PlotterSpec, WorkflowId
from livedata_panel.context import SessionContext
from livedata_panel.plot_events import AddLayer, AddPlot, ChooseOutput, RemoveLayer
from livedata_panel.previews import preview
from livedata_panel.shared_views import shared_views
from livedata_panel.titles import cell_title, layer_title, output_titles
from livedata_panel.undoing import tell_undoable
from livedata_panel.workflows import GROUP_TITLES

__all__ = ["OutputChoice", "PlotAdding", "remove_layer"]


class PlotAdding:
    """Adds what a session asks for to the shared layout. Event loop only."""

    def __init__(self, context: SessionContext) -> None:
        self._context = context
        self._services: DashboardServices = context.services

    def add_plot(self, event: AddPlot) -> None:
        """Add a plot and open its grid."""

        def act() -> None:
            layer = self._layer(event.workflow, event.output, event.sources)
            grid_id = self._grid_id()
            self._services.plots.add_cell(grid_id, [layer], place=event.place)
            self._context.view.page = f"grid:{grid_id}"

        self._context.attempt("The plot was not added", act)

    def add_layer(self, event: AddLayer) -> str | None:
        """Add a layer over a plot; return its id, None if it was refused."""
        made: list[str] = []

        def act() -> None:
            layer = self._layer(event.workflow, event.output, event.sources)
            if event.plotter is not None:
                plotter = self._services.plotting.spec(event.plotter)
                layer = layer.model_copy(update={"plotter": plotter.name})
            self._services.plots.add_layer(event.cell, layer)
            made.append(layer.id)

        self._context.attempt("The layer was not added", act)
        return made[0] if made else None

    def _grid_id(self) -> str:
        """Return the grid that is open, or was; without any, a new one."""
        view = self._context.view
        grids = self._services.plots.layout.grids
        known = {grid.id for grid in grids}
        for grid_id in (view.grid_id, view.last_grid):
            if grid_id in known:
                return str(grid_id)
        return grids[0].id if grids else self._services.plots.add_grid("Plots")

    def _layer(
        self, workflow: str, output: str, sources: tuple[str, ...] | None
    ) -> Layer:
        """Return a layer with the default plotter and, unless given, the sources.

        Raises
        ------
        ValueError
            If there is no such output or nothing can show it.
        """
        view = self._services.workflows.workflow(WorkflowId.parse(workflow))
        spec = None if view is None else view.spec.output(output)
        if view is None or spec is None:
            raise ValueError(f"workflow {workflow} has no output {output!r}")
        known = {source.name for source in view.sources}
        if sources is not None and not (sources and known.issuperset(sources)):
            raise ValueError(f"workflow {workflow} does not run on {sources}")
        chosen = sources or self._usual_sources(view, spec)
        return self._services.plotting.default_layer(view.spec, spec, chosen)

    def _usual_sources(self, view: WorkflowView, output: OutputSpec) -> tuple[str, ...]:
        """Return the running sources, else all; one where a plot takes only one."""
        running = [source.name for source in view.sources if source.runs]
        names = running or [source.name for source in view.sources]
        fitting = self._services.plotting.plotters_for(view.spec, output)
        most = fitting[0].accepts.max_inputs if fitting else None
        return tuple(names[:most])


def remove_layer(context: SessionContext, event: RemoveLayer) -> None:
    """Take a layer from a plot, and tell all sessions how to undo it.

    Raises
    ------
    KeyError
        If the plot is gone.
    ValueError
        If it is its only layer.
    """
    services = context.services
    _, cell = services.plots.layout.find(event.cell)
    shown = [layer for layer in cell.layers if layer.id == event.layer]
    removed = services.plots.remove_layer(
        event.cell, event.layer, session=context.info.session_id
    )
    if removed and shown:
        plotter = services.plotting.find(shown[0].plotter)
        how = shown[0].plotter if plotter is None else plotter.title
        name = f"{layer_title(services, shown[0])} ({how})"
        title = cell_title(services, cell)
        tell_undoable(services, f"“{name}” was removed from “{title}”", removed)


class OutputChoice:
    """The list of all outputs, in the drawer. Event loop only.

    Parameters
    ----------
    context:
        The session.
    event:
        Where what is chosen goes to.
    """

    def __init__(self, context: SessionContext, event: ChooseOutput) -> None:
        self._services: DashboardServices = context.services
        self._event = event

    def view(self) -> dict[str, Any] | None:
        """Return what the drawer shows; None if the plot is gone."""
        event = self._event
        heading = "Add a plot"
        if event.cell is not None:
            try:
                _, cell = self._services.plots.layout.find(event.cell)
            except KeyError:
                return None
            heading = f"Add to “{cell_title(self._services, cell)}”"
        workflows = self._services.workflows.workflows()
        groups = [
            {
                "title": title,
                "workflows": [_workflow(w, self._outputs(w)) for w in found],
            }
            for group, title in GROUP_TITLES.items()
            if (found := [w for w in workflows if w.spec.group is group])
        ]
        return {
            "kind": "outputs",
            "heading": heading,
            "place": event.place,
            "cell": event.cell,
            "groups": groups,
        }

    def _outputs(self, workflow: WorkflowView) -> Iterator[dict[str, Any]]:
        titles = output_titles(workflow.spec)
        for output in workflow.spec.outputs:
            fitting = self._services.plotting.plotters_for(workflow.spec, output)
            if fitting:
                shown = _output(output, titles[output.name], fitting[0])
                yield {**shown, "preview": self._preview(workflow, output)}

    def _preview(
        self, workflow: WorkflowView, output: OutputSpec
    ) -> dict[str, Any] | None:
        """Return a sample of the latest data of the first source that has any."""
        entries = self._services.data.snapshot().entries
        for source in workflow.sources:
            key = DataKey(workflow.spec.id, source.name, output.name)
            entry = entries.get(key)
            if entry is not None:
                made = partial(preview, entry.data)
                return shared_views(self._services).rare(("preview", key), made)
        return None


def _workflow(view: WorkflowView, outputs: Iterator[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": str(view.spec.id),
        "title": view.spec.title,
        "runs": view.runs,
        "sources": [_source(source) for source in view.sources],
        "outputs": list(outputs),
    }


def _source(source: SourceView) -> dict[str, Any]:
    return {"name": source.name, "title": source.title, "runs": source.runs}


def _output(output: OutputSpec, title: str, plotter: PlotterSpec) -> dict[str, Any]:
    return {
        "name": output.name,
        "title": title,
        "description": _description(output),
        "dims": " × ".join(output.dims),
        "unit": output.unit or "",
        "plotter": plotter.title,
    }


def _description(output: OutputSpec) -> str:
    given = f"Given only if {output.only_if}." if output.only_if else ""
    return f"{output.description} {given}".strip()
