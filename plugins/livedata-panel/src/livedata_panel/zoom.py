"""From the region that a session has zoomed to, to the view that shows it best.

A pure function of a frame; when to ask is `livedata_panel.session_plots`' business.
"""

from __future__ import annotations

import logging

from livedata_core.api import CellFrame
from livedata_core.contract import OVERVIEW, TiledFrame, View

__all__ = ["Region", "view_of"]

log = logging.getLogger(__name__)

Region = tuple[tuple[float, float], tuple[float, float]]
"""The limits of the x and the y axis, in their units."""


def view_of(frame: CellFrame, region: Region | None) -> View:
    """Return the view of a cell that shows a region in the most detail.

    It is a tile only where all reduced layers ask for the same one: a tile names a part
    of an image, and images of other sizes would show another part.

    Parameters
    ----------
    frame:
        The cell as it is shown now.
    region:
        What the user has zoomed to; None: all of the data.
    """
    if region is None:
        return OVERVIEW
    tiles = {
        _tile_for(layer.frame, region)
        for layer in frame.layers
        if isinstance(layer.frame, TiledFrame)
    }
    return View(tile=tiles.pop()) if len(tiles) == 1 else OVERVIEW


def _tile_for(frame: TiledFrame, region: Region) -> tuple[int, ...] | None:
    try:
        return frame.tile_for(*region)
    except Exception:
        # Of a third party, perhaps; the overview is always there.
        log.exception("%s names no tile", type(frame).__qualname__)
        return None
