"""Fixtures for tests with plugins of their own; a conftest imports what it needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.plugins import GOOD_PLUGIN, Site

__all__ = ["config_dir", "site"]


@pytest.fixture(autouse=True)
def config_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's own settings out."""
    folder = tmp_path / "config"
    monkeypatch.setenv("LIVEDATA_CONFIG_DIR", str(folder))
    monkeypatch.delenv("LIVEDATA_DISABLE_PLUGINS", raising=False)
    return folder


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Give an installation folder on ``sys.path`` with the plugin ``good`` in it."""
    site = Site(tmp_path / "site")
    site.install("good", GOOD_PLUGIN)
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(site.folder))
    yield site
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(site.folder)):
            del sys.modules[name]
