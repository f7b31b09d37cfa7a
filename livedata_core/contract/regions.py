"""Regions of interest: what operators draw on an image, in its coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

__all__ = ["Polygon", "Rectangle", "Region", "RegionKind", "TakesRegions"]

RegionKind = Literal["rectangle", "polygon"]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """An upright rectangle; limits in `x_unit` and `y_unit`, None: pixel indices."""

    x: tuple[float, float]
    y: tuple[float, float]
    x_unit: str | None = None
    y_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Polygon:
    """A polygon by its vertices, at least three; units as of a `Rectangle`."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    x_unit: str | None = None
    y_unit: str | None = None


Region = Rectangle | Polygon


@runtime_checkable
class TakesRegions(Protocol):
    """Optional for a `Workflow`: it takes regions of interest. Worker thread only."""

    def set_regions(self, kind: RegionKind, regions: Mapping[int, Region]) -> None:
        """Replace all regions of one kind by these, by index on the wire.

        Takes effect with the next window. None left: an empty mapping.

        Raises
        ------
        ValueError
            If they cannot be used, e.g. for their unit, with a sentence.
        """
