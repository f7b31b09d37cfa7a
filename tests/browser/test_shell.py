"""The page in a real browser: frame, plots, forms, and nothing from elsewhere."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest

from livedata_core.api import DashboardServices
from livedata_core.contract import (
    ServiceState,
    ServiceStatus,
    TopicStats,
    TransportStats,
)
from tests.browser.conftest import Dashboard, OpenWindow, Window
from tests.plugins.panel.conftest import put_image

pytestmark = pytest.mark.browser

LOSING = ServiceStatus(
    instrument="dummy",
    service_name="detector_data",
    worker_id="w",
    state=ServiceState.RUNNING,
    transport=TransportStats(
        name="kafka",
        connected=True,
        topics=(
            TopicStats(topic="raw", rate_hz=14, bytes_per_s=5e6, lag=1, skipped=3),
        ),
    ),
)
EVIL = "<img src=x onerror=\"document.title='broken'\">'\"& 🧪"


def feed(
    services: DashboardServices, value: float = 3.0, shape: tuple[int, int] = (4, 4)
) -> None:
    """Have an image arrive, as the ingest thread would."""
    services.orchestrator.post(lambda: put_image(services, value, shape=shape))


def card(window: Window, title: str) -> str:
    selector = f"section[aria-label={json.dumps(title)}]"
    window.page.wait_for_selector(selector)
    return selector


def test_nothing_comes_from_elsewhere(dashboard: Dashboard, window: OpenWindow) -> None:
    seen = window().open(dashboard.url)
    feed(dashboard.services)
    seen.page.wait_for_selector(f"{card(seen, 'Panel 0')} canvas")
    origin = urlsplit(dashboard.url).netloc
    web = [urlsplit(url) for url in seen.requests if url.startswith(("http", "ws"))]
    assert {part.netloc for part in web} == {origin}


def test_empty_cells_say_what_to_do_and_start_it(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    place = card(seen, "Panel 0")
    assert "is not running" in seen.page.inner_text(f"{place} .empty")
    seen.page.click(f"{place} .empty button")
    seen.page.wait_for_selector(f"{place} .empty >> text=Waiting for first data")


def test_data_are_painted_and_patched(dashboard: Dashboard, window: OpenWindow) -> None:
    seen = window().open(dashboard.url)
    feed(dashboard.services, 3.0)
    place = card(seen, "Panel 0")
    seen.page.wait_for_selector(f"{place} canvas")
    seen.painted(1)
    canvas = seen.page.query_selector(f"{place} .figure")
    assert canvas is not None
    feed(dashboard.services, 4.0)
    seen.page.wait_for_function(
        """() => livedata.plots.models[0]
            .title.text.includes('64')"""
    )
    assert seen.page.evaluate("node => node.isConnected", canvas)


def test_zoom_into_a_large_image_shows_its_pixels(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    feed(dashboard.services, 3.0, shape=(4096, 8))
    place = card(seen, "Panel 0")
    seen.page.wait_for_selector(f"{place} canvas")
    zoomed = {"start": 100, "end": 300}
    state = """() => {
        const figure = livedata.plots.models[0];
        const mapper = figure.right[0].color_mapper;
        const { start, end, reset_end } = figure.y_range;
        return { value: mapper.low, start, end, reset_end };
    }"""
    blocks = seen.page.evaluate(state)
    assert blocks["value"] == 12.0
    seen.page.evaluate(
        """() => livedata.plots.models[0]
            .y_range.setv({ start: 100, end: 300 })"""
    )
    seen.page.wait_for_function(f"() => ({state})().value === 3.0")
    assert seen.page.evaluate(state) == {**blocks, "value": 3.0, **zoomed}
    only = "selector => document.querySelectorAll(selector).length === 1"
    seen.page.wait_for_function(only, arg=f"{place} .figure")
    seen.page.hover(place)
    seen.page.click(f"{place} [title='Show all data']")
    seen.page.wait_for_function(f"() => ({state})().value === 12.0")
    assert seen.page.evaluate(state) == blocks


def test_other_pages_open_from_the_rail_and_by_url(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    services = dashboard.services
    services.service_status.update(LOSING, services.clock(), "host", "1.2.3")
    seen = window().open(dashboard.url, "system")
    seen.page.wait_for_selector("h1 >> text=System")
    topics = seen.page.locator("section", has_text="Topics of workers")
    assert topics.locator("tbody tr td").all_inner_texts() == [
        *("raw", "14/s", "5 MB/s", "1 message", "3 messages", "0", "detector_data")
    ]
    seen.page.click("#rail >> text=Workflows")
    seen.page.wait_for_selector("h1 >> text=Workflows")
    assert seen.page.url.endswith("#workflows")
    seen.page.fill(".search", "monitor")
    seen.page.wait_for_selector(
        '[data-workflow="dummy/panel_0_xy/1"]', state="detached"
    )
    assert seen.page.is_visible('[data-workflow="dummy/monitor_histogram/1"]')


def test_theme_is_switched_and_remembered(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window(color_scheme="light").open(dashboard.url)
    feed(dashboard.services)
    seen.page.wait_for_selector(f"{card(seen, 'Panel 0')} canvas")
    colour = """() => livedata.plots.models[0]
        .below[0].axis_label_text_color"""
    light = seen.page.evaluate(colour)
    seen.page.click("button.theme")
    seen.page.wait_for_function(f"old => ({colour})() !== old", arg=light)
    assert seen.page.get_attribute("html", "data-theme") == "dark"
    seen.page.reload()
    seen.page.wait_for_selector(".rail-item")
    assert seen.page.get_attribute("html", "data-theme") == "dark"


def test_settings_stand_beside_the_live_plot(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    feed(dashboard.services)
    place = card(seen, "Panel 0")
    seen.page.wait_for_selector(f"{place} canvas")
    seen.page.hover(place)
    seen.page.click(f"{place} [title=Settings]")
    seen.page.wait_for_selector("#drawer form")
    low = "#field-low"
    seen.page.fill(low, "many")
    seen.page.wait_for_selector("#drawer .error >> text=is not a number")
    assert seen.page.is_disabled("#drawer .primary")
    seen.page.fill(low, "1.5")
    seen.page.wait_for_selector("#drawer .field.changed")
    seen.page.press(low, "Enter")
    seen.page.wait_for_function(
        """() => livedata.plots.models[0]
            ?.right[0]?.color_mapper.low === 1.5"""
    )
    palette = "() => livedata.plots.models[0]?.right[0]?.color_mapper.palette[128]"
    before = seen.page.evaluate(palette)
    seen.page.select_option("#field-colour_map", label="Magma")
    seen.page.wait_for_function(f"old => ({palette})() !== old", arg=before)
    assert seen.page.is_visible(f"{place} canvas")
    seen.page.click("#drawer [aria-label=Close]")
    seen.page.wait_for_selector("#drawer form", state="detached")


def test_names_are_text_wherever_they_come_from(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    services = dashboard.services
    grid = services.plots.layout.grids[0]
    services.plots.rename_grid(grid.id, EVIL)
    layers = grid.cells[0].layers
    other = services.plots.add_grid("Other", 1, 1)
    services.plots.add_cell(other, layers, title=EVIL)
    seen = window().open(dashboard.url, f"grid:{other}")
    seen.page.wait_for_selector(".card-title")
    assert seen.page.inner_text(".card-title") == EVIL
    assert seen.page.inner_text(".rail-item >> nth=0").strip() == EVIL
    services.notifications.push("error", EVIL, EVIL)
    seen.page.wait_for_selector(".toast")
    assert EVIL in seen.page.inner_text(".toast")
    assert seen.page.title() != "broken"
    assert seen.page.query_selector("img") is None


def test_toasts_reach_every_window_and_stay_in_the_list(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    windows = [window().open(dashboard.url) for _ in range(2)]
    dashboard.services.notifications.push("warning", "Shutter closed", "Nothing comes.")
    for seen in windows:
        seen.page.wait_for_selector(".toast >> text=Shutter closed")
        seen.page.click(".toast:has-text('Shutter closed') button")
        seen.page.wait_for_selector(".toast >> text=Shutter closed", state="detached")
        seen.page.click("button.bell")
        seen.page.wait_for_selector(".toasts.open >> text=Shutter closed")


def test_closed_window_is_forgotten(dashboard: Dashboard, window: OpenWindow) -> None:
    seen = window().open(dashboard.url)
    seen.page.wait_for_selector(".card")
    sessions = dashboard.services.sessions
    assert len(sessions.snapshot()) == 1
    assert sessions.viewed()
    seen.page.goto("about:blank")
    seen.page.wait_for_timeout(100)
    other = window().open(dashboard.url, "system")
    other.page.wait_for_function(
        """() => [...document.querySelectorAll('section.group')].at(-1)
            .querySelectorAll('tbody tr').length === 1""",
        timeout=60_000,
    )
    assert sessions.viewed() == frozenset()
