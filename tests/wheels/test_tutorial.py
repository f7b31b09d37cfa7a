"""The tutorial on plugins works as printed, in an environment of its own.

CI runs this against the built wheels, from an empty folder, with a browser that sees
the plots; the tests of the checkout follow the same page in their own process.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.blocks import DOCS, blocks
from tests.support.installed import InstalledAuthor, live_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GIVEN = (
    "python3 -m venv .venv",
    ". .venv/bin/activate",
    "pip install livedata livedata-testing",
)
"""What `InstalledAuthor` does in their place."""


def look(browser: Browser, url: str, element: str) -> None:
    """See both plots with data, and that the author's is drawn as it should be."""
    with live_page(browser, url, frames=4) as page:
        for title in ("Acme", "Panel"):
            page.get_by_text(title, exact=True).first.wait_for()
        drawn = page.evaluate(
            "() => livedata.plots.models.flatMap(figure => [...figure.references()])"
            ".map(model => model.type)"
        )
        assert element in drawn, sorted(set(drawn))
        if shots := os.environ.get("LIVEDATA_TEST_SHOTS"):
            page.screenshot(path=str(Path(shots) / f"tutorial-{element}.png"))


@pytest.mark.browser
def test_tutorial_from_an_empty_folder_to_a_wheel(
    tmp_path: Path, chromium: Browser
) -> None:
    author = InstalledAuthor(tmp_path)
    before = ""
    elements = iter(["Line", "Patch"])
    printed: dict[str, str] = {}
    for block in blocks(DOCS / "tutorial" / "first-plugin.md"):
        if block.what == "before":
            before = block.text
        elif block.what == "after":
            file = author.folder / block.file
            source = file.read_text(encoding="utf-8")
            assert source.count(before) == 1, "the page quotes another file"
            file.write_text(source.replace(before, block.text), encoding="utf-8")
        for command, _ in block.commands if block.language == "console" else ():
            if command.startswith("livedata serve"):
                with author.serving(command) as url:
                    look(chromium, url, next(elements))
            elif command not in GIVEN:
                printed[command] = author.run(command)
    assert next(elements, None) is None, "the page serves twice"
    assert "acme (livedata-acme 0.1.0)" in printed["livedata plugins show acme"]
    assert "nothing to mend" in printed["livedata check acme"]
    (wheel,) = (author.folder / "dist").iterdir()
    assert wheel.name == "livedata_acme-0.1.0-py3-none-any.whl"
