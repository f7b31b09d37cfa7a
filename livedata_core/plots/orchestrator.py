"""Changes the layout: adds, alters, arranges and removes grids, cells and layers.

What a layout is lives in `livedata_core.plots.layout`, where cells may lie in
`livedata_core.plots.arrangement`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from livedata_core.contract import AxisStream, GridTemplate, StoredParams
from livedata_core.plots.arrangement import Places, placed, settled, sized
from livedata_core.plots.copies import Copier, with_all_of, without_others
from livedata_core.plots.documents import to_document
from livedata_core.plots.layers import updated_layer, with_updated, without
from livedata_core.plots.layout import (
    GRID_LIMIT,
    LAYER_LIMIT,
    Cell,
    Grid,
    Layer,
    Layout,
    Original,
)
from livedata_core.plots.undo import (
    Arranged,
    LayerRemoved,
    MovedAway,
    Removed,
    Undoable,
    UndoItems,
)

__all__ = ["PlotOrchestrator"]

Save = Callable[[Mapping[str, Any]], None]

GRIDS_LIMIT = 200
TITLE_LIMIT = 200


class PlotOrchestrator:
    """The one layout that all sessions share.

    Readers take the immutable `layout` and compare `version`. Changes come from any
    thread, one at a time under a lock. Each is made to the layout as it is then, and to
    the named part alone: changes of several sessions add up. One that is not possible
    any more raises, with a sentence, and changes nothing. `KeyError` says that its grid
    or cell is gone. What can be undone knows the `session` that did it.

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
        self._undo = UndoItems()

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
            layout = change(self._layout)
            if layout is self._layout:
                return
            self._layout = layout
            self._version += 1
            self._save(to_document(layout))
        self._changed()

    def _change(self, grid_id: str, change: Callable[[Grid], Grid]) -> None:
        def apply(layout: Layout) -> Layout:
            before = layout.grid(grid_id)
            after = change(before)
            if after == before:
                return layout
            return layout.with_grid(grid_id, lambda _: after)

        self._apply(apply)

    def _change_of(self, cell_id: str, change: Callable[[Grid, Cell], Grid]) -> None:
        """Change the grid of a cell, wherever it is by now."""

        def apply(layout: Layout) -> Layout:
            grid, cell = layout.find(cell_id)
            after = change(grid, cell)
            if after == grid:
                return layout
            return layout.with_grid(grid.id, lambda _: after)

        self._apply(apply)

    # --- Grids -----------------------------------------------------------------

    def add_grid(self, title: str, rows: int = 2, columns: int = 2) -> str:
        """Add an empty grid and return its id."""
        return self._add(Grid(title=_checked(title), rows=rows, columns=columns))

    def add_template(self, template: GridTemplate) -> str:
        """Add the grid of a template and return its id."""
        return self._add(Grid.from_template(template))

    def add_copies(self, other: Layout) -> tuple[str, ...]:
        """Add copies of the grids of another layout, all or none; return their ids.

        What its file says beside them, and what of it cannot be read, is kept too.
        """
        made: list[str] = []

        def apply(layout: Layout) -> Layout:
            joined = with_all_of(layout, other)
            made.extend(grid.id for grid in joined.grids[len(layout.grids) :])
            return self._kept(_with_grids(joined, joined.grids, len(layout.grids)))

        self._apply(apply)
        return tuple(made)

    def _kept(
        self, layout: Layout, originals: Mapping[str, Original] | None = None
    ) -> Layout:
        """Return the layout with some originals more, and without those of no use."""
        if originals:
            update = {"originals": {**layout.originals, **originals}}
            layout = layout.model_copy(update=update)
        return without_others(layout, self._undo.ids())

    def _add(self, grid: Grid) -> str:
        self._apply(lambda layout: _with_grids(layout, (*layout.grids, grid)))
        return grid.id

    def rename_grid(self, grid_id: str, title: str) -> None:
        """Give a grid another title."""
        title = _checked(title)
        self._change(grid_id, lambda grid: grid.model_copy(update={"title": title}))

    def hide_grid(self, grid_id: str, *, hidden: bool) -> None:
        """Take a grid from the tabs without removing it, or show it again."""
        self._change(grid_id, lambda grid: grid.model_copy(update={"hidden": hidden}))

    def size_grid(self, grid_id: str, rows: int, columns: int) -> None:
        """Give a grid another number of rows and columns.

        Raises
        ------
        ValueError
            If plots would fall outside.
        """
        self._change(grid_id, lambda grid: sized(grid, rows, columns))

    def move_grid(self, grid_id: str, index: int) -> None:
        """Make a grid the tab of that number, counted from 0; others make room."""

        def apply(layout: Layout) -> Layout:
            moved = layout.grid(grid_id)
            others = [grid for grid in layout.grids if grid.id != grid_id]
            others.insert(max(index, 0), moved)
            if tuple(others) == layout.grids:
                return layout
            return _with_grids(layout, tuple(others))

        self._apply(apply)

    def duplicate_grid(self, grid_id: str) -> str:
        """Put a copy of a grid beside it and return the copy's id."""
        made: list[Grid] = []

        def apply(layout: Layout) -> Layout:
            original = layout.grid(grid_id)
            copier = Copier(layout.originals)
            title = f"{original.title} (copy)"[:TITLE_LIMIT]
            made.append(copier.grid(original, title))
            index = layout.grids.index(original) + 1
            layout = _with_grids(
                layout, (*layout.grids[:index], made[0], *layout.grids[index:])
            )
            return self._kept(layout, copier.originals)

        self._apply(apply)
        return made[0].id

    def remove_grid(self, grid_id: str, *, session: str = "") -> str:
        """Remove a grid; what is returned undoes it by `restore`."""
        made: list[Removed] = []

        def apply(layout: Layout) -> Layout:
            grid = layout.grid(grid_id)
            index = layout.grids.index(grid)
            made.append(Removed(grid, grid.id, grid.title, index, session))
            self._undo.add(made[0])
            return _with_grids(layout, tuple(g for g in layout.grids if g != grid))

        self._apply(apply)
        return made[0].id

    # --- Cells -----------------------------------------------------------------

    def add_cell(
        self,
        grid_id: str,
        layers: Iterable[Layer],
        *,
        title: str = "",
        place: tuple[int, int] | None = None,
    ) -> str:
        """Add a cell at `place` (row, column), else at the first free one.

        Without a free place the grid gets another row.

        Raises
        ------
        KeyError
            If the grid is gone.
        ValueError
            If the place is taken or outside, or the grid cannot grow.
        """
        cell = Cell(row=0, column=0, title=title, layers=tuple(layers))

        def change(grid: Grid) -> Grid:
            if place is None:
                free = Places(grid.rows, grid.columns, grid.cells).first_free()
                row, column = free or (0, 0)
                return settled(grid, cell.model_copy(update=_at(row, column)))
            return grid.with_cell(cell.model_copy(update=_at(*place)))

        self._change(grid_id, change)
        return cell.id

    def place_cell(
        self,
        cell_id: str,
        row: int,
        column: int,
        rows: int = 1,
        columns: int = 1,
        *,
        session: str = "",
    ) -> None:
        """Move or resize a cell; what lies there gives way, the grid grows if needed.

        Raises
        ------
        KeyError
            If it is gone.
        ValueError
            If no grid is that large.
        """
        if min(row, column, rows - 1, columns - 1) < 0:
            raise ValueError("a plot lies inside its grid and has at least one place")
        if max(rows, columns) > GRID_LIMIT:
            raise ValueError(f"a grid has at most {GRID_LIMIT} rows and columns")
        update = {**_at(row, column), "rows": rows, "columns": columns}

        def change(grid: Grid, cell: Cell) -> Grid:
            after = placed(grid, cell.model_copy(update=update))
            if after != grid:
                self._undo.add(Arranged(cell, grid, after, session))
            return after

        self._change_of(cell_id, change)

    def rename_cell(self, cell_id: str, title: str) -> None:
        """Give a cell a title; without one it is made from what the cell shows."""
        title = title.strip()[:TITLE_LIMIT]
        self._change_of(
            cell_id, lambda grid, cell: grid.with_changed(cell.id, title=title)
        )

    def duplicate_cell(self, cell_id: str) -> str:
        """Put a copy of a cell into the next free place and return the copy's id.

        Raises
        ------
        KeyError
            If it is gone.
        ValueError
            If it cannot be shown here, or the grid cannot grow.
        """
        made: list[Cell] = []

        def apply(layout: Layout) -> Layout:
            grid, cell = layout.find(cell_id)
            if cell.problem:
                raise ValueError("what cannot be read here cannot be copied")
            copier = Copier(layout.originals)
            made.append(copier.cell(cell))
            layout = layout.with_grid(grid.id, lambda grid: settled(grid, made[0]))
            return self._kept(layout, copier.originals)

        self._apply(apply)
        return made[0].id

    def move_cell(self, cell_id: str, grid_id: str, *, session: str = "") -> str:
        """Move a cell to another grid: to its place if free, else to the next.

        What is returned undoes it by `restore`; empty if it was there already.

        Raises
        ------
        KeyError
            If cell or grid is gone.
        ValueError
            If that grid is full.
        """
        made: list[MovedAway] = []

        def apply(layout: Layout) -> Layout:
            grid, cell = layout.find(cell_id)
            title = layout.grid(grid_id).title
            if grid.id == grid_id:
                return layout
            left = layout.with_grid(grid.id, lambda grid: grid.without(cell_id))
            after = left.with_grid(grid_id, lambda grid: settled(grid, cell))
            made.append(MovedAway(cell, grid.id, title, session))
            self._undo.add(made[0])
            return after

        self._apply(apply)
        return made[0].id if made else ""

    def remove_cell(self, cell_id: str, *, session: str = "") -> str:
        """Remove a cell; what is returned undoes it by `restore`.

        Raises
        ------
        KeyError
            If it is gone.
        """
        made: list[Removed] = []

        def change(grid: Grid, cell: Cell) -> Grid:
            made.append(Removed(cell, grid.id, grid.title, session=session))
            self._undo.add(made[0])
            return grid.without(cell.id)

        self._change_of(cell_id, change)
        return made[0].id

    # --- Undo ------------------------------------------------------------------

    def removed(self) -> tuple[Removed, ...]:
        """Return what was removed of late and can be put back, the newest last."""
        return tuple(item for item in self.undoable() if isinstance(item, Removed))

    def undoable(self) -> tuple[Undoable, ...]:
        """Return all that can be undone, the newest last."""
        with self._lock:
            return self._undo.all()

    def restore(self, item_id: str) -> str:
        """Undo a change and return the id of the grid.

        Raises
        ------
        KeyError
            If it was put back already, or its grid is gone.
        ValueError
            If there is no room any more.
        """
        grid_id: list[str] = []

        def apply(layout: Layout) -> Layout:
            item = self._undo.get(item_id)
            layout = item.back_in(layout)
            self._undo.forget(item_id)
            grid_id.append(item.grid_id)
            return layout

        self._apply(apply)
        return grid_id[0]

    # --- Layers ----------------------------------------------------------------

    def add_layer(self, cell_id: str, layer: Layer) -> None:
        """Put a layer over those of a cell.

        Raises
        ------
        KeyError
            If the cell is gone.
        ValueError
            If it has `LAYER_LIMIT` layers already.
        """

        def change(grid: Grid, cell: Cell) -> Grid:
            if len(cell.layers) >= LAYER_LIMIT:
                raise ValueError(
                    f"a plot has at most {LAYER_LIMIT} layers; add another plot"
                )
            return grid.with_changed(cell.id, layers=(*cell.layers, layer))

        self._change_of(cell_id, change)

    def remove_layer(self, cell_id: str, layer_id: str, *, session: str = "") -> str:
        """Take a layer from a cell; what is returned undoes it by `restore`.

        Without it already, nothing changes; what is returned is empty.

        Raises
        ------
        KeyError
            If the cell is gone.
        ValueError
            If it is the last one.
        """
        made: list[LayerRemoved] = []

        def change(grid: Grid, cell: Cell) -> Grid:
            layers = without(cell, layer_id)
            if layers != cell.layers:
                made.append(LayerRemoved(cell, grid.id, layer_id, session))
                self._undo.add(made[0])
            return grid.with_changed(cell.id, layers=layers)

        self._change_of(cell_id, change)
        return made[0].id if made else ""

    def update_layer(
        self,
        cell_id: str,
        layer_id: str,
        *,
        plotter: str | None = None,
        params: StoredParams | None = None,
        base: StoredParams | None = None,
        sources: tuple[str, ...] | None = None,
        axes: Mapping[str, AxisStream | None] | None = None,
    ) -> None:
        """Show a layer with another plotter, other parameters, sources or axes.

        Parameters
        ----------
        base:
            The parameters that the change began from. Those that are the same in
            `params` stay as they are by now: another session may have changed them.
        axes:
            Streams of some of the plotter's axes, None: no more; the others stay.

        Raises
        ------
        KeyError
            If the cell or layer is gone.
        """

        def changed(layer: Layer) -> Layer:
            return updated_layer(layer, plotter, params, base, sources, axes)

        def change(grid: Grid, cell: Cell) -> Grid:
            layers = with_updated(cell, layer_id, changed)
            return grid.with_changed(cell.id, layers=layers)

        self._change_of(cell_id, change)


def _at(row: int, column: int) -> dict[str, Any]:
    return {"row": row, "column": column}


def _checked(title: str) -> str:
    title = title.strip()
    if not title:
        raise ValueError("a grid needs a title")
    return title[:TITLE_LIMIT]


def _with_grids(
    layout: Layout, grids: tuple[Grid, ...], before: int | None = None
) -> Layout:
    had = len(layout.grids) if before is None else before
    if len(grids) > max(GRIDS_LIMIT, had):
        raise ValueError(f"there are {GRIDS_LIMIT} grids; remove one first")
    return layout.model_copy(update={"grids": grids})
