"""Which views of which cells are computed: what sessions view, within a bound.

Pure functions. How a zoom becomes a tile is the plotter's; see `TiledFrame`. So is
what positions of sliders show; see `SlicedFrame`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from livedata_core.contract import OVERVIEW, View

__all__ = ["MAX_SLICES", "MAX_TILES", "CellView", "admitted", "coarser"]

MAX_TILES = 8
"""The most tiles of one cell that are computed at a time, for all sessions together."""

MAX_SLICES = 16
"""The same for positions of sliders that are not those of the settings."""

CellView = tuple[str, View]


def coarser(view: View) -> View:
    """Return the view without its zoom: what stands in for a tile that is not there."""
    return view if view.tile is None else replace(view, tile=None)


def admitted(
    viewed: Iterable[CellView], computed: Collection[CellView]
) -> frozenset[CellView]:
    """Return the views to compute.

    Where a cell has more tiles than `MAX_TILES`, those computed already are kept
    first; the others are replaced by the coarser view. Likewise where sliders have more
    positions than `MAX_SLICES`: the others are replaced by the overview.
    """
    tiles, others = _parted(viewed, lambda view: view.tile is not None)
    kept, left = _bounded(tiles, MAX_TILES, computed)
    others |= {(cell_id, coarser(view)) for cell_id, view in left}
    slices, whole = _parted(others, lambda view: bool(view.sliders))
    sliced, left = _bounded(slices, MAX_SLICES, computed)
    whole |= {(cell_id, OVERVIEW) for cell_id, _ in left}
    return frozenset(kept | sliced | whole)


def _parted(
    pairs: Iterable[CellView], wanted: Callable[[View], bool]
) -> tuple[set[CellView], set[CellView]]:
    """Return the pairs whose view is wanted, and the others."""
    every = set(pairs)
    found = {pair for pair in every if wanted(pair[1])}
    return found, every - found


def _bounded(
    pairs: Iterable[CellView], most: int, computed: Collection[CellView]
) -> tuple[set[CellView], set[CellView]]:
    """Return so many views of each cell, those computed first, and the others."""
    by_cell: dict[str, list[CellView]] = {}
    for pair in sorted(pairs, key=lambda pair: (pair not in computed, repr(pair[1]))):
        by_cell.setdefault(pair[0], []).append(pair)
    kept = {pair for each in by_cell.values() for pair in each[:most]}
    return kept, {pair for each in by_cell.values() for pair in each[most:]}
