"""What browsers say about the layout: changes of grids and cells, checked.

What is done about them is `livedata_panel.layouts`' business.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from livedata_core.api import FILE_LIMIT

__all__ = [
    "AddGrid",
    "AddTemplate",
    "DuplicateCell",
    "DuplicateGrid",
    "HideGrid",
    "ImportLayout",
    "LayoutEvent",
    "MoveCell",
    "MoveGrid",
    "PlaceCell",
    "RemoveCell",
    "RemoveGrid",
    "RenameCell",
    "RenameGrid",
    "Restore",
    "SizeGrid",
    "UndoOwn",
]

Text = Annotated[str, Field(max_length=500)]
Count = Annotated[int, Field(ge=0, le=10_000)]


class LayoutEvent(BaseModel):
    """A change of the layout that all sessions share."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class AddGrid(LayoutEvent):
    """Add an empty grid and open it."""

    kind: Literal["add-grid"]
    title: Text


class AddTemplate(LayoutEvent):
    """Add the grid of a template and open it."""

    kind: Literal["add-template"]
    template: Text


class ImportLayout(LayoutEvent):
    """Add the grids of a file."""

    kind: Literal["import-layout"]
    name: Text
    text: Annotated[str, Field(max_length=FILE_LIMIT)]


class RenameGrid(LayoutEvent):
    """Give a grid another title."""

    kind: Literal["rename-grid"]
    grid: Text
    title: Text


class MoveGrid(LayoutEvent):
    """Make a grid the tab of that number, from 0."""

    kind: Literal["move-grid"]
    grid: Text
    index: Count


class DuplicateGrid(LayoutEvent):
    """Put a copy of a grid beside it."""

    kind: Literal["duplicate-grid"]
    grid: Text


class HideGrid(LayoutEvent):
    """Take a grid from the tabs, or show it again."""

    kind: Literal["hide-grid"]
    grid: Text
    hidden: bool


class SizeGrid(LayoutEvent):
    """Give a grid another number of rows and columns."""

    kind: Literal["size-grid"]
    grid: Text
    rows: Count
    columns: Count


class RemoveGrid(LayoutEvent):
    """Remove a grid; a notification offers to undo it."""

    kind: Literal["remove-grid"]
    grid: Text


class PlaceCell(LayoutEvent):
    """Move or resize a plot; what lies there gives way."""

    kind: Literal["place-cell"]
    cell: Text
    row: Count
    column: Count
    rows: Count
    columns: Count


class MoveCell(LayoutEvent):
    """Move a plot to another grid; a notification offers to undo it."""

    kind: Literal["move-cell"]
    cell: Text
    grid: Text


class RenameCell(LayoutEvent):
    """Give a plot a title; an empty one: that of what it shows."""

    kind: Literal["rename-cell"]
    cell: Text
    title: Text


class DuplicateCell(LayoutEvent):
    """Put a copy of a plot into the next free place."""

    kind: Literal["duplicate-cell"]
    cell: Text


class RemoveCell(LayoutEvent):
    """Remove a plot; a notification offers to undo it."""

    kind: Literal["remove-cell"]
    cell: Text


class Restore(LayoutEvent):
    """Undo a change that is named, whoever made it."""

    kind: Literal["restore"]
    target: Text


class UndoOwn(LayoutEvent):
    """Undo what this session changed last on a grid."""

    kind: Literal["undo-own"]
    grid: Text


AnyLayoutEvent = (
    AddGrid
    | AddTemplate
    | ImportLayout
    | RenameGrid
    | MoveGrid
    | DuplicateGrid
    | HideGrid
    | SizeGrid
    | RemoveGrid
    | PlaceCell
    | MoveCell
    | RenameCell
    | DuplicateCell
    | RemoveCell
    | Restore
    | UndoOwn
)
