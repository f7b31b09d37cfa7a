"""The page of a plot that is not there: removed, or never known. Pure functions."""

from __future__ import annotations

from typing import Any

from livedata_core.api import Cell, DashboardServices, Removed
from livedata_panel.titles import cell_title

__all__ = ["missing_view"]


def missing_view(services: DashboardServices, cell_id: str) -> dict[str, Any]:
    """Return what the page of a plot shows while there is none.

    When the plot is put back, so is its page.
    """
    for removed in reversed(services.plots.removed()):
        cell = _cell_of(removed, cell_id)
        if cell is not None:
            return {
                "kind": "missing",
                "title": f"“{cell_title(services, cell)}” was removed",
                "text": "When it is put back, it is shown here again.",
                "undo": removed.id,
                "grid": _way_out(services, removed.grid_id),
            }
    return {
        "kind": "missing",
        "title": "There is no plot at this address",
        "text": "It may have been removed, or its address is not complete.",
        "undo": None,
        "grid": _way_out(services, ""),
    }


def _cell_of(removed: Removed, cell_id: str) -> Cell | None:
    item = removed.item
    cells = (item,) if isinstance(item, Cell) else item.cells
    return next((cell for cell in cells if cell.id == cell_id), None)


def _way_out(services: DashboardServices, grid_id: str) -> str:
    """Return the page of a grid, else of the first, else the one that manages them."""
    grids = services.plots.layout.grids
    tabs = [grid.id for grid in grids if grid.id == grid_id or not grid.hidden]
    if not tabs:
        return "layouts"
    return f"grid:{grid_id if grid_id in tabs else tabs[0]}"
