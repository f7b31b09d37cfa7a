"""From what a session has zoomed to and where its sliders are, to the view of it.

A pure function of a frame; when to ask is `livedata_panel.session_plots`' business.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType

from livedata_core.api import CellFrame
from livedata_core.contract import SlicedFrame, Slider, TiledFrame, View

__all__ = ["NOWHERE", "Positions", "Region", "sliders_of", "view_of"]

log = logging.getLogger(__name__)

Region = tuple[tuple[float, float], tuple[float, float]]
"""The limits of the x and the y axis, in their units."""

Positions = Mapping[str, int]
"""Where a session has put its sliders, by dim."""

NOWHERE: Positions = MappingProxyType({})


def view_of(
    frame: CellFrame, region: Region | None, positions: Positions = NOWHERE
) -> View:
    """Return the view of a cell that shows a region in the most detail.

    It is a tile only where all reduced layers ask for the same one: a tile names a part
    of an image, and images of other sizes would show another part.

    Parameters
    ----------
    frame:
        The cell as it is shown now.
    region:
        What the user has zoomed to; None: all of the data.
    positions:
        Where the user has put sliders, by dim. Those where the settings have them make
        no difference: who never moved one sees what the others see.
    """
    moved = {
        slider.dim: min(positions[slider.dim], slider.size - 1)
        for slider in sliders_of(frame)
        if positions.get(slider.dim, slider.default) != slider.default
    }
    return View(tuple(sorted(moved.items())), _tile(frame, region))


def sliders_of(frame: CellFrame) -> list[Slider]:
    """Return the sliders of all layers; the first of those along the same dim."""
    found: dict[str, Slider] = {}
    for layer in frame.layers:
        for slider in _sliders(layer.frame):
            found.setdefault(slider.dim, slider)
    return [*found.values()]


def _sliders(frame: object) -> list[Slider]:
    try:
        return [*frame.sliders] if isinstance(frame, SlicedFrame) else []
    except Exception:
        log.exception("%s names no sliders", type(frame).__qualname__)
        return []


def _tile(frame: CellFrame, region: Region | None) -> tuple[int, ...] | None:
    if region is None:
        return None
    tiles = {
        _tile_for(layer.frame, region)
        for layer in frame.layers
        if isinstance(layer.frame, TiledFrame)
    }
    return tiles.pop() if len(tiles) == 1 else None


def _tile_for(frame: TiledFrame, region: Region) -> tuple[int, ...] | None:
    try:
        return frame.tile_for(*region)
    except Exception:
        # Of a third party, perhaps; the overview is always there.
        log.exception("%s names no tile", type(frame).__qualname__)
        return None
