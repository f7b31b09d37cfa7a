"""Sphinx extension: writes the generated reference pages before sources are read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import cli_page
import contract_pages
import installed_page
import topics_table

from tests.benchmarks.__main__ import benchmarks

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["setup", "write_pages"]


def write_pages(folder: Path) -> None:
    """Write the pages into `folder`; a page that has not changed is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    contract = contract_pages.contract_pages()
    pages = {
        **{f"{name}.md": text for name, text in contract.items()},
        "commands.md": cli_page.cli_page(),
        "installed.md": installed_page.installed_page(),
        # Included in pages, hence no pages of their own.
        "benchmarks.inc": _benchmarks(),
        "topics.inc": topics_table.topics_table(),
    }
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _benchmarks() -> str:
    rows = [
        f"| `hatch run bench {name}` | {summary} |"
        for name, summary in benchmarks().items()
    ]
    return "\n".join(["| command | measures |", "|---|---|", *rows]) + "\n"


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the build."""
    app.connect(
        "builder-inited",
        lambda app: write_pages(Path(app.srcdir) / "reference" / "generated"),
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
