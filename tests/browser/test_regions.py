"""Regions drawn on an image: seen by all sessions, counted by the worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from livedata_core.contract import WorkflowId
from livedata_core.plugins import PluginManager
from tests.browser.conftest import Dashboard, OpenWindow, Window, dashboard_of
from tests.browser.test_shell import card

pytestmark = pytest.mark.browser

PANEL = WorkflowId("dummy", "panel_0_xy", 1)


@pytest.fixture
def live(plugins: PluginManager) -> Iterator[Dashboard]:
    """Serve the dummy instrument with its worker and simulator."""
    with dashboard_of(plugins, "dummy", live=True) as made:
        yield made


def spot(window: Window, place: str, x: float, y: float) -> tuple[float, float]:
    """Return where a part of the frame lies on the page."""
    box = window.page.locator(f"{place} .regions > svg").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def at_rest(window: Window, outline: str) -> None:
    """Wait until an outline does not move: the plot has taken its size."""
    found, before = window.page.locator(outline), None
    while (box := found.bounding_box()) != before or box is None:
        before = box
        window.page.wait_for_timeout(50)


def drag(
    window: Window, place: str, begin: tuple[float, float], end: tuple[float, float]
) -> None:
    mouse = window.page.mouse
    mouse.move(*spot(window, place, *begin))
    mouse.down()
    mouse.move(*spot(window, place, *end), steps=4)
    mouse.up()


def push(window: Window, place: str, outline: str, by: float) -> None:
    """Move a region to the right, by a part of the frame.

    Labels that grow with the counts may move the plot while it is reached for.
    """
    mouse = window.page.mouse
    while True:
        at_rest(window, outline)
        box = window.page.locator(outline).bounding_box()
        frame = window.page.locator(f"{place} .regions > svg").bounding_box()
        assert box is not None
        assert frame is not None
        x, y = box["x"] + 4, box["y"] + box["height"] / 2  # its line is 8 px wide
        mouse.move(x, y)
        mouse.down()
        if window.page.evaluate("livedata.regions.drag !== null"):
            break
        mouse.up()
    mouse.move(x + by * frame["width"], y, steps=4)
    mouse.up()


def test_regions_are_drawn_moved_named_and_deleted_for_all(
    live: Dashboard, window: OpenWindow
) -> None:
    services = live.services
    seen, other = (window().open(live.url) for _ in "ab")
    place = card(seen, "Panel 0")
    for one in (seen, other):
        one.page.wait_for_selector(f"{place} canvas")
        one.page.wait_for_selector(f"{place} .regions > svg", state="attached")
    seen.page.hover(place)
    seen.page.click(f"{place} [title='Draw a region of interest']")
    drag(seen, place, (0.25, 0.25), (0.5, 0.5))
    outline = f"{place} [data-region='0'] .region-line"
    for one in (seen, other):
        one.page.wait_for_selector(outline, state="attached")

    # The spectra of what was drawn follow.
    grid = services.plots.layout.grids[0]
    spectrum = next(cell for cell in grid.cells if cell.title == "Spectrum")
    (layer,) = spectrum.layers
    services.plots.add_layer(
        spectrum.id,
        layer.model_copy(
            update={
                "id": "regions",
                "output": "roi_spectra_cumulative",
                "plotter": "region_spectra",
                "params": {},
            }
        ),
    )
    legend = """name => livedata.plots.models.some((figure) =>
        [...figure.references()].some((model) => model.type === 'Legend'
            && model.items.some((item) => item.label?.value === name)))"""
    seen.page.wait_for_function(legend, arg="Region 1")

    (before,) = services.regions.of(PANEL, "panel_0")
    push(other, place, outline, 0.1)
    seen.page.wait_for_function(
        """x => livedata.page.cells.some((c) => c.regions?.items[0]?.x[0] > x)""",
        arg=before.x[0],
    )
    (after,) = services.regions.of(PANEL, "panel_0")
    assert after.y == pytest.approx(before.y)
    width = before.x[1] - before.x[0]
    assert after.x[1] - after.x[0] == pytest.approx(width)

    other.page.fill("[aria-label='Name of the region']", "Sample <b>")
    other.page.keyboard.press("Enter")
    seen.page.wait_for_selector(f"{place} .region-name >> text=Sample <b>")
    seen.page.wait_for_function(legend, arg="Sample <b>")
    other.page.focus(outline)
    other.page.keyboard.press("Delete")
    for one in (seen, other):
        one.page.wait_for_selector(outline, state="detached")

    seen.page.hover(place)
    seen.page.click(f"{place} .tools [aria-label^=More]")
    seen.page.click(f"{place} .menu-item:has-text('polygon')")
    for corner in ((0.3, 0.3), (0.7, 0.3), (0.5, 0.7), (0.3, 0.3)):
        seen.page.mouse.click(*spot(seen, place, *corner))
    other.page.wait_for_selector(f"{place} [data-region='4']", state="attached")
    (polygon,) = services.regions.of(PANEL, "panel_0")
    assert (polygon.kind, len(polygon.x)) == ("polygon", 3)


def test_regions_on_logarithmic_axes_lie_where_they_were_drawn(
    live: Dashboard, window: OpenWindow
) -> None:
    services = live.services
    seen = window().open(live.url)
    place = card(seen, "Panel 0")
    cell = next(c for _, c in services.plots.layout.cells() if c.title == "Panel 0")
    services.plots.update_layer(
        cell.id, cell.layers[0].id, params={"x_scale": "log", "y_scale": "log"}
    )
    seen.page.wait_for_function(
        """id => livedata.plots.shown.get(id)?.figure?.model.x_scale.type
            === 'LogScale'""",
        arg=cell.id,
    )
    seen.page.wait_for_selector(f"{place} .regions > svg", state="attached")
    seen.page.hover(place)
    seen.page.click(f"{place} [title='Draw a region of interest']")
    drag(seen, place, (0.25, 0.25), (0.5, 0.75))
    outline = f"{place} [data-region='0'] .region-line"
    seen.page.wait_for_selector(outline, state="attached")
    at_rest(seen, outline)
    (region,) = services.regions.of(PANEL, "panel_0")
    limits = seen.page.evaluate(
        """id => { const { x_range: x, y_range: y } =
            livedata.plots.shown.get(id).figure.model;
            return [x.start, x.end, y.start, y.end]; }""",
        cell.id,
    )
    x = [limits[0] * (limits[1] / limits[0]) ** part for part in (0.25, 0.5)]
    y = [limits[2] * (limits[3] / limits[2]) ** part for part in (0.25, 0.75)]
    assert region.x == pytest.approx(x, rel=0.05)
    assert region.y == pytest.approx(y, rel=0.05)
    box = seen.page.locator(outline).bounding_box()
    assert box is not None
    left, top = spot(seen, place, 0.25, 0.25)
    assert (box["x"], box["y"]) == pytest.approx((left, top), abs=6)
