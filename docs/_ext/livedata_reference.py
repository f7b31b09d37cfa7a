"""Sphinx extension: writes the generated reference pages before sources are read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import cli_page
import contract_pages
import installed_page

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["setup", "write_pages"]


def write_pages(folder: Path) -> None:
    """Write the pages into `folder`; a page that has not changed is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        **contract_pages.contract_pages(),
        "commands": cli_page.cli_page(),
        "installed": installed_page.installed_page(),
    }
    for name, text in pages.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the build."""
    app.connect(
        "builder-inited",
        lambda app: write_pages(Path(app.srcdir) / "reference" / "generated"),
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
