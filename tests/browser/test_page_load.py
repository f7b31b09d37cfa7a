"""What a browser fetches for a page: little, once; more where a plugin has widgets."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest

from livedata_core.plugins import Found, PluginManager, discover
from tests.browser.conftest import Dashboard, OpenWindow, Window, dashboard_of
from tests.support import widget_plugin

pytestmark = pytest.mark.browser


def fetched(seen: Window, kind: str) -> list[str]:
    """Return the names of the files of one kind that a window asked for."""
    paths = (PurePosixPath(urlsplit(url).path) for url in seen.requests)
    return [path.name for path in paths if path.suffix == kind]


def test_bokehjs_is_the_only_library_of_a_page(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    libraries = [name for name in fetched(seen, ".js") if name.endswith(".min.js")]
    assert libraries == ["bokeh.min.js"]


def test_a_file_is_fetched_once(dashboard: Dashboard, window: OpenWindow) -> None:
    seen = window().open(dashboard.url)
    seen.page.reload()
    seen.page.wait_for_selector("#rail .rail-item")
    sizes = seen.page.evaluate(
        """() => performance.getEntriesByType('resource')
            .filter(entry => /\\/livedata-.*\\.(js|css)$/.test(entry.name))
            .map(entry => entry.transferSize)"""
    )
    assert len(sizes) > 10
    assert set(sizes) == {0}


def test_widgets_of_plugins_bring_panel(window: OpenWindow) -> None:
    plugins = PluginManager((*discover(), Found.of(widget_plugin, "bell")))
    with dashboard_of(plugins, "dummy") as dashboard:
        seen = window().open(dashboard.url)
        seen.page.click("#header-place button >> text=Ring")
        seen.page.wait_for_selector("#header-place button >> text=Rung")
        seen.page.wait_for_selector(".card")
        shift = seen.page.locator("#rail-place >> text=On shift")
        seen.page.evaluate("document.documentElement.dataset.theme = 'dark'")
        colours = shift.evaluate(
            "e => [e, document.body].map(item => getComputedStyle(item).color)"
        )
        assert colours[0] == colours[1], "it cannot be read in the dark"
        seen.page.click("#rail >> text=Collapse")
        shift.wait_for(state="hidden")
        seen.page.close()
    assert "panel.min.js" in fetched(seen, ".js")
