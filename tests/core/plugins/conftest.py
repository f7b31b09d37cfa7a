"""A site folder with one good plugin in it, which every failure must leave alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from livedata_core.plugins import PluginManager, PluginState, load_plugins
from tests.support.plugin_fixtures import config_dir, site
from tests.support.plugins import Site, report_of

__all__ = ["Load", "config_dir", "load", "site"]

Load = Callable[[], PluginManager]


@pytest.fixture
def load(site: Site) -> Iterator[Load]:
    """Load the plugins, and check at the end that the others are unhurt."""
    managers: list[PluginManager] = []

    def loaded() -> PluginManager:
        managers.append(load_plugins())
        return managers[-1]

    yield loaded
    assert managers, "the test loaded nothing"
    for manager in managers:
        assert "good-transport" in manager.registry.transports
        assert report_of(manager, "good").state is PluginState.LOADED
        assert "in-process" in manager.registry.transports
        assert "serve" in manager.registry.subcommands
