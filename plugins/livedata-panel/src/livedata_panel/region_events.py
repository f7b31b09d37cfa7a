"""What browsers say about regions of interest, checked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

__all__ = ["AddRegion", "NameRegion", "RegionEvent", "RemoveRegion", "ShapeRegion"]

Text = Annotated[str, Field(max_length=500)]
Index = Annotated[int, Field(ge=0, le=7)]
Places = Annotated[tuple[FiniteFloat, ...], Field(max_length=200)]


class RegionEvent(BaseModel):
    """A change of regions that all sessions share; `cell` shows their image."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cell: Text


class AddRegion(RegionEvent):
    """A region was drawn."""

    kind: Literal["add-region"]
    shape: Literal["rectangle", "polygon"]
    x: Places
    y: Places


class ShapeRegion(RegionEvent):
    """A region was moved, or has another shape."""

    kind: Literal["shape-region"]
    index: Index
    x: Places
    y: Places


class NameRegion(RegionEvent):
    """A region has another name."""

    kind: Literal["name-region"]
    index: Index
    name: Text


class RemoveRegion(RegionEvent):
    """A region was deleted."""

    kind: Literal["remove-region"]
    index: Index


AnyRegionEvent = AddRegion | ShapeRegion | NameRegion | RemoveRegion
