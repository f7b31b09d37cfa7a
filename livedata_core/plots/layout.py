"""The layout: grids of cells of layers. Immutable values and their stored form.

Who may change a layout and when it is saved is `PlotOrchestrator`'s business.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from livedata_core.contract import (
    CellTemplate,
    DataKey,
    GridTemplate,
    LayerTemplate,
    StoredParams,
    WorkflowIdField,
)

__all__ = ["Cell", "Grid", "Layer", "Layout", "from_document", "to_document"]

SCHEMA_VERSION = 1


def new_id() -> str:
    """Return an identifier that no other grid, cell or layer has."""
    return uuid.uuid4().hex[:12]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Layer(_Frozen):
    """One output of a workflow from some sources, shown by one plotter."""

    id: str = Field(default_factory=new_id)
    workflow: WorkflowIdField
    sources: tuple[str, ...] = Field(min_length=1)
    output: str
    plotter: str
    params: StoredParams = Field(default_factory=dict)

    @property
    def keys(self) -> tuple[DataKey, ...]:
        """The result streams it shows, one for each source."""
        return tuple(DataKey(self.workflow, name, self.output) for name in self.sources)

    @classmethod
    def from_template(cls, template: LayerTemplate) -> Layer:
        """Make the layer that a template describes."""
        return cls(**template.model_dump())


class Cell(_Frozen):
    """A place of a grid with its layers, lowest first."""

    id: str = Field(default_factory=new_id)
    row: int = Field(ge=0)
    column: int = Field(ge=0)
    rows: int = Field(default=1, ge=1)
    columns: int = Field(default=1, ge=1)
    title: str = ""
    layers: tuple[Layer, ...] = ()

    @classmethod
    def from_template(cls, template: CellTemplate) -> Cell:
        """Make the cell that a template describes."""
        layers = tuple(Layer.from_template(layer) for layer in template.layers)
        return cls(**template.model_dump(exclude={"layers"}), layers=layers)

    def overlaps(self, other: Cell) -> bool:
        """Return whether both claim a common place."""
        return (
            self.row < other.row + other.rows
            and other.row < self.row + self.rows
            and self.column < other.column + other.columns
            and other.column < self.column + self.columns
        )


class Grid(_Frozen):
    """One tab: a title and cells on `rows` times `columns` places."""

    id: str = Field(default_factory=new_id)
    title: str
    rows: int = Field(default=2, ge=1, le=24)
    columns: int = Field(default=2, ge=1, le=24)
    cells: tuple[Cell, ...] = ()

    @classmethod
    def from_template(cls, template: GridTemplate) -> Grid:
        """Make the grid that a template describes, with new identifiers."""
        return cls(
            title=template.title,
            rows=template.rows,
            columns=template.columns,
            cells=tuple(Cell.from_template(cell) for cell in template.cells),
        )

    def free_place(self) -> tuple[int, int] | None:
        """Return row and column of the first free place, or None."""
        for row in range(self.rows):
            for column in range(self.columns):
                probe = Cell(row=row, column=column)
                if not any(cell.overlaps(probe) for cell in self.cells):
                    return row, column
        return None

    def with_cell(self, cell: Cell) -> Grid:
        """Return the grid with `cell` added, or put in place of the one of its id.

        Raises
        ------
        ValueError
            If it lies outside the grid or on another cell.
        """
        others = tuple(other for other in self.cells if other.id != cell.id)
        if (
            cell.row + cell.rows > self.rows
            or cell.column + cell.columns > self.columns
        ):
            raise ValueError(
                f"a cell at row {cell.row}, column {cell.column} does not fit into "
                f"grid {self.title!r} of {self.rows} x {self.columns}; enlarge the grid"
            )
        taken = next((other for other in others if other.overlaps(cell)), None)
        if taken is not None:
            raise ValueError(
                f"row {cell.row}, column {cell.column} of grid {self.title!r} is taken "
                f"by {taken.title or 'another plot'!r}; choose a free place"
            )
        return self.model_copy(update={"cells": (*others, cell)})


class Layout(_Frozen):
    """All grids, in the order of their tabs.

    `unreadable` holds stored grids that this version cannot read; they are written
    back unchanged.
    """

    grids: tuple[Grid, ...] = ()
    unreadable: tuple[Mapping[str, Any], ...] = ()

    def grid(self, grid_id: str) -> Grid:
        """Return the grid of that id.

        Raises
        ------
        KeyError
            If it is gone.
        """
        for grid in self.grids:
            if grid.id == grid_id:
                return grid
        raise KeyError(
            f"there is no grid {grid_id!r}; another session may have removed it"
        )

    def find(self, cell_id: str) -> tuple[Grid, Cell]:
        """Return the cell of that id and its grid.

        Raises
        ------
        KeyError
            If it is gone.
        """
        for grid, cell in self.cells():
            if cell.id == cell_id:
                return grid, cell
        raise KeyError(
            f"there is no plot {cell_id!r}; another session may have removed it"
        )

    def cells(self) -> Iterable[tuple[Grid, Cell]]:
        """Yield every cell with its grid."""
        for grid in self.grids:
            for cell in grid.cells:
                yield grid, cell

    def with_grid(self, grid_id: str, change: Callable[[Grid], Grid]) -> Layout:
        """Return the layout with one grid changed."""
        self.grid(grid_id)
        grids = tuple(
            change(grid) if grid.id == grid_id else grid for grid in self.grids
        )
        return self.model_copy(update={"grids": grids})


def to_document(layout: Layout) -> dict[str, Any]:
    """Return the stored form of a layout."""
    grids = [grid.model_dump(mode="json") for grid in layout.grids]
    return {
        "schema_version": SCHEMA_VERSION,
        "grids": [*grids, *(dict(entry) for entry in layout.unreadable)],
    }


def from_document(document: Mapping[str, Any]) -> tuple[Layout, tuple[str, ...]]:
    """Read the stored form; one bad grid never costs the others.

    Returns
    -------
    :
        The layout, and a sentence for each grid that could not be read.
    """
    entries = document.get("grids", [])
    if not isinstance(entries, list):
        return Layout(), ("the stored layout has no list of grids; it was left aside",)
    grids: list[Grid] = []
    unreadable: list[Mapping[str, Any]] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        try:
            grids.append(Grid.model_validate(entry))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            problems.append(
                f"grid {number} of the stored layout cannot be read "
                f"({where}: {first['msg']}); it is kept in the file but not shown"
            )
            if isinstance(entry, Mapping):
                unreadable.append(entry)
    return Layout(grids=tuple(grids), unreadable=tuple(unreadable)), tuple(problems)
