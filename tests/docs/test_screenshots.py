"""Every page and dialogue has its pictures, and a guide shows them."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from tests.support.screenshots.__main__ import FOLDER, SIZE
from tests.support.screenshots.scenes import SCENES

DOCS = Path(__file__).parents[2] / "docs"
TOTAL = 4_000_000
"""Bytes of all pictures together."""


def test_every_scene_has_its_pictures_and_they_are_small() -> None:
    expected = {f"{n}-{theme}.webp" for n in SCENES for theme in ("light", "dark")}
    files = list(FOLDER.iterdir())
    assert {file.name for file in files} == expected
    assert sum(file.stat().st_size for file in files) < TOTAL
    for file in files:
        with Image.open(file) as picture:
            assert picture.size == (SIZE["width"], SIZE["height"])


def test_every_scene_is_shown_in_a_guide() -> None:
    shown = {
        name
        for page in DOCS.glob("*/*.md")
        for name in re.findall(r"{screenshot} (\S+)", page.read_text(encoding="utf-8"))
    }
    assert shown == SCENES.keys()
