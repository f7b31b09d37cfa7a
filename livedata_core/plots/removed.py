"""What was removed from the layout of late, so that it can be put back."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from livedata_core.plots.arrangement import settled
from livedata_core.plots.layout import Cell, Grid, Layout, new_id

__all__ = ["Removed", "RemovedItems"]

KEPT = 20


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


class RemovedItems:
    """The last few removed items, the newest last. Called under the layout's lock."""

    def __init__(self) -> None:
        self._items: OrderedDict[str, Removed] = OrderedDict()

    def add(self, item: Removed) -> None:
        """Remember an item; the oldest is forgotten."""
        self._items[item.id] = item
        while len(self._items) > KEPT:
            self._items.popitem(last=False)

    def get(self, removed_id: str) -> Removed:
        """Return an item.

        Raises
        ------
        KeyError
            If it was put back or forgotten.
        """
        try:
            return self._items[removed_id]
        except KeyError:
            raise KeyError(
                "it was put back already, or too much was removed since"
            ) from None

    def forget(self, removed_id: str) -> None:
        """Forget an item that was put back."""
        self._items.pop(removed_id, None)

    def all(self) -> tuple[Removed, ...]:
        """Return all items, the newest last."""
        return tuple(self._items.values())
