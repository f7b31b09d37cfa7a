"""Copies of grids and cells: identifiers of their own, and all that is kept of them.

What was read of the original (fields of a newer version, entries that cannot be shown)
goes with the copy, so that it is written again as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from livedata_core.plots.layout import Cell, Grid, Layer, Layout, Original, new_id

__all__ = ["Copier", "with_all_of", "without_others"]

_Model = TypeVar("_Model", Grid, Cell, Layer)


class Copier:
    """Makes copies and collects what was read of their originals.

    Parameters
    ----------
    originals:
        What was read of the grids, cells and layers that are copied, by id.

    Attributes
    ----------
    originals:
        The same of the copies, by theirs.
    """

    def __init__(self, originals: Mapping[str, Original]) -> None:
        self._known = originals
        self.originals: dict[str, Original] = {}

    def grid(self, grid: Grid, title: str) -> Grid:
        """Return a grid like another; hidden ones come to light."""
        cells = tuple(self.cell(cell) for cell in grid.cells)
        update = {"id": new_id(), "title": title, "hidden": False, "cells": cells}
        return self._noted(grid, grid.model_copy(update=update))

    def cell(self, cell: Cell) -> Cell:
        """Return a cell like another."""
        layers = tuple(self._layer(layer) for layer in cell.layers)
        update = {"id": new_id(), "layers": layers}
        return self._noted(cell, cell.model_copy(update=update))

    def _layer(self, layer: Layer) -> Layer:
        return self._noted(layer, layer.model_copy(update={"id": new_id()}))

    def _noted(self, model: _Model, copy: _Model) -> _Model:
        original = self._known.get(model.id)
        if original is not None:
            self.originals[copy.id] = original
        return copy


def with_all_of(layout: Layout, other: Layout) -> Layout:
    """Return a layout with copies of all grids of another behind its own.

    Stored grids that cannot be read and what else the other's file said come along;
    where both say something, the layout's own word stands.
    """
    copier = Copier(other.originals)
    copies = tuple(copier.grid(grid, grid.title) for grid in other.grids)
    head: dict[str, Any] = {**other.head, **layout.head}
    if "schema_version" not in layout.head:
        head.pop("schema_version", None)
    return layout.model_copy(
        update={
            "grids": (*layout.grids, *copies),
            "unreadable": (*layout.unreadable, *other.unreadable),
            "head": head,
            "originals": {**layout.originals, **copier.originals},
        }
    )


def without_others(layout: Layout, kept: Iterable[str]) -> Layout:
    """Return a layout that remembers originals only of what it has and of `kept`."""
    alive = {*kept}
    for grid in layout.grids:
        alive |= grid.all_ids()
    if layout.originals.keys() <= alive:
        return layout
    left = {key: value for key, value in layout.originals.items() if key in alive}
    return layout.model_copy(update={"originals": left})
