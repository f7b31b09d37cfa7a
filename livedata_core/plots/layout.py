"""The layout: grids of cells of layers. Immutable values.

Their stored form lives in `livedata_core.plots.documents`; who may change a layout and
when it is saved is `PlotOrchestrator`'s business.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from livedata_core.contract import (
    AxisStream,
    CellTemplate,
    DataKey,
    GridTemplate,
    LayerTemplate,
    PlotterSpec,
    StoredParams,
    WorkflowIdField,
)

__all__ = [
    "GRID_LIMIT",
    "LAYER_LIMIT",
    "Cell",
    "Grid",
    "Layer",
    "Layout",
    "Original",
    "new_id",
]

GRID_LIMIT = 24
LAYER_LIMIT = 20
"""Most rows and most columns of a grid."""


def new_id() -> str:
    """Return an identifier that no other grid, cell or layer has."""
    return uuid.uuid4().hex[:12]


@dataclass(frozen=True, slots=True)
class Original:
    """An entry as it was stored, and what was made of it."""

    entry: Mapping[str, Any]
    model: BaseModel


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Layer(_Frozen):
    """One output of a workflow from some sources, shown by one plotter.

    `axes` are the streams it is shown over, by the names of the plotter's axes; those
    that its plotter does not have are kept for others.
    """

    id: str = Field(default_factory=new_id)
    workflow: WorkflowIdField
    sources: tuple[str, ...] = Field(min_length=1)
    output: str
    plotter: str
    params: StoredParams = Field(default_factory=dict)
    axes: dict[str, AxisStream] = Field(default_factory=dict)

    def keys_with(self, spec: PlotterSpec | None) -> tuple[DataKey, ...]:
        """Return the streams that a plotter shows: those of its axes first."""
        names = sorted(axis.name for axis in spec.axes) if spec is not None else ()
        axes = [self.axes[name].key for name in names if name in self.axes]
        return (*axes, *self.keys)

    @property
    def keys(self) -> tuple[DataKey, ...]:
        """The result streams it shows, one for each source."""
        return tuple(DataKey(self.workflow, name, self.output) for name in self.sources)

    @classmethod
    def from_template(cls, template: LayerTemplate) -> Layer:
        """Make the layer that a template describes."""
        return cls(**dict(template))


class Cell(_Frozen):
    """A place of a grid with its layers, lowest first.

    `problem` says why a stored cell cannot be shown; it is not stored itself.
    """

    id: str = Field(default_factory=new_id)
    row: int = Field(ge=0)
    column: int = Field(ge=0)
    rows: int = Field(default=1, ge=1, le=GRID_LIMIT)
    columns: int = Field(default=1, ge=1, le=GRID_LIMIT)
    title: str = ""
    layers: tuple[Layer, ...] = ()
    problem: str = Field(default="", exclude=True)

    @classmethod
    def from_template(cls, template: CellTemplate) -> Cell:
        """Make the cell that a template describes."""
        layers = tuple(Layer.from_template(layer) for layer in template.layers)
        return cls(**template.model_dump(exclude={"layers"}), layers=layers)

    def all_ids(self) -> set[str]:
        """Return its id and those of its layers."""
        return {self.id, *(layer.id for layer in self.layers)}

    def overlaps(self, other: Cell) -> bool:
        """Return whether both claim a common place."""
        return (
            self.row < other.row + other.rows
            and other.row < self.row + self.rows
            and self.column < other.column + other.columns
            and other.column < self.column + self.columns
        )


class Grid(_Frozen):
    """One tab: a title and cells on `rows` times `columns` places.

    A `hidden` one is kept but has no tab. `unreadable` holds stored cells that cannot
    be shown at all; they are written back unchanged.
    """

    id: str = Field(default_factory=new_id)
    title: str
    rows: int = Field(default=2, ge=1, le=GRID_LIMIT)
    columns: int = Field(default=2, ge=1, le=GRID_LIMIT)
    hidden: bool = False
    cells: tuple[Cell, ...] = ()
    unreadable: tuple[Any, ...] = Field(default=(), exclude=True)

    @classmethod
    def from_template(cls, template: GridTemplate) -> Grid:
        """Make the grid that a template describes, with new identifiers."""
        return cls(
            title=template.title,
            rows=template.rows,
            columns=template.columns,
            cells=tuple(Cell.from_template(cell) for cell in template.cells),
        )

    def all_ids(self) -> set[str]:
        """Return its id and those of its cells and their layers."""
        return {self.id}.union(*(cell.all_ids() for cell in self.cells))

    def cell(self, cell_id: str) -> Cell:
        """Return the cell of that id.

        Raises
        ------
        KeyError
            If it is gone.
        """
        for cell in self.cells:
            if cell.id == cell_id:
                return cell
        raise KeyError(
            f"there is no plot {cell_id!r}; another session may have removed it"
        )

    def with_cell(self, cell: Cell) -> Grid:
        """Return the grid with a cell added, or put in place of the one of its id.

        Raises
        ------
        ValueError
            If it lies outside the grid or on another cell.
        """
        if (
            cell.row + cell.rows > self.rows
            or cell.column + cell.columns > self.columns
        ):
            raise ValueError(
                f"a cell at row {cell.row}, column {cell.column} does not fit into "
                f"grid {self.title!r} of {self.rows} x {self.columns}; enlarge the grid"
            )
        others = tuple(other for other in self.cells if other.id != cell.id)
        taken = next((other for other in others if other.overlaps(cell)), None)
        if taken is not None:
            raise ValueError(
                f"row {cell.row}, column {cell.column} of grid {self.title!r} is taken "
                f"by {taken.title or 'another plot'!r}; choose a free place"
            )
        return self.model_copy(update={"cells": (*others, cell)})

    def with_changed(self, cell_id: str, **update: object) -> Grid:
        """Return the grid with some fields of a cell replaced; never its place."""
        self.cell(cell_id)
        cells = tuple(
            cell.model_copy(update=update) if cell.id == cell_id else cell
            for cell in self.cells
        )
        return self.model_copy(update={"cells": cells})

    def without(self, cell_id: str) -> Grid:
        """Return the grid without a cell."""
        cells = tuple(cell for cell in self.cells if cell.id != cell_id)
        return self.model_copy(update={"cells": cells})


class Layout(_Frozen):
    """All grids, in the order of their tabs.

    Attributes
    ----------
    unreadable:
        Stored grids that this version cannot read; they are written back unchanged.
    head:
        What the stored form says beside its grids.
    originals:
        What was read of each grid, cell and layer, by id: so that what nobody changes
        is written as it was.
    """

    grids: tuple[Grid, ...] = ()
    unreadable: tuple[Any, ...] = ()
    head: Mapping[str, Any] = Field(default_factory=dict, repr=False)
    originals: Mapping[str, Original] = Field(default_factory=dict, repr=False)

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
