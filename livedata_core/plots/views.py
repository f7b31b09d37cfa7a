"""Which views of which cells are computed: what sessions view, within a bound.

Pure functions. How a zoom becomes a tile is the plotter's; see `TiledFrame`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from livedata_core.contract import View

__all__ = ["MAX_TILES", "CellView", "admitted", "coarser"]

MAX_TILES = 8
"""The most tiles of one cell that are computed at a time, for all sessions together."""

CellView = tuple[str, View]


def coarser(view: View) -> View:
    """Return the view without its zoom: what stands in for a tile that is not there."""
    return view if view.tile is None else replace(view, tile=None)


def admitted(
    viewed: Iterable[CellView], computed: Collection[CellView]
) -> frozenset[CellView]:
    """Return the views to compute.

    Where a cell has more tiles than `MAX_TILES`, those computed already are kept
    first; the others are replaced by the coarser view.
    """
    whole: set[CellView] = set()
    tiles: dict[str, list[CellView]] = {}
    for pair in viewed:
        cell_id, view = pair
        if view.tile is None:
            whole.add(pair)
        else:
            tiles.setdefault(cell_id, []).append(pair)
    for pairs in tiles.values():
        pairs.sort(key=lambda pair: (pair not in computed, repr(pair[1])))
        whole.update(pairs[:MAX_TILES])
        whole.update((cell_id, coarser(view)) for cell_id, view in pairs[MAX_TILES:])
    return frozenset(whole)
