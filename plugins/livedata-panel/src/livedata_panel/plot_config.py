"""**PlotConfigModal**: a plot's settings, in a side panel beside the live plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from livedata_core.api import (
    Layer,
    PlotConfigurationAdapter,
    PlotError,
    resolve_adapter,
)
from livedata_core.contract import (
    ConfigurationAdapter,
    PlotterSpec,
    SourceChoice,
    StoredParams,
)
from livedata_panel.configuration import ConfigurationWidget, can_be_shown
from livedata_panel.context import SessionContext
from livedata_panel.plot_axes import axes_view
from livedata_panel.plotter_params import PlotterParams
from livedata_panel.titles import cell_title, layer_title

__all__ = ["PlotConfigModal"]


class PlotConfigModal:
    """Chooses plotter and parameters of one layer. Event loop only.

    Parameters
    ----------
    context:
        The session.
    cell_id:
        The plot.
    layer_id:
        Which layer of it; its first if none is given.

    Raises
    ------
    KeyError
        If the plot is gone.
    ValueError
        If its plotter is not installed.
    """

    def __init__(
        self, context: SessionContext, cell_id: str, layer_id: str | None = None
    ) -> None:
        self._context = context
        self.cell_id = cell_id
        layers = self._layers()
        if not layers:
            raise ValueError("This plot has no layer to configure.")
        self.layer_id = layer_id or layers[0].id
        self._seen = self._layer()
        self._plotter = self._seen.plotter
        self._kept = PlotterParams()
        # What the form began with: what it leaves as it was, others may change.
        self._base: dict[str, Any] | None = None
        self.form = ConfigurationWidget(self._adapter(self._plotter))

    def _layers(self) -> tuple[Layer, ...]:
        _, cell = self._context.services.plots.layout.find(self.cell_id)
        return cell.layers

    def _layer(self) -> Layer:
        for layer in self._layers():
            if layer.id == self.layer_id:
                return layer
        raise KeyError("This layer is gone; another session may have removed it.")

    def choose_layer(self, layer_id: str) -> None:
        """Configure another layer of the plot."""
        self.layer_id = layer_id
        self._seen = self._layer()
        self.choose_plotter(self._seen.plotter)

    def choose_plotter(self, name: str) -> None:
        """Show the form of another plotter; nothing is applied yet."""
        self._plotter = name
        self.form = ConfigurationWidget(self._adapter(name))

    def _adapter(self, name: str) -> ConfigurationAdapter:
        services = self._context.services
        spec = services.plotting.spec(name)
        base = PlotConfigurationAdapter(
            title=layer_title(services, self._layer()),
            description=spec.description,
            model=spec.params,
            initial_now=lambda: self._initial(name),
            change=self._change,
            choices=self._choices,
            choose=self._choose,
        )
        adapters = services.registry.adapters
        resolved = resolve_adapter(adapters.get(f"plotter:{name}"), base, can_be_shown)
        if resolved.problem is not None:
            services.notifications.push(
                "warning", "A plugin's form cannot be used", resolved.problem
            )
        return resolved.adapter

    def _initial(self, name: str) -> dict[str, Any]:
        """Return what the form of a plotter begins with."""
        layer = self._layer()
        params = dict(layer.params)
        if layer.plotter != name:
            params = self._taken_over(layer, name)
            if self._whole(name, params) is None:
                params = dict(self._kept.last(layer.id, name))
        self._base = self._whole(name, params)
        return params

    def _whole(self, plotter: str, params: StoredParams) -> StoredParams | None:
        """Return all parameters of a plotter; None if some are of no use to it."""
        try:
            model = self._context.services.plotting.validate(plotter, params)
        except PlotError:
            return None
        return model.model_dump(mode="json", by_alias=True)

    def _taken_over(self, layer: Layer, name: str) -> StoredParams:
        plotters = self._context.services.registry.plotters
        old, params = plotters.get(layer.plotter), None
        if old is not None:
            params = self._whole(old.name, layer.params)
        if old is None or params is None:
            return self._kept.last(layer.id, name)
        new = plotters[name]
        return self._kept.taken_over(
            layer.id, (old.name, old.params, params), (name, new.params)
        )

    def _follow(self) -> None:
        """Show what became of the layer, in this session or in another."""
        layer, seen = self._layer(), self._seen
        if layer == seen:
            return
        self._seen = layer
        if layer.plotter != seen.plotter:
            self._kept.left(seen.id, seen.plotter, dict(seen.params))
            self._kept.began(layer.id, layer.plotter, dict(layer.params))
            if layer.plotter != self._plotter:
                self.choose_plotter(layer.plotter)
                return
        if layer.plotter == self._plotter:
            self.form.follow()

    def _choices(self) -> tuple[SourceChoice, ...]:
        """Return the sources of the layer's workflow, if there are several."""
        layer = self._layer()
        view = self._context.services.workflows.workflow(layer.workflow)
        if view is None or len(view.sources) < 2:
            return ()
        return tuple(
            SourceChoice(source.name, source.title, source.name in layer.sources)
            for source in view.sources
        )

    def _choose(self, sources: Sequence[str]) -> None:
        """Show other sources.

        Raises
        ------
        ValueError
            If the plotter does not take so many.
        """
        spec = self._context.services.plotting.spec(self._plotter)
        most = spec.accepts.max_inputs
        if most is not None and len(sources) > most:
            many = "one source" if most == 1 else f"{most} sources"
            raise ValueError(f"{spec.title} shows {many} at most; choose fewer.")
        self._context.services.plots.update_layer(
            self.cell_id, self.layer_id, sources=tuple(sources)
        )

    def _change(self, values: BaseModel) -> None:
        params = values.model_dump(mode="json", by_alias=True)
        self._context.services.plots.update_layer(
            self.cell_id,
            self.layer_id,
            plotter=self._plotter,
            params=params,
            base=self._base,
        )
        self._base = params

    def _plotters(self) -> tuple[PlotterSpec, ...]:
        services = self._context.services
        layer = self._layer()
        workflow = services.specs.get(layer.workflow)
        output = services.plotting.output(layer)
        fitting: tuple[PlotterSpec, ...] = ()
        if workflow is not None and output is not None:
            fitting = services.plotting.plotters_for(workflow, output)
        current = services.plotting.spec(self._plotter)
        fitting = tuple(spec for spec in fitting if spec.over == current.over)
        return fitting if current in fitting else (current, *fitting)

    def _layer_name(self, layer: Layer) -> str:
        """Return what a layer shows and how, since several may show the same."""
        services = self._context.services
        spec = services.registry.plotters.get(layer.plotter)
        how = layer.plotter if spec is None else spec.title
        return f"{layer_title(services, layer)} ({how})"

    def _marks(self) -> list[dict[str, Any]]:
        """Return what can be drawn over the layer that is configured."""
        services = self._context.services
        layer = self._layer()
        workflow = services.specs.get(layer.workflow)
        if workflow is None:
            return []
        pairs = [
            (output, spec)
            for output in workflow.outputs
            for spec in services.plotting.plotters_for(workflow, output)
            if spec.over and (output.name == layer.output or spec.accepts.outputs)
        ]
        return [
            {
                "workflow": str(layer.workflow),
                "output": output.name,
                "sources": list(layer.sources),
                "plotter": spec.name,
                "title": output.title if spec.accepts.outputs else spec.title,
            }
            for output, spec in pairs
        ]

    def view(self) -> dict[str, Any] | None:
        """Return what the side panel shows; None if the plot is gone."""
        services = self._context.services
        try:
            _, cell = services.plots.layout.find(self.cell_id)
            self._follow()
            plotters = self._plotters()
            axes = axes_view(services, self._layer(), self._plotter)
        except KeyError:
            return None
        return {
            "kind": "plot",
            "cell": self.cell_id,
            "heading": cell_title(services, cell),
            "layers": [
                {"id": layer.id, "title": self._layer_name(layer)}
                for layer in cell.layers
            ],
            "marks": self._marks(),
            "layer": self.layer_id,
            "plotters": [{"name": p.name, "title": p.title} for p in plotters],
            "plotter": self._plotter,
            "axes": axes,
            "form": self.form.view(),
        }
