"""Changes the layout: adds, alters and removes grids, cells and layers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from livedata_core.contract import GridTemplate, StoredParams
from livedata_core.plots.layout import Cell, Grid, Layer, Layout, to_document

__all__ = ["PlotOrchestrator"]

Save = Callable[[Mapping[str, Any]], None]


class PlotOrchestrator:
    """The one layout that all sessions share.

    Readers take the immutable `layout` and compare `version`. Changes come from the
    event loop or a start-up thread, one at a time under a lock, and each is handed to
    `save` as a document.

    Parameters
    ----------
    layout:
        What to begin with.
    save:
        Takes the stored form after each change; must not block.
    changed:
        Called without arguments after each change: look now.
    """

    def __init__(
        self,
        layout: Layout,
        save: Save,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._lock = threading.Lock()
        self._layout = layout
        self._version = 0
        self._save = save
        self._changed = changed

    @property
    def layout(self) -> Layout:
        """The current layout."""
        return self._layout

    @property
    def version(self) -> int:
        """Grows with each change."""
        return self._version

    def _apply(self, change: Callable[[Layout], Layout]) -> None:
        with self._lock:
            self._layout = change(self._layout)
            self._version += 1
            self._save(to_document(self._layout))
        self._changed()

    def add_grid(self, title: str, rows: int = 2, columns: int = 2) -> str:
        """Add an empty grid and return its id."""
        return self._add(Grid(title=title, rows=rows, columns=columns))

    def add_template(self, template: GridTemplate) -> str:
        """Add the grid of a template and return its id."""
        return self._add(Grid.from_template(template))

    def _add(self, grid: Grid) -> str:
        self._apply(
            lambda layout: layout.model_copy(update={"grids": (*layout.grids, grid)})
        )
        return grid.id

    def rename_grid(self, grid_id: str, title: str) -> None:
        """Give a grid another title."""
        self._change(grid_id, lambda grid: grid.model_copy(update={"title": title}))

    def remove_grid(self, grid_id: str) -> Grid:
        """Remove a grid and return it, for undo by `restore_grid`."""
        removed = self._layout.grid(grid_id)
        self._apply(
            lambda layout: layout.model_copy(
                update={"grids": tuple(g for g in layout.grids if g.id != grid_id)}
            )
        )
        return removed

    def restore_grid(self, grid: Grid) -> None:
        """Put back a removed grid, as the last tab."""
        self._add(grid)

    def add_cell(
        self,
        grid_id: str,
        layers: Iterable[Layer],
        *,
        title: str = "",
        place: tuple[int, int] | None = None,
    ) -> str:
        """Add a cell at `place` (row, column), else at the first free one.

        Raises
        ------
        KeyError
            If the grid is gone.
        ValueError
            If the place is taken, outside, or no place is free.
        """
        cell_id = Cell(row=0, column=0).id

        def change(grid: Grid) -> Grid:
            free = place or grid.free_place()
            if free is None:
                raise ValueError(
                    f"grid {grid.title!r} is full; remove a plot or add a grid"
                )
            return grid.with_cell(
                Cell(
                    id=cell_id,
                    row=free[0],
                    column=free[1],
                    title=title,
                    layers=tuple(layers),
                )
            )

        self._change(grid_id, change)
        return cell_id

    def remove_cell(self, cell_id: str) -> Cell:
        """Remove a cell and return it.

        Raises
        ------
        KeyError
            If it is gone.
        """
        grid, removed = self._layout.find(cell_id)
        self._change(
            grid.id,
            lambda grid: grid.model_copy(
                update={"cells": tuple(c for c in grid.cells if c.id != cell_id)}
            ),
        )
        return removed

    def update_layer(
        self,
        cell_id: str,
        layer_id: str,
        *,
        plotter: str | None = None,
        params: StoredParams | None = None,
    ) -> None:
        """Show a layer with another plotter or other parameters.

        Raises
        ------
        KeyError
            If the cell or layer is gone.
        """
        grid, cell = self._layout.find(cell_id)
        if all(layer.id != layer_id for layer in cell.layers):
            raise KeyError(f"plot {cell.title!r} has no layer {layer_id!r} any more")
        update: dict[str, object] = {}
        if plotter is not None:
            update["plotter"] = plotter
        if params is not None:
            update["params"] = params

        def change(grid: Grid) -> Grid:
            current = next(c for c in grid.cells if c.id == cell_id)
            layers = tuple(
                layer.model_copy(update=update) if layer.id == layer_id else layer
                for layer in current.layers
            )
            return grid.with_cell(current.model_copy(update={"layers": layers}))

        self._change(grid.id, change)

    def _change(self, grid_id: str, change: Callable[[Grid], Grid]) -> None:
        self._apply(lambda layout: layout.with_grid(grid_id, change))
