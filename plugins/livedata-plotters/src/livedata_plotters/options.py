"""Options that all elements share, and the Bokeh backend they are for.

Options are set on the fresh element of each frame, with ``clone=False``: applied to an
element that already has some, HoloViews makes a new option tree and keeps the old one.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import holoviews.plotting.bokeh  # noqa: F401  (registers the backend that options need)
from holoviews.plotting.util import process_cmap

__all__ = ["BACKEND", "COMMON", "PALETTE", "REGION_COLOURS", "colours"]

BACKEND: Final = "bokeh"

COMMON: Final[dict[str, object]] = {
    "responsive": True,
    "tools": ["hover"],
    "default_tools": ["pan", "box_zoom", "wheel_zoom", "reset"],
    "autohide_toolbar": True,
    "fontsize": {"title": "11pt", "labels": "11pt", "ticks": "9pt", "legend": "10pt"},
}

PALETTE: Final = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#4499dd",
    "#998844",
    "#7f7f7f",
)
"""Colours told apart with any colour vision; 3:1 against light and dark (WCAG AA).

Those of Okabe and Ito but for the fifth and sixth, which were too light for white.
"""


REGION_COLOURS: Final = (
    "#d55e00",
    "#cc79a7",
    "#998844",
    "#4499dd",
    "#009e73",
    "#0072b2",
    "#a65628",
    "#7f7f7f",
)
"""Of regions by their index: none is the first colour of curves, or of an image."""


@cache
def colours(name: str) -> list[str]:
    """Return the colours of a map; by its name, HoloViews finds them for each frame."""
    found: list[str] = process_cmap(name)
    return found
