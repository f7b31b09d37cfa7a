"""Every block of the pages for authors of plugins runs, in the order of the page."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.author import Author
from tests.support.blocks import DOCS, blocks
from tests.support.nexus_files import write_measurement

PAGES = (
    "tutorial/first-plugin.md",
    "how-to/write-a-plugin.md",
    "how-to/workflow-with-parameters.md",
    "how-to/form-adapter.md",
    "how-to/decode-a-schema.md",
    "how-to/transport.md",
    "how-to/widgets-and-hooks.md",
    "how-to/test-a-plugin.md",
    "how-to/publish-a-plugin.md",
    "how-to/instrument-from-nexus.md",
    "explanation/isolation-and-threads.md",
)
GIVEN = (
    "python3 -m venv .venv",
    ". .venv/bin/activate",
    "pip install livedata livedata-testing",
    "twine upload dist/*",
)
"""The environment of these tests is made already; nothing is published."""


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Author]:
    author = Author(tmp_path, monkeypatch, GIVEN)
    write_measurement(tmp_path / "loki.nxs")
    yield author
    author.done()


@pytest.mark.parametrize("page", PAGES)
def test_page_can_be_followed(author: Author, page: str) -> None:
    author.follow(DOCS / page)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*/*.md")), ids=lambda p: p.stem)
def test_data_in_pages_can_be_read(page: Path) -> None:
    reads = {"json": json.loads, "toml": tomllib.loads, "yaml": yaml.safe_load}
    for block in blocks(page):
        if block.language in reads and block.what != "before":
            assert reads[block.language](block.text)
