"""A screen on the wall shows one grid after the other, large and read only."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Dashboard, OpenWindow
from tests.browser.test_shell import card, feed

pytestmark = pytest.mark.browser


def test_grids_rotate_and_nothing_can_be_changed(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    services = dashboard.services
    second = services.plots.add_grid("Second", 1, 1)
    feed(services)
    seen = window()
    seen.page.goto(f"{dashboard.url}?kiosk=3600")
    place = card(seen, "Panel 0")
    seen.page.wait_for_selector(f"{place} canvas")
    seen.page.hover(place)
    controls = "button, input, select"
    assert not any(e.is_visible() for e in seen.page.query_selector_all(controls))
    seen.page.evaluate("livedata.kiosk.turn()")
    seen.page.wait_for_function("id => location.hash === id", arg=f"#grid:{second}")
    seen.page.wait_for_selector(".kiosk-title >> text=Second")
    seen.page.evaluate(
        "id => livedata.bridge.send('remove-grid', { grid: id })", second
    )
    seen.page.evaluate("livedata.kiosk.turn()")
    seen.page.wait_for_selector(f"{place} canvas")
    assert second in {grid.id for grid in services.plots.layout.grids}
    seen.page.mouse.click(600, 400)
    seen.page.wait_for_function("() => document.fullscreenElement")
