"""Where the cells of a grid lie: pure functions that never let two of them overlap.

A cell that is put somewhere has its way; what lay there gives way to the nearest
sensible place, and where there is none the grid grows.
"""

from __future__ import annotations

from collections.abc import Iterable

from livedata_core.plots.layout import GRID_LIMIT, Cell, Grid

__all__ = ["Places", "placed", "settled", "sized"]


class Places:
    """Which places of a grid are taken.

    Parameters
    ----------
    rows, columns:
        The size of the grid.
    cells:
        What lies on it.
    """

    def __init__(self, rows: int, columns: int, cells: Iterable[Cell] = ()) -> None:
        self.rows = rows
        self.columns = columns
        self._taken: set[tuple[int, int]] = set()
        for cell in cells:
            self.take(cell)

    def take(self, cell: Cell) -> None:
        """Mark the places of a cell."""
        self._taken |= _places(cell.row, cell.column, cell.rows, cell.columns)

    def fits(self, row: int, column: int, rows: int = 1, columns: int = 1) -> bool:
        """Return whether these places are inside the grid and free."""
        return (
            row + rows <= self.rows
            and column + columns <= self.columns
            and self._taken.isdisjoint(_places(row, column, rows, columns))
        )

    def first_free(self, rows: int = 1, columns: int = 1) -> tuple[int, int] | None:
        """Return row and column of the first free place of that size, or None."""
        for row in range(self.rows - rows + 1):
            for column in range(self.columns - columns + 1):
                if self.fits(row, column, rows, columns):
                    return row, column
        return None


def placed(grid: Grid, cell: Cell) -> Grid:
    """Return the grid with a cell where it says; what lay there gives way.

    A cell of the same id is moved or resized, and what gives way takes the place it
    left, if that fits. The grid grows as far as is needed.

    Raises
    ------
    ValueError
        If it would grow beyond the largest size.
    """
    grid = _grown(grid, cell.row + cell.rows, cell.column + cell.columns)
    others = [other for other in grid.cells if other.id != cell.id]
    left = next((old for old in grid.cells if old.id == cell.id), None)
    in_the_way = [other for other in others if other.overlaps(cell)]
    moved = {cell.id: cell}
    staying = [other for other in others if other not in in_the_way]
    for other in in_the_way:
        grid, new = _settle(grid, [*staying, *moved.values()], other, left)
        moved[other.id] = new
    cells = [moved.pop(old.id, old) for old in grid.cells]
    return grid.model_copy(update={"cells": (*cells, *moved.values())})


def settled(grid: Grid, cell: Cell) -> Grid:
    """Return the grid with a new cell where it says if that is free, or else elsewhere.

    Raises
    ------
    ValueError
        If there is no place and the grid cannot grow.
    """
    if sum(other.rows * other.columns for other in grid.cells) >= GRID_LIMIT**2:
        raise _full(grid)
    if cell.row < GRID_LIMIT and cell.column < GRID_LIMIT:
        grid = _grown(
            grid,
            min(cell.row + cell.rows, GRID_LIMIT),
            min(cell.column + cell.columns, GRID_LIMIT),
        )
    grid, new = _settle(grid, grid.cells, cell, cell)
    return grid.model_copy(update={"cells": (*grid.cells, new)})


def sized(grid: Grid, rows: int, columns: int) -> Grid:
    """Return the grid with another number of rows and columns.

    Raises
    ------
    ValueError
        If cells would fall outside, or a number is not possible.
    """
    if not (1 <= rows <= GRID_LIMIT and 1 <= columns <= GRID_LIMIT):
        raise ValueError(f"a grid has 1 to {GRID_LIMIT} rows and columns")
    outside = [
        cell
        for cell in grid.cells
        if cell.row + cell.rows > rows or cell.column + cell.columns > columns
    ]
    if outside:
        raise ValueError(
            f"{len(outside)} plots of “{grid.title}” would fall outside "
            f"{rows} x {columns} places; move or remove them first"
        )
    return grid.model_copy(update={"rows": rows, "columns": columns})


def _settle(
    grid: Grid, taken: Iterable[Cell], cell: Cell, preferred: Cell | None
) -> tuple[Grid, Cell]:
    """Find a place for a cell: the preferred one, the first free one, a new row."""
    places = Places(grid.rows, grid.columns, taken)
    spots = [(cell.rows, cell.columns), (1, 1)]
    for rows, columns in spots[: 1 if spots[0] == spots[1] else 2]:
        found = None
        if preferred is not None and places.fits(
            preferred.row, preferred.column, rows, columns
        ):
            found = (preferred.row, preferred.column)
        found = found or places.first_free(rows, columns)
        if found is not None:
            return grid, _at(cell, *found, rows, columns)
    if grid.rows < GRID_LIMIT:
        columns = min(cell.columns, grid.columns)
        grown = grid.model_copy(update={"rows": grid.rows + 1})
        return grown, _at(cell, grid.rows, 0, 1, columns)
    if grid.columns < GRID_LIMIT:
        grown = grid.model_copy(update={"columns": grid.columns + 1})
        return grown, _at(cell, 0, grid.columns, 1, 1)
    raise _full(grid)


def _full(grid: Grid) -> ValueError:
    return ValueError(f"grid “{grid.title}” is full; remove a plot or add a grid")


def _at(cell: Cell, row: int, column: int, rows: int, columns: int) -> Cell:
    return cell.model_copy(
        update={"row": row, "column": column, "rows": rows, "columns": columns}
    )


def _grown(grid: Grid, rows: int, columns: int) -> Grid:
    if rows > GRID_LIMIT or columns > GRID_LIMIT:
        raise ValueError(f"a grid has at most {GRID_LIMIT} rows and columns")
    return grid.model_copy(
        update={"rows": max(grid.rows, rows), "columns": max(grid.columns, columns)}
    )


def _places(row: int, column: int, rows: int, columns: int) -> set[tuple[int, int]]:
    return {
        (r, c) for r in range(row, row + rows) for c in range(column, column + columns)
    }
