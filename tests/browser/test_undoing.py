"""Changes are taken back by key and by button in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Dashboard, OpenWindow
from tests.browser.test_layouts import boxes, in_place
from tests.browser.test_shell import card, feed

pytestmark = pytest.mark.browser


def test_key_undoes_what_its_window_did_on_the_grid_that_is_edited(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    first, second = sorted(boxes(dashboard).items(), key=lambda item: item[1])[:2]
    plots = dashboard.services.plots
    (grid,) = plots.layout.grids
    plots.size_grid(grid.id, 6, 6)
    ids = {cell.title: cell.id for cell in grid.cells}
    seen = window().open(dashboard.url)
    page = seen.page
    card(seen, first[0])
    page.click("text=Edit this grid")
    page.focus(f"section[aria-label='{second[0]}'] .edit-handles")
    page.keyboard.press("Shift+ArrowDown")
    in_place(seen, second[0], *second[1][:2], "span 2 / span 1")
    plots.place_cell(ids[first[0]], 5, 5)
    in_place(seen, first[0], 5, 5, "span 1 / span 1")
    page.keyboard.press("Control+z")
    in_place(seen, second[0], *second[1][:2], "span 1 / span 1")
    in_place(seen, first[0], 5, 5, "span 1 / span 1")

    page.keyboard.press("Shift+ArrowDown")
    in_place(seen, second[0], *second[1][:2], "span 2 / span 1")
    page.keyboard.press("w")
    page.wait_for_selector("h1 >> text=Workflows")
    version = plots.version
    page.keyboard.press("Control+z")
    page.keyboard.press("1")
    in_place(seen, second[0], *second[1][:2], "span 2 / span 1")
    assert plots.version == version
    assert page.query_selector(".editing-bar") is None


def test_undo_is_offered_until_it_is_done_and_refusals_stay_with_their_window(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen, other = (window().open(dashboard.url) for _ in range(2))
    feed(dashboard.services)
    place = card(seen, "Panel 0")
    seen.page.wait_for_selector(f"{place} canvas")
    services = dashboard.services
    panel = next(
        cell for _, cell in services.plots.layout.cells() if cell.title == "Panel 0"
    )
    image = panel.layers[0]
    where = image.workflow, image.sources[0]
    for _ in range(4):
        services.regions.add(*where, "rectangle", (0.0, 1.0), (0.0, 1.0))
    outline = f"{place} [data-region='3'] .region-line"
    seen.page.wait_for_selector(outline)
    seen.page.evaluate(
        "cell => livedata.bridge.send('add-region',"
        " { cell, shape: 'rectangle', x: [0, 1], y: [0, 1] })",
        panel.id,
    )
    seen.page.wait_for_selector(".toast >> text=there are 4 rectangles already")
    seen.page.focus(outline)
    seen.page.keyboard.press("Delete")
    told = ".toast:has-text('was deleted')"
    for each in (seen, other):
        each.page.wait_for_selector(f"{told} >> text=Undo")
    # What came before it would have been shown by now.
    assert other.page.query_selector(".toast:has-text('rectangles already')") is None
    other.page.click(f"{told} .remedy")
    for each in (seen, other):
        each.page.wait_for_selector(outline)
        each.page.wait_for_selector(told, state="detached")
    seen.page.click("button.bell")
    seen.page.wait_for_selector(f".toasts.open {told}")
    assert seen.page.query_selector(".toasts.open .remedy") is None
