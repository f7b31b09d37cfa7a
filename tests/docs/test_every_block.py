"""No code block of any page goes untried: it runs, is read, or it is said why not."""

from __future__ import annotations

import pytest

from tests.support.blocks import blocks
from tests.support.pages import (
    AUTHORS,
    NOT_RUN,
    OPERATORS,
    ROOT,
    all_pages,
    why_not_run,
)

READ = ("json", "toml", "yaml", "text")
"""Languages that `test_data_in_pages_can_be_read` reads; text is text."""
PAGES = [*all_pages()]


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_tried(page: str) -> None:
    for block in blocks(ROOT / page):
        if block.language == "console":
            tried = page in (*AUTHORS, *OPERATORS)
        elif block.language == "python":
            tried = page in AUTHORS or page.endswith("README.md")
        else:
            tried = block.language in READ
        assert tried, (
            f"nothing tries this block of {page}; add the page to AUTHORS or OPERATORS "
            f"of tests/support/pages.py:\n{block.text}"
        )


@pytest.mark.parametrize("page", [p for p in PAGES if p.endswith("README.md")])
def test_python_of_a_readme_runs(page: str) -> None:
    for block in blocks(ROOT / page):
        if block.language == "python":
            exec(compile(block.text, page, "exec"), {"__name__": "readme"})


def test_what_is_not_run_is_still_printed() -> None:
    commands = [
        command
        for page in PAGES
        for block in blocks(ROOT / page)
        if block.language == "console"
        for command, _ in block.commands
    ]
    for begins in NOT_RUN:
        assert any(command.startswith(begins) for command in commands), begins
    left_out = [command for command in commands if why_not_run(command)]
    assert len(left_out) < len(commands) / 4, left_out
