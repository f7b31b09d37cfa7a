"""What was removed or moved of late, so that it can be put back.

Each kind of change knows how it is undone in the layout as it is by then; what other
sessions have done since stays. Who asks for it is `PlotOrchestrator`'s business. Each
knows the `session` that made it, empty: none did.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from livedata_core.plots.arrangement import placed, settled, sized
from livedata_core.plots.layout import LAYER_LIMIT, Cell, Grid, Layout, new_id

__all__ = [
    "Arranged",
    "LayerRemoved",
    "MovedAway",
    "Removed",
    "UndoItems",
    "Undoable",
]

KEPT = 20
"""Changes of each kind that can be undone."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A grid, or a cell of one, that was removed.

    Attributes
    ----------
    item:
        What it was.
    grid_id, grid_title:
        Where a cell was; of a grid, its own.
    index:
        Which tab a grid was.
    """

    item: Grid | Cell
    grid_id: str
    grid_title: str
    index: int = 0
    session: str = ""
    id: str = field(default_factory=new_id)

    def back_in(self, layout: Layout) -> Layout:
        """Return the layout with it put back, as near to its place as possible.

        Raises
        ------
        KeyError
            If the grid of a cell is gone.
        ValueError
            If there is no room any more.
        """
        if isinstance(self.item, Grid):
            if any(grid.id == self.item.id for grid in layout.grids):
                return layout
            grids = list(layout.grids)
            grids.insert(self.index, self.item)
            return layout.model_copy(update={"grids": tuple(grids)})
        cell = self.item
        if any(other.id == cell.id for _, other in layout.cells()):
            return layout
        return layout.with_grid(self.grid_id, lambda grid: settled(grid, cell))


@dataclass(frozen=True, slots=True)
class Arranged:
    """A cell was moved or resized within its grid, and others gave way.

    Attributes
    ----------
    item:
        The cell as it was.
    before, after:
        Its grid then and afterwards; only places and size are used.
    """

    item: Cell
    before: Grid
    after: Grid
    session: str = ""
    id: str = field(default_factory=new_id)

    @property
    def grid_id(self) -> str:
        """Where it is."""
        return self.before.id

    def back_in(self, layout: Layout) -> Layout:
        """Return the layout with all cells back that nobody has moved since.

        Raises
        ------
        KeyError
            If the grid or the cell is gone.
        ValueError
            If there is no room any more.
        """
        grid = layout.grid(self.grid_id)
        grid.cell(self.item.id)
        then = {cell.id: _box(cell) for cell in self.after.cells}
        for old in (self.item, *self.before.cells):
            now = next((cell for cell in grid.cells if cell.id == old.id), None)
            untouched = now is not None and _box(now) == then.get(old.id)
            if now is not None and (untouched or old is self.item):
                grid = placed(grid, now.model_copy(update=_box(old)))
        if (grid.rows, grid.columns) == (self.after.rows, self.after.columns):
            grid = _shrunk(grid, self.before)
        return layout.with_grid(grid.id, lambda _: grid)


@dataclass(frozen=True, slots=True)
class MovedAway:
    """A cell was moved to another grid.

    Attributes
    ----------
    item:
        The cell as it was.
    grid_id:
        The grid it was on.
    title:
        That of the grid it went to.
    """

    item: Cell
    grid_id: str
    title: str
    session: str = ""
    id: str = field(default_factory=new_id)

    def back_in(self, layout: Layout) -> Layout:
        """Return the layout with the cell on its old grid.

        Raises
        ------
        KeyError
            If the cell or its old grid is gone.
        ValueError
            If there is no room any more.
        """
        layout.grid(self.grid_id)
        grid, cell = layout.find(self.item.id)
        if grid.id == self.grid_id:
            return layout
        back = cell.model_copy(update=_box(self.item))
        layout = layout.with_grid(grid.id, lambda grid: grid.without(cell.id))
        return layout.with_grid(self.grid_id, lambda grid: settled(grid, back))


@dataclass(frozen=True, slots=True)
class LayerRemoved:
    """A layer was taken from a cell.

    Attributes
    ----------
    item:
        The cell as it was.
    grid_id:
        The grid it was on.
    layer_id:
        Which of its layers.
    """

    item: Cell
    grid_id: str
    layer_id: str
    session: str = ""
    id: str = field(default_factory=new_id)

    def back_in(self, layout: Layout) -> Layout:
        """Return the layout with the layer between those that it lay between.

        Raises
        ------
        KeyError
            If the cell is gone.
        ValueError
            If the cell has got as many layers as it may have.
        """
        grid, cell = layout.find(self.item.id)
        if any(layer.id == self.layer_id for layer in cell.layers):
            return layout
        if len(cell.layers) >= LAYER_LIMIT:
            raise ValueError(f"the plot has {LAYER_LIMIT} layers already")
        ids = [layer.id for layer in self.item.layers]
        at = ids.index(self.layer_id)
        below = sum(layer.id in ids[:at] for layer in cell.layers)
        layers = list(cell.layers)
        layers.insert(below, self.item.layers[at])
        after = grid.with_changed(cell.id, layers=tuple(layers))
        return layout.with_grid(grid.id, lambda _: after)


Undoable = Removed | Arranged | MovedAway | LayerRemoved


class UndoItems:
    """The last few changes, the newest last. Called under the layout's lock."""

    def __init__(self) -> None:
        self._items: OrderedDict[str, Undoable] = OrderedDict()

    def add(self, item: Undoable) -> None:
        """Remember a change; the oldest of its kind is forgotten."""
        self._items[item.id] = item
        same = [key for key, other in self._items.items() if type(other) is type(item)]
        for key in same[:-KEPT]:
            del self._items[key]

    def get(self, item_id: str) -> Undoable:
        """Return a change.

        Raises
        ------
        KeyError
            If it was undone or forgotten.
        """
        try:
            return self._items[item_id]
        except KeyError:
            raise KeyError(
                "it was put back already, or too much was changed since"
            ) from None

    def forget(self, item_id: str) -> None:
        """Forget a change that was undone."""
        self._items.pop(item_id, None)

    def all(self) -> tuple[Undoable, ...]:
        """Return all changes, the newest last."""
        return tuple(self._items.values())

    def ids(self) -> set[str]:
        """Return the ids of all grids, cells and layers that may come back."""
        return {part for item in self._items.values() for part in item.item.all_ids()}


def _box(cell: Cell) -> dict[str, int]:
    return {
        "row": cell.row,
        "column": cell.column,
        "rows": cell.rows,
        "columns": cell.columns,
    }


def _shrunk(grid: Grid, size: Grid) -> Grid:
    """Return the grid in the size of another, if what is on it still fits."""
    try:
        return sized(grid, size.rows, size.columns)
    except ValueError:
        return grid
