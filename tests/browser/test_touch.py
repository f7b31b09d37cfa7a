"""What fingers do on a tablet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from livedata_core.contract import WorkflowId
from livedata_core.plugins import PluginManager
from tests.browser.conftest import Dashboard, OpenWindow, Window, dashboard_of
from tests.browser.test_regions import at_rest, spot
from tests.browser.test_shell import card

pytestmark = pytest.mark.browser

PANEL = WorkflowId("dummy", "panel_0_xy", 1)
TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
Point = tuple[float, float]


class Finger:
    """A finger on a window's screen."""

    def __init__(self, window: Window) -> None:
        self._devtools = window.page.context.new_cdp_session(window.page)

    def _touch(self, kind: str, *points: Point) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self._devtools.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches}
        )

    def drag(self, begin: Point, end: Point, *, cancelled: bool = False) -> None:
        """Draw a finger over the screen; cancelled: the system takes it over."""
        self._touch("touchStart", begin)
        for part in (0.25, 0.5, 0.75, 1.0):
            between = [a + part * (b - a) for a, b in zip(begin, end, strict=True)]
            self._touch("touchMove", (between[0], between[1]))
        self._touch("touchCancel" if cancelled else "touchEnd")

    def tap(self, at: Point) -> None:
        self._touch("touchStart", at)
        self._touch("touchEnd")


@pytest.fixture
def live(plugins: PluginManager) -> Iterator[Dashboard]:
    """Serve the dummy instrument with its worker and simulator."""
    with dashboard_of(plugins, "dummy", live=True) as made:
        yield made


def begin(window: Window, place: str, shape: str) -> None:
    """Choose to draw a region, by touch."""
    window.page.tap(f"{place} .tools [aria-label^=More]")
    window.page.tap(f"{place} .menu-item:has-text('Draw a region: {shape}')")
    window.page.wait_for_selector(f"{place} .region-canvas", state="attached")


def state(window: Window) -> Any:
    return window.page.evaluate(
        "[livedata.regions.drawing?.points.length ?? null, livedata.regions.drag]"
    )


def test_regions_are_drawn_and_moved_by_touch(
    live: Dashboard, window: OpenWindow
) -> None:
    regions = live.services.regions
    seen = window(**TABLET).open(live.url)
    place = card(seen, "Panel 0")
    seen.page.wait_for_selector(f"{place} canvas")
    seen.page.wait_for_selector(f"{place} .regions > svg", state="attached")
    finger = Finger(seen)

    begin(seen, place, "rectangle")
    ends = spot(seen, place, 0.25, 0.25), spot(seen, place, 0.6, 0.6)
    finger.drag(*ends, cancelled=True)
    assert state(seen) == [0, None]
    assert regions.of(PANEL, "panel_0") == ()
    finger.drag(*ends)
    outline = f"{place} [data-region='0'] .region-line"
    seen.page.wait_for_selector(outline, state="attached")
    assert state(seen) == [None, None]

    at_rest(seen, outline)
    (before,) = regions.of(PANEL, "panel_0")
    box: Any = seen.page.locator(outline).bounding_box()
    edge = box["x"] + 2, box["y"] + box["height"] / 2
    aside = edge[0] + 0.2 * box["width"], edge[1]
    finger.drag(edge, aside, cancelled=True)
    assert state(seen) == [None, None]
    assert regions.of(PANEL, "panel_0") == (before,)
    finger.drag(edge, aside)
    seen.page.wait_for_function(
        """x => livedata.page.cells.some((c) => c.regions?.items[0]?.x[0] > x)""",
        arg=before.x[0],
    )
    (after,) = regions.of(PANEL, "panel_0")
    assert after.y == pytest.approx(before.y)

    begin(seen, place, "polygon")
    for corner in ((0.3, 0.3), (0.7, 0.3), (0.5, 0.7), (0.32, 0.32)):
        finger.tap(spot(seen, place, *corner))
    seen.page.wait_for_selector(f"{place} [data-region='4']", state="attached")
    polygon = regions.of(PANEL, "panel_0")[-1]
    assert (polygon.kind, len(polygon.x)) == ("polygon", 3)


def test_tools_that_have_no_room_for_fingers_are_in_the_menu(
    live: Dashboard, window: OpenWindow
) -> None:
    seen = window(viewport={"width": 768, "height": 1024}, has_touch=True)
    seen.open(live.url)
    place = card(seen, "Panel 0")
    seen.page.wait_for_selector(f"{place} canvas")
    seen.page.tap(f"{place} .tools [aria-label^=More]")
    seen.page.tap(f"{place} .menu-item >> text=Pause")
    seen.page.wait_for_selector(f"{place} .pill >> text=Paused")
    seen.page.tap(f"{place} .tools [aria-label^=More]")
    seen.page.tap(f"{place} .menu-item >> text=Settings")
    seen.page.wait_for_selector("#drawer form")


def test_plots_are_moved_by_touch_on_an_upright_tablet(
    live: Dashboard, window: OpenWindow
) -> None:
    seen = window(viewport={"width": 768, "height": 1024}, has_touch=True)
    seen.open(live.url)
    one, other = card(seen, "Panel 0"), card(seen, "Monitors")
    seen.page.tap("text=Edit this grid")
    seen.page.wait_for_selector(f"{one} .edit-handles")
    ends = [
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for box in (seen.page.locator(place).bounding_box() for place in (one, other))
        if box is not None
    ]
    Finger(seen).drag(ends[0], ends[1])
    seen.page.wait_for_function(
        "place => document.querySelector(place)?.style.gridArea.startsWith('2 / 2 /')",
        arg=one,
    )
