"""Every block of the pages for authors of plugins runs, in the order of the page."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.author import Author
from tests.support.blocks import blocks
from tests.support.nexus_files import write_measurement
from tests.support.pages import AUTHORS, ROOT, all_pages


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Author]:
    author = Author(tmp_path, monkeypatch)
    write_measurement(tmp_path / "loki.nxs")
    yield author
    author.done()


@pytest.mark.parametrize("page", AUTHORS)
def test_page_can_be_followed(author: Author, page: str) -> None:
    author.follow(ROOT / page)


@pytest.mark.parametrize("page", [*all_pages()])
def test_data_in_pages_can_be_read(page: str) -> None:
    reads = {"json": json.loads, "toml": tomllib.loads, "yaml": yaml.safe_load}
    for block in blocks(ROOT / page):
        if block.language in reads and block.what != "before":
            assert reads[block.language](block.text)
