"""**PlotGridTabs**: the grids as tabs of the rail, the open one with its cells.

Pure functions of shared state and the session's own; what plots look like is
`livedata_panel.session_plots`' business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Protocol
from urllib.parse import urlencode

from livedata_core.api import (
    Cell,
    CellFrame,
    CellStatus,
    DashboardServices,
    Freshness,
    Grid,
    Layer,
    LayerRemoved,
    MovedAway,
    Removed,
    SourceState,
    SourceView,
    Undoable,
    cell_status,
)
from livedata_core.contract import WorkflowId
from livedata_panel.context import SessionContext
from livedata_panel.regions import regions_view
from livedata_panel.titles import cell_subtitle, cell_title, millis
from livedata_panel.zoom import sliders_of

__all__ = ["PlotGridTabs", "PlotState", "SessionFrames"]

PlotState = Mapping[str, str]
"""Ids of the figures on the page, by cell."""


class SessionFrames(Protocol):
    """What a session has of its plots; see `SessionPlotManager`."""

    def frame(self, cell_id: str) -> CellFrame | None:
        """Return the frame that a cell shows."""

    def live(self, cell_id: str) -> CellFrame | None:
        """Return the latest frame, also of a plot that stands still."""

    def paused(self, cell_id: str) -> str | None:
        """Return the name of the frame that a plot stands still at, if it does."""


class PlotGridTabs:
    """Shows grids to one session.

    Parameters
    ----------
    context:
        The session.
    plots:
        The frames of cells as the session views them.
    """

    def __init__(self, context: SessionContext, plots: SessionFrames) -> None:
        self._context = context
        self._plots = plots
        self._services: DashboardServices = context.services

    @property
    def grids(self) -> tuple[Grid, ...]:
        """All grids in the order of their tabs."""
        return self._services.plots.layout.grids

    @property
    def tabs(self) -> tuple[Grid, ...]:
        """The grids that are not hidden."""
        return tuple(grid for grid in self.grids if not grid.hidden)

    def active(self) -> Grid | None:
        """Return the grid that is open, if one is."""
        view = self._context.view
        if view.cell_id is not None:
            return self._alone(view.cell_id)
        return next((grid for grid in self.grids if grid.id == view.grid_id), None)

    def _alone(self, cell_id: str) -> Grid | None:
        """Return a grid of one cell, which has the page for itself."""
        try:
            grid, cell = self._services.plots.layout.find(cell_id)
        except KeyError:
            return None
        place = {"row": 0, "column": 0, "rows": 1, "columns": 1}
        alone = {"rows": 1, "columns": 1, "cells": (cell.model_copy(update=place),)}
        return grid.model_copy(update=alone)

    def cell_ids(self) -> frozenset[str]:
        """Return the cells of the open grid."""
        grid = self.active()
        return frozenset(cell.id for cell in grid.cells) if grid else frozenset()

    def view(self, figures: PlotState) -> dict[str, Any] | None:
        """Return the open grid with its cells."""
        grid = self.active()
        if grid is None:
            return None
        in_reading_order = sorted(grid.cells, key=lambda cell: (cell.row, cell.column))
        return {
            "kind": "grid",
            "id": grid.id,
            "alone": self._context.view.cell_id is not None,
            "title": grid.title,
            "rows": grid.rows,
            "columns": grid.columns,
            "cells": [self._cell(cell, figures) for cell in in_reading_order],
            "undo": self._undo(grid),
            "others": [
                {"id": other.id, "title": other.title}
                for other in self.grids
                if other.id != grid.id
            ],
        }

    def _undo(self, grid: Grid) -> dict[str, str] | None:
        """Return the last change of a grid's plots that can be undone."""
        for item in reversed(self._services.plots.undoable()):
            cell = item.item
            if isinstance(cell, Cell) and item.grid_id == grid.id:
                title = cell_title(self._services, cell)
                return {"target": item.id, "title": title, "label": _undo(item, title)}
        return None

    def _cell(self, cell: Cell, figures: PlotState) -> dict[str, Any]:
        figure = figures.get(cell.id)
        return {
            "id": cell.id,
            "row": cell.row,
            "column": cell.column,
            "rows": cell.rows,
            "columns": cell.columns,
            "title": cell_title(self._services, cell),
            "name": cell.title,
            "subtitle": cell_subtitle(self._services, cell),
            "figure": figure,
            "regions": regions_view(self._services, cell),
            "empty": None if figure else self._empty(cell),
        }

    def statuses(self) -> dict[str, Any]:
        """Return age and state of each cell of the open grid."""
        grid = self.active()
        cells = grid.cells if grid else ()
        return {cell.id: self._status_view(cell) for cell in cells}

    def _status_view(self, cell: Cell) -> dict[str, Any]:
        frame, paused = self._plots.frame(cell.id), self._plots.paused(cell.id)
        status = self._status(cell, self._plots.live(cell.id))
        idle = status.startable and status.freshness is Freshness.WAITING
        sliders = [] if frame is None else sliders_of(frame)
        return {
            "state": (Freshness.STOPPED if idle else status.freshness).value,
            "message": status.message,
            "paused": paused is not None,
            "sliders": [asdict(slider) for slider in sliders],
            "data": _query(frame, paused),
            "detail": self._traceback(cell, frame),
            "edit": self._broken_edit(cell),
            "slow": self._slow(cell),
            "time": millis(frame.time_ns) if frame is not None else None,
            "covers": frame.covered.text if frame is not None else "",
            "cut": frame.covered.cut if frame is not None else False,
            "action": (
                self._start(cell.layers[0], "Start")
                if status.startable and cell.layers
                else None
            ),
        }

    def _traceback(self, cell: Cell, frame: CellFrame | None) -> str:
        """Return where the code of plugins failed, where authors are to see it."""
        if not self._services.dev:
            return ""
        of_plot = () if frame is None else frame.tracebacks
        of_jobs = [source.detail for source in self._sources(cell) if source.detail]
        return "\n".join(dict.fromkeys((*of_plot, *of_jobs)))

    def _slow(self, cell: Cell) -> str:
        """Return which plotter of a cell holds up other plots, if one does."""
        services = self._services
        said = (
            slow.told(" and ".join(map(services.plotting.describe, slow.plotters)))
            for slow in services.plot_data.slow()
            if slow.cell_id == cell.id
        )
        return next(said, "")

    def _broken_edit(self, cell: Cell) -> dict[str, str] | None:
        """Return why a plugin that the cell shows is not used as it was edited."""
        services = self._services
        for layer in cell.layers if services.broken_edits else ():
            plotter = services.plotters.get(layer.plotter)
            workflow = services.specs.get(layer.workflow)
            for spec in (plotter, workflow):
                origin = None if spec is None else spec.origin
                problem = services.broken_edits.get(origin) if origin else None
                if problem is not None:
                    text = f"Shown as before the last edit. {problem.message}"
                    return {"text": text, "detail": problem.traceback or ""}
        return None

    def _status(self, cell: Cell, frame: CellFrame | None) -> CellStatus:
        states = [source.state for source in self._sources(cell)]
        return cell_status(frame, states, self._services.clock())

    def _sources(self, cell: Cell) -> list[SourceView]:
        return [
            source for layer in cell.layers for source in self._layer_sources(layer)
        ]

    def _layer_sources(self, layer: Layer) -> list[SourceView]:
        workflow = self._services.workflows.workflow(layer.workflow)
        if workflow is None:
            return []
        return [source for source in workflow.sources if source.name in layer.sources]

    def _empty(self, cell: Cell) -> dict[str, Any]:
        """Say why there is nothing to see and what to do about it."""
        if cell.problem:
            return _message(
                "This plot cannot be read",
                f"Its stored settings are kept as they are; {cell.problem}",
            )
        if not cell.layers:
            return _message(
                "This plot has no layers",
                "Its file gives it none. Remove it while you edit the grid.",
            )
        shown = [
            workflow
            for layer in cell.layers
            for workflow in (
                layer.workflow,
                *(axis.workflow for axis in layer.axes.values()),
            )
        ]
        missing = [w for w in shown if w not in self._services.specs]
        if missing:
            return _message(
                f"Workflow {missing[0]} is not installed",
                "The plugin that brings it is missing or disabled; the plot's settings "
                "are kept.",
            )
        status = self._status(cell, self._plots.live(cell.id))
        if status.freshness is Freshness.ERROR:
            troubles = [s.message for s in self._sources(cell) if s.message]
            text = "; ".join([status.message, *troubles])
            detail = self._traceback(cell, self._plots.live(cell.id))
            return _message("This plot cannot be shown", text, detail)
        if status.startable:
            return self._not_running(cell)
        return self._waiting(cell)

    def _not_running(self, cell: Cell) -> dict[str, Any]:
        layer = cell.layers[0]
        title = self._workflow_title(layer.workflow)
        unheard = [
            source
            for source in self._layer_sources(layer)
            if source.state in (SourceState.SILENT, SourceState.UNKNOWN)
        ]
        if unheard:
            return {
                **_message(f"“{title}” is silent", unheard[0].message or ""),
                "action": self._start(layer, "Start it again"),
            }
        return {
            **_message(f"“{title}” is not running", ""),
            "action": self._start(layer, "Start it"),
        }

    def _start(self, layer: Layer, label: str) -> dict[str, Any]:
        return {
            "label": label,
            "kind": "start",
            "workflow": str(layer.workflow),
            "sources": list(layer.sources),
        }

    def _waiting(self, cell: Cell) -> dict[str, Any]:
        started = [s.since_ns for s in self._sources(cell) if s.since_ns is not None]
        since = millis(max(started, default=None))
        text = " ".join(
            f"“{output.title}” is given only if {output.only_if}."
            for output in map(self._services.plotting.output, cell.layers)
            if output is not None and output.only_if
        )
        return {**_message("Waiting for first data", text), "since": since}

    def _workflow_title(self, workflow_id: WorkflowId) -> str:
        spec = self._services.specs.get(workflow_id)
        return str(workflow_id) if spec is None else spec.title


def _query(frame: CellFrame | None, paused: str | None) -> str:
    """Return what a browser adds to ask for the data that it shows."""
    if paused is not None:
        return urlencode({"frozen": paused})
    moved = () if frame is None else frame.view.sliders
    return urlencode([("slider", f"{dim}:{position}") for dim, position in moved])


def _message(title: str, text: str, detail: str = "") -> dict[str, Any]:
    return {
        "title": title,
        "text": text,
        "detail": detail,
        "since": None,
        "action": None,
    }


def _undo(item: Undoable, title: str) -> str:
    if isinstance(item, Removed):
        return f"Put back “{title}”"
    if isinstance(item, MovedAway):
        return f"Bring back “{title}”"
    if isinstance(item, LayerRemoved):
        return f"Put back a layer of “{title}”"
    return f"Undo the move of “{title}”"
