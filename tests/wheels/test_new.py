"""Packages of every kind that `livedata new` writes are installed and served.

CI runs this against the built wheels; that their own tests pass is tested in the
checkout. The plotter is served in the tutorial, which has pip install it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.installed import InstalledAuthor, live_page
from tests.support.scaffolded import install, write_new

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KINDS = {"instrument": 4, "workflow": 2, "decoder": 1, "transport": 1}
"""How many plots each shows."""


@pytest.mark.browser
def test_every_kind_is_live_as_it_was_written(
    tmp_path: Path, chromium: Browser
) -> None:
    author = InstalledAuthor(tmp_path)
    packages = [write_new(tmp_path, kind, f"acme-{kind}") for kind in KINDS]
    (tmp_path / "wheels").mkdir()
    install(packages, author.site, tmp_path / "wheels")
    for kind, plots in KINDS.items():
        line = f"livedata serve --instrument acme_{kind}"
        with (
            author.serving(line) as url,
            live_page(chromium, url, frames=plots) as page,
        ):
            page.wait_for_function(
                "n => livedata.plots.models.length >= n",
                arg=plots,
            )
