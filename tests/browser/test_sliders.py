"""Two browsers look at different slices of the same data."""

from __future__ import annotations

import pytest

from livedata_core.api import Layer
from tests.browser.conftest import Dashboard, OpenWindow
from tests.browser.test_shell import card
from tests.plugins.panel.conftest import PANEL
from tests.plugins.panel.test_sliders import TITLE, put_cube

pytestmark = pytest.mark.browser

PLACE = "() => window.livedata?.plots.models[0]?.title.text"


def test_each_browser_moves_its_own_slider(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    services = dashboard.services
    grid = services.plots.add_grid("Three dims", 1, 1)
    layer = Layer(
        workflow=PANEL, sources=("panel_0",), output="cumulative", plotter="slicer"
    )
    services.plots.add_cell(grid, [layer], title=TITLE)
    services.orchestrator.post(lambda: put_cube(services, slices=8))
    seen, other = (window().open(dashboard.url, f"grid:{grid}") for _ in "ab")
    slider = f"{card(seen, TITLE)} input[type=range]"
    for one in (seen, other):
        one.page.wait_for_selector(f"{card(one, TITLE)} canvas")
        one.page.wait_for_selector(slider)
    seen.page.focus(slider)
    for _ in range(3):
        seen.page.keyboard.press("ArrowRight")
    seen.page.wait_for_function(f"() => ({PLACE})()?.includes('3 to 4 mm')")
    assert seen.page.inner_text(".slider-place") == "3 to 4 mm"
    assert other.page.evaluate(PLACE).startswith("Layer: 0 to 1 mm")
    other.page.focus(slider)
    other.page.keyboard.press("End")
    other.page.wait_for_function(f"() => ({PLACE})()?.includes('7 to 8 mm')")
    assert seen.page.input_value(slider) == "3"

    # A page that is loaded anew comes back to where it was.
    seen.page.reload()
    seen.page.wait_for_function(f"() => ({PLACE})()?.includes('3 to 4 mm')")
    assert seen.page.input_value(slider) == "3"
