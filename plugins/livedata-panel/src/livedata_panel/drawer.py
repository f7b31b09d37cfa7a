"""The drawer: the one form that a session has open beside its page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from livedata_core.api import Level
from livedata_core.contract import WorkflowId
from livedata_core.contract.raised import describe, pass_on
from livedata_panel.configuration import ConfigurationWidget, can_be_shown
from livedata_panel.context import SessionContext
from livedata_panel.entries import Draft
from livedata_panel.plot_adding import OutputChoice, PlotAdding, remove_layer
from livedata_panel.plot_axes import choose_axis
from livedata_panel.plot_config import PlotConfigModal
from livedata_panel.plot_events import (
    AddLayer,
    AddPlot,
    ChooseAxis,
    ChooseOutput,
    PlotEvent,
    RemoveLayer,
)

__all__ = ["Drawer"]

log = logging.getLogger(__name__)


class Drawer:
    """Opens and closes forms and hands them what is entered. Event loop only.

    What is entered for a workflow and not acted on is kept as a draft: it is there
    when the form is opened again.

    Parameters
    ----------
    context:
        The session.
    paused:
        Tells whether a plot stands still in this session.
    """

    def __init__(
        self, context: SessionContext, paused: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._context = context
        self._paused = paused
        self._drafts: dict[WorkflowId, Draft] = {}
        self._workflow: WorkflowId | None = None
        self._widget: ConfigurationWidget | None = None
        self._plot: PlotConfigModal | None = None
        self._outputs: OutputChoice | None = None
        self._adding = PlotAdding(context)

    @property
    def _form(self) -> ConfigurationWidget | None:
        return self._plot.form if self._plot is not None else self._widget

    def configure_workflow(self, workflow: str) -> None:
        """Open the form of a workflow."""

        def act() -> None:
            workflow_id = WorkflowId.parse(workflow)
            workflows = self._context.services.workflows
            adapter = workflows.adapter(workflow_id, can_be_shown)
            self.close()
            self._widget = ConfigurationWidget(adapter)
            self._workflow = workflow_id
            draft = self._drafts.pop(workflow_id, None)
            if draft is not None:
                self._widget.take(draft)

        self._context.attempt("The form cannot be shown", act)

    def configure_plot(self, cell_id: str) -> None:
        """Open the settings of a plot."""

        def act() -> None:
            modal = PlotConfigModal(self._context, cell_id)
            self.close()
            self._plot = modal

        self._context.attempt("The settings cannot be shown", act)

    def act_on_plots(self, event: PlotEvent) -> None:
        """Add plots and layers, or show which there are to add."""
        if isinstance(event, ChooseOutput):
            self.close()
            self._outputs = OutputChoice(self._context, event)
        elif isinstance(event, AddPlot):
            self._adding.add_plot(event)
            self.close()
        elif isinstance(event, AddLayer):
            layer_id = self._adding.add_layer(event)
            if layer_id is not None:
                self.configure_plot(event.cell)
                self.choose_layer(layer_id)
        elif isinstance(event, ChooseAxis):
            choose_axis(self._context, event)
        elif isinstance(event, RemoveLayer):
            self._remove_layer(event)

    def _remove_layer(self, event: RemoveLayer) -> None:
        self._context.attempt(
            "The layer was not removed", lambda: remove_layer(self._context, event)
        )
        if self._plot is not None:
            self.configure_plot(event.cell)

    def choose_plotter(self, name: str) -> None:
        """Take another plotter for the plot that is configured."""
        plot = self._plot
        if plot is not None:
            self._context.attempt(
                "The plotter cannot be used", lambda: plot.choose_plotter(name)
            )

    def choose_layer(self, layer_id: str) -> None:
        """Configure another layer of the plot."""
        plot = self._plot
        if plot is not None:
            self._context.attempt(
                "The layer cannot be configured", lambda: plot.choose_layer(layer_id)
            )

    def change(self, path: Sequence[str], value: str | bool) -> None:
        """Take in what was entered into a field."""
        if self._form is not None:
            self._form.change(tuple(path), value)

    def choose_source(self, name: str, *, selected: bool) -> None:
        """Choose a source or leave it out."""
        if self._form is not None:
            self._form.choose(name, selected=selected)

    def choose_scope(self, source: str) -> None:
        """Show the values of one source of the form, or (empty) those of all."""
        if self._form is not None:
            self._form.choose_scope(source)

    def reset(self, path: Sequence[str] | None) -> None:
        """Give a field, or all, its default."""
        if self._form is not None:
            self._form.reset(None if path is None else tuple(path))

    def apply(self) -> None:
        """Act on the button; a workflow's form closes, a plot's stays."""
        form = self._form
        if form is None:
            return
        applied: list[bool] = []
        self._context.attempt(
            "The settings were not applied", lambda: applied.append(form.apply())
        )
        if any(applied) and self._plot is None:
            self._done()

    def prepare(self) -> None:
        """Set the parameters of a workflow's form aside, where everyone sees them."""
        form, workflow_id = self._widget, self._workflow
        settings = None if form is None else form.settings()
        if settings is None or workflow_id is None:
            return
        workflows = self._context.services.workflows
        if self._context.attempt(
            "The settings were not prepared",
            lambda: workflows.stage_each(workflow_id, settings),
        ):
            self._done()

    def discard_draft(self) -> None:
        """Show a workflow's form as if nothing had been entered."""
        workflow_id = self._workflow
        if workflow_id is not None:
            self._done()
            self.configure_workflow(str(workflow_id))

    def _done(self) -> None:
        """Close a form that has been acted on: no draft is left."""
        self._widget = None
        self.close()

    def close(self) -> None:
        """Close whatever is open; what was entered for a workflow is kept."""
        if self._widget is not None and self._workflow is not None:
            draft = self._widget.draft()
            if draft:
                self._drafts[self._workflow] = draft
        self._workflow = self._widget = self._plot = self._outputs = None

    def view(self) -> dict[str, Any] | None:
        """Return what the drawer shows; None: it is closed.

        A plugin's form that fails while it is open is closed, with a notice.
        """
        try:
            return self._view()
        except BaseException as error:
            pass_on(error)
            log.exception("an open form failed")
            self._done()
            self._context.tell(
                Level.ERROR,
                "The form was closed, since it failed",
                describe(error),
            )
            return None

    def _view(self) -> dict[str, Any] | None:
        opened = self._plot or self._outputs
        if opened is not None:
            view = opened.view()
            if view is None:
                self.close()
            elif self._plot is not None:
                view["paused"] = self._paused(self._plot.cell_id)
            return view
        if self._widget is None:
            return None
        return {
            "kind": "workflow",
            "workflow": str(self._workflow),
            "heading": self._widget.adapter.title,
            "form": self._widget.view(),
            "replaces": self._replaced(self._widget),
        }

    def _replaced(self, form: ConfigurationWidget) -> list[str]:
        """Return the chosen sources on which the workflow runs already."""
        workflows = self._context.services.workflows
        view = None if self._workflow is None else workflows.workflow(self._workflow)
        if view is None:
            return []
        return [s.title for s in view.sources if s.runs and s.name in form.chosen]
