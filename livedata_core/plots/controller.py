"""Which plotters can show an output, and how one is made for a layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from livedata_core.contract import (
    AxisSpec,
    AxisStream,
    DataKey,
    OutputSpec,
    Plotter,
    PlotterSpec,
    RefError,
    WorkflowId,
    WorkflowSpec,
    resolve,
)
from livedata_core.contract.raised import describe, pass_on
from livedata_core.plots.layout import Layer

__all__ = ["MEND", "LayerPlotter", "PlotError", "PlottingController"]

MEND = "update the plugin, or show this with another plotter"
"""What to do where a plotter fails."""


class PlotError(ValueError):
    """A layer cannot be shown; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class LayerPlotter:
    """A plotter made for one layer, with its validated parameters."""

    spec: PlotterSpec
    plotter: Plotter
    params: BaseModel
    output: OutputSpec | None


class PlottingController:
    """Chooses and makes plotters. Stateless; any thread.

    Parameters
    ----------
    plotters:
        All plotters by name.
    workflows:
        All workflows of the instrument.
    """

    def __init__(
        self,
        plotters: Mapping[str, PlotterSpec],
        workflows: Mapping[WorkflowId, WorkflowSpec],
    ) -> None:
        self._plotters = plotters
        self._workflows = workflows

    def plotters_for(
        self, workflow: WorkflowSpec, output: OutputSpec
    ) -> tuple[PlotterSpec, ...]:
        """Return the plotters that accept an output, the default first."""
        fitting = [
            spec
            for spec in self._plotters.values()
            if spec.accepts.matches(workflow, output)
        ]
        return tuple(sorted(fitting, key=lambda spec: (-spec.priority, spec.name)))

    def output(self, layer: Layer) -> OutputSpec | None:
        """Return the declaration of what a layer shows, if it is installed."""
        workflow = self._workflows.get(layer.workflow)
        return None if workflow is None else workflow.output(layer.output)

    def default_layer(
        self, workflow: WorkflowSpec, output: OutputSpec, sources: tuple[str, ...]
    ) -> Layer:
        """Return a layer of an output with its default plotter.

        Raises
        ------
        PlotError
            If no installed plotter accepts it.
        """
        fitting = self.plotters_for(workflow, output)
        if not fitting:
            raise PlotError(
                f"no installed plotter can show {output.title!r} "
                f"({len(output.dims)} dimensions); install a plugin that can"
            )
        return Layer(
            workflow=workflow.id,
            sources=sources,
            output=output.name,
            plotter=fitting[0].name,
        )

    def find(self, name: str) -> PlotterSpec | None:
        """Return the plotter of that name, or None if it is not installed."""
        return self._plotters.get(name)

    def declared(self, key: DataKey) -> OutputSpec | None:
        """Return the declaration of a stream, if its workflow is installed."""
        workflow = self._workflows.get(key.workflow_id)
        return None if workflow is None else workflow.output(key.output_name)

    def axis_streams(self, axis: AxisSpec) -> tuple[AxisStream, ...]:
        """Return what can be chosen for an axis, of all workflows."""
        return tuple(
            AxisStream(workflow=workflow.id, source=source, output=output.name)
            for workflow in self._workflows.values()
            for output in workflow.outputs
            if axis.matches(workflow, output)
            for source in workflow.sources
        )

    def spec(self, name: str) -> PlotterSpec:
        """Return the plotter of that name.

        Raises
        ------
        PlotError
            If its plugin is not installed.
        """
        try:
            return self._plotters[name]
        except KeyError:
            raise PlotError(
                f"plotter {name!r} is not installed, or its plugin is disabled; its "
                "settings are kept"
            ) from None

    def describe(self, name: str) -> str:
        """Return a plotter's title with its plugin and version."""
        spec = self._plotters.get(name)
        return name if spec is None else f"{spec.title} ({spec.origin})"

    def validate(self, name: str, params: Mapping[str, object]) -> BaseModel:
        """Return the parameters of a plotter as its model.

        Raises
        ------
        PlotError
            If a value does not fit, naming the field.
        """
        spec = self.spec(name)
        try:
            return spec.params.model_validate(dict(params))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "parameters"
            raise PlotError(f"{spec.title}: {where}: {first['msg']}") from error

    def create(self, layer: Layer) -> LayerPlotter:
        """Make the plotter of a layer.

        Raises
        ------
        PlotError
            If the plotter is not installed, cannot be made, or refuses the parameters.
        """
        spec = self.spec(layer.plotter)
        params = self.validate(layer.plotter, layer.params)
        try:
            factory: Callable[[], Plotter] = resolve(spec.factory)
            plotter = factory()
        except RefError as error:
            raise PlotError(
                f"plotter {spec.name!r} of {spec.origin}: {error}; install what it "
                "needs where the dashboard runs, or update the plugin"
            ) from error
        except BaseException as error:
            pass_on(error)
            raise PlotError(
                f"plotter {spec.name!r} of {spec.origin} cannot be made: "
                f"{describe(error)}; {MEND}"
            ) from error
        return LayerPlotter(spec, plotter, params, self.output(layer))
