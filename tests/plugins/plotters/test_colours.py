"""Curves and regions are seen on light and on dark, and have one colour everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import livedata_panel
from livedata_plotters.options import PALETTE, REGION_COLOURS

STATIC = Path(livedata_panel.__file__).with_name("static")
SURFACES = re.findall(
    r"--surface: (#\w{6}|#\w{3});", (STATIC / "css" / "tokens.css").read_text()
)
LEAST = 3.0
"""Contrast that WCAG 2.1 asks of graphics at level AA (1.4.11)."""


def luminance(colour: str) -> float:
    """Return the relative luminance, as WCAG 2.1 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(c + c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", sorted({*PALETTE, *REGION_COLOURS}))
def test_every_colour_stands_out_from_both_backgrounds(colour: str) -> None:
    assert len(SURFACES) == 2  # light and dark
    for surface in SURFACES:
        low, high = sorted((luminance(colour), luminance(surface)))
        assert (high + 0.05) / (low + 0.05) >= LEAST


def test_regions_have_the_same_colours_on_images_and_in_spectra() -> None:
    script = (STATIC / "js" / "regions.js").read_text()
    (listed,) = re.findall(r"const COLOURS = \[(.*)\];", script)
    assert tuple(re.findall(r"#\w{6}", listed)) == REGION_COLOURS
