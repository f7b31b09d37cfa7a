"""Each page has an address: found by it, told where it is not, and left by Back."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Dashboard, OpenWindow, Window
from tests.browser.test_shell import card

pytestmark = pytest.mark.browser


def at(window: Window, address: str) -> None:
    """Wait until the address of the page is that."""
    window.page.wait_for_function("at => location.hash === at", arg=f"#{address}")


@pytest.mark.parametrize("address", ["%", "%E0%A4%A", "x" * 501])
def test_address_that_is_not_understood_leads_to_the_first_grid(
    dashboard: Dashboard, window: OpenWindow, address: str
) -> None:
    (grid,) = dashboard.services.plots.layout.grids
    seen = window().open(dashboard.url, address)
    card(seen, "Panel 0")
    told = ".toast:has-text('The address is not understood')"
    seen.page.wait_for_selector(told)
    at(seen, f"grid:{grid.id}")
    seen.page.click(f"{told} [aria-label=Dismiss]")
    seen.page.evaluate("address => { location.hash = address; }", address)
    seen.page.wait_for_selector(told)
    at(seen, f"grid:{grid.id}")
    card(seen, "Panel 0")


def test_address_of_no_grid_is_told_to_its_window_and_corrected(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    (grid,) = dashboard.services.plots.layout.grids
    other = window().open(dashboard.url)
    seen = window().open(dashboard.url, "grid-nope")
    told = ".toast:has-text('There is no grid at this address')"
    for address in ("workflows/zzz", "grid:gone"):
        seen.page.wait_for_selector(told)
        at(seen, f"grid:{grid.id}")
        seen.page.click(f"{told} [aria-label=Dismiss]")
        seen.page.evaluate("address => { location.hash = address; }", address)
    seen.page.wait_for_selector(f"{told} >> text=grid:gone")
    at(seen, f"grid:{grid.id}")
    dashboard.services.notifications.push("info", "For all")
    other.page.wait_for_selector(".toast:has-text('For all')")
    assert other.page.query_selector(told) is None


def test_page_of_a_removed_plot_says_so_until_it_is_put_back(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    plots = dashboard.services.plots
    (grid,) = plots.layout.grids
    cell = next(cell for cell in grid.cells if cell.title == "Panel 0")
    seen = window().open(dashboard.url, f"cell:{cell.id}")
    card(seen, "Panel 0")
    removed = plots.remove_cell(cell.id)
    seen.page.wait_for_selector("h1 >> text=“Panel 0” was removed")
    at(seen, f"cell:{cell.id}")
    plots.restore(removed)
    card(seen, "Panel 0")
    plots.remove_cell(cell.id)
    seen.page.click("text=Put it back")
    card(seen, "Panel 0")
    seen.page.evaluate("location.hash = 'cell:gone'")
    seen.page.wait_for_selector("h1 >> text=There is no plot at this address")
    at(seen, "cell:gone")
    seen.page.click("text=Go to the grids")
    at(seen, f"grid:{grid.id}")
    card(seen, "Panel 0")


def test_back_and_forward_walk_through_the_pages_seen(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    (grid,) = dashboard.services.plots.layout.grids
    seen = window().open(dashboard.url)
    page = seen.page
    card(seen, "Panel 0")
    at(seen, f"grid:{grid.id}")
    assert page.title() == "Overview – Dummy – livedata"
    page.click("#rail >> text=Workflows")
    page.wait_for_selector("h1 >> text=Workflows")
    page.keyboard.press("s")
    page.wait_for_selector("h1 >> text=System")
    assert page.title() == "System – Dummy – livedata"
    page.go_back()
    page.wait_for_selector("h1 >> text=Workflows")
    at(seen, "workflows")
    page.go_back()
    card(seen, "Panel 0")
    at(seen, f"grid:{grid.id}")
    page.go_forward()
    page.wait_for_selector("h1 >> text=Workflows")
    # What is opened by what the user does is left by Back as well.
    page.click("#page .output >> nth=0")
    card(seen, "Panel 0")
    page.go_back()
    page.wait_for_selector("h1 >> text=Workflows")
    at(seen, "workflows")
    cell = next(cell for cell in grid.cells if cell.title == "Panel 0")
    page.evaluate("id => { location.hash = `cell:${id}`; }", cell.id)
    page.wait_for_function("document.title === 'Panel 0 – Dummy – livedata'")
