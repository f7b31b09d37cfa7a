"""**LayoutWidget**: the page that manages grids, and all changes of the layout.

What a layout is and how changes are made is the core's business; how a grid shows its
cells is that of `livedata_panel.plot_grid`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import singledispatchmethod
from typing import Any

from livedata_core.api import (
    DashboardServices,
    Grid,
    Level,
    PlotOrchestrator,
    read_layout_text,
)
from livedata_panel import layout_events as events
from livedata_panel.context import SessionContext
from livedata_panel.titles import cell_title
from livedata_panel.undoing import tell_undoable, undo, undo_last_of

__all__ = ["LayoutWidget"]


class LayoutWidget:
    """Shows all grids to one session, and changes the layout for everyone."""

    def __init__(self, context: SessionContext) -> None:
        self._context = context
        self._services: DashboardServices = context.services

    def view(self) -> dict[str, Any]:
        """Return all grids, what can be added, and what can be put back."""
        plots = self._services.plots
        return {
            "kind": "layouts",
            "grids": [_grid(grid) for grid in plots.layout.grids],
            "unreadable": len(plots.layout.unreadable),
            "templates": [
                {"name": name, "title": spec.title, "plots": len(spec.cells)}
                for name, spec in self._services.templates.items()
            ],
            "removed": [
                {
                    "id": item.id,
                    "title": self._title(item.item),
                    "grid": item.grid_title,
                }
                for item in reversed(plots.removed())
            ],
        }

    def _title(self, item: object) -> str:
        if isinstance(item, Grid):
            return item.title
        return cell_title(self._services, item)  # type: ignore[arg-type]

    @property
    def _plots(self) -> PlotOrchestrator:
        return self._services.plots

    @property
    def _session(self) -> str:
        return self._context.info.session_id

    def act(self, event: events.LayoutEvent) -> None:
        """Make a change; the session is told of what is not possible."""
        self._context.attempt("The layout was not changed", lambda: self._act(event))

    @singledispatchmethod
    def _act(self, event: events.LayoutEvent) -> None:
        raise ValueError(f"nobody knows how to {type(event).__name__}")

    @_act.register
    def _add_grid(self, event: events.AddGrid) -> None:
        self._open(self._plots.add_grid(event.title))

    @_act.register
    def _add_template(self, event: events.AddTemplate) -> None:
        template = self._services.templates.get(event.template)
        if template is None:
            raise ValueError(f"there is no template {event.template!r}")
        self._open(self._plots.add_template(template))

    @_act.register
    def _import(self, event: events.ImportLayout) -> None:
        session = self._session
        in_background(
            lambda: import_layout(self._services, event.name, event.text, session)
        )

    @_act.register
    def _rename_grid(self, event: events.RenameGrid) -> None:
        self._plots.rename_grid(event.grid, event.title)

    @_act.register
    def _move_grid(self, event: events.MoveGrid) -> None:
        self._plots.move_grid(event.grid, event.index)

    @_act.register
    def _duplicate_grid(self, event: events.DuplicateGrid) -> None:
        self._plots.duplicate_grid(event.grid)

    @_act.register
    def _hide_grid(self, event: events.HideGrid) -> None:
        self._plots.hide_grid(event.grid, hidden=event.hidden)

    @_act.register
    def _size_grid(self, event: events.SizeGrid) -> None:
        self._plots.size_grid(event.grid, event.rows, event.columns)

    @_act.register
    def _remove_grid(self, event: events.RemoveGrid) -> None:
        title = self._plots.layout.grid(event.grid).title
        removed = self._plots.remove_grid(event.grid, session=self._session)
        self._tell_undoable(f"Grid “{title}” was removed", removed)

    @_act.register
    def _place_cell(self, event: events.PlaceCell) -> None:
        self._plots.place_cell(
            event.cell,
            event.row,
            event.column,
            event.rows,
            event.columns,
            session=self._session,
        )

    @_act.register
    def _move_cell(self, event: events.MoveCell) -> None:
        layout = self._plots.layout
        title = cell_title(self._services, layout.find(event.cell)[1])
        target = layout.grid(event.grid).title
        moved = self._plots.move_cell(event.cell, event.grid, session=self._session)
        if moved:
            self._tell_undoable(f"“{title}” was moved to “{target}”", moved)

    @_act.register
    def _rename_cell(self, event: events.RenameCell) -> None:
        self._plots.rename_cell(event.cell, event.title)

    @_act.register
    def _duplicate_cell(self, event: events.DuplicateCell) -> None:
        self._plots.duplicate_cell(event.cell)

    @_act.register
    def _remove_cell(self, event: events.RemoveCell) -> None:
        grid, cell = self._plots.layout.find(event.cell)
        title = cell_title(self._services, cell)
        removed = self._plots.remove_cell(event.cell, session=self._session)
        self._tell_undoable(f"“{title}” was removed from “{grid.title}”", removed)

    @_act.register
    def _restore(self, event: events.Restore) -> None:
        undo(self._services, event.target)

    @_act.register
    def _undo_own(self, event: events.UndoOwn) -> None:
        undo_last_of(self._services, self._session, event.grid)

    def _open(self, grid_id: str) -> None:
        self._context.view.page = f"grid:{grid_id}"

    def _tell_undoable(self, what: str, item_id: str) -> None:
        tell_undoable(self._services, what, item_id)


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "id": grid.id,
        "title": grid.title,
        "rows": grid.rows,
        "columns": grid.columns,
        "plots": len(grid.cells),
        "unreadable": len(grid.unreadable)
        + sum(bool(cell.problem) for cell in grid.cells),
        "hidden": grid.hidden,
    }


def in_background(task: Callable[[], None]) -> None:
    """Run what takes long off the event loop."""
    threading.Thread(target=task, name="livedata-import", daemon=True).start()


def import_layout(
    services: DashboardServices, name: str, text: str, session: str | None = None
) -> None:
    """Add the grids of a file for everyone, and tell what came of it. Any thread.

    Of a file that is refused, the session that chose it is told alone.
    """
    push = services.notifications.push
    try:
        layout, problems = read_layout_text(text)
        services.plots.add_copies(layout)
    except ValueError as error:
        push(Level.ERROR, f"“{name}” was not added", str(error), session=session)
        return
    titles = ", ".join(f"“{grid.title}”" for grid in layout.grids)
    push(Level.SUCCESS, f"“{name}” was added: {titles}")
    for problem in problems:
        push(Level.WARNING, f"Part of “{name}” cannot be read", problem)
