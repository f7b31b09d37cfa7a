"""The tools of a plot: held axes, pause, reference, files, a page of its own."""

from __future__ import annotations

import io
import time
from pathlib import Path

import numpy as np
import pytest
import scipp as sc

from livedata_core.api import DashboardServices
from livedata_core.contract import ArrayData, ResultKey, Variable
from tests.browser.conftest import Dashboard, OpenWindow, Window
from tests.browser.test_shell import card, feed
from tests.plugins.panel.conftest import JOB, PANEL

pytestmark = pytest.mark.browser

FIGURE = "window.livedata?.plots.models[0]"
ZOOM = f"{FIGURE}.y_range.setv({{ start: 1, end: 3 }})"
STORED = "() => JSON.parse(sessionStorage.getItem('livedata-looks') ?? '[]')[0]"
LIMITS = """() => {
    const figure = window.livedata?.plots.models[0];
    if (!figure) return null;
    const mapper = figure.right[0].color_mapper;
    return [figure.x_range.end, mapper.high, figure.title.text];
}"""


def viewport_listeners(window: Window) -> list[object]:
    """Return what listens to the page's viewport: Bokeh's plots, and keeps them."""
    session = window.page.context.new_cdp_session(window.page)
    asked = session.send("Runtime.evaluate", {"expression": "visualViewport"})
    place = {"objectId": asked["result"]["objectId"]}
    found = session.send("DOMDebugger.getEventListeners", place)["listeners"]
    session.detach()
    return list(found)


def tool(window: Window, place: str, name: str) -> None:
    window.page.hover(place)
    window.page.click(f"{place} .tools [aria-label^='{name}']")


def test_axes_and_colours_are_held_and_a_pause_is_caught_up_with(
    dashboard: Dashboard, window: OpenWindow, tmp_path: Path
) -> None:
    seen = window(color_scheme="light").open(dashboard.url)
    feed(dashboard.services, 3.0)
    place = card(seen, "Panel 0")
    seen.page.wait_for_selector(f"{place} canvas")
    seen.painted(1)
    tool(seen, place, "Hold colour scale")
    held = seen.page.evaluate(LIMITS)
    # The figure is made anew for another theme, and holds what was held.
    seen.page.click("button.theme")
    seen.page.wait_for_function(
        "() => [...livedata.plots.shown.values()][0].view?.model.id"
        " && [...livedata.plots.shown.values()][0].name.endsWith('dark')"
    )
    feed(dashboard.services, 5.0)
    seen.page.wait_for_function(f"() => ({LIMITS})()[2].includes('80')")
    assert seen.page.evaluate(LIMITS)[:2] == held[:2]
    # Bokeh would keep all documents, and with them all data that were ever shown.
    assert seen.page.evaluate("Bokeh.documents.length") == 1
    shown = seen.page.evaluate(
        "[...livedata.plots.shown.values()].filter((e) => e.view).length"
    )
    assert len(viewport_listeners(seen)) == shown
    tool(seen, place, "Show all data")
    seen.page.wait_for_function(f"high => ({LIMITS})()[1] > high", arg=held[1])

    tool(seen, place, "Hold horizontal axis")
    feed(dashboard.services, 5.0, shape=(4, 8))
    seen.page.wait_for_function(f"() => ({LIMITS})()[2].includes('160')")
    assert seen.page.evaluate(LIMITS)[0] == held[0]
    tool(seen, place, "Hold horizontal axis")
    seen.page.wait_for_function(f"end => ({LIMITS})()[0] > end", arg=held[0])

    tool(seen, place, "Pause")
    seen.page.wait_for_selector(f"{place} .pill >> text=Paused")
    other = window().open(dashboard.url)
    feed(dashboard.services, 7.0, shape=(4, 8))
    other.page.wait_for_function(f"() => ({LIMITS})()[2].includes('224')")
    assert "160" in seen.page.evaluate(LIMITS)[2]
    _, path = saved(seen, place, "CSV", tmp_path)
    assert path.read_text().splitlines()[-1].endswith("5.0,5.0")
    _, path = saved(other, card(other, "Panel 0"), "CSV", tmp_path)
    assert path.read_text().splitlines()[-1].endswith("7.0,7.0")
    saves_the_picture_of_a_pause(seen, other, tmp_path)

    # So does a page that is loaded anew, with what is held and zoomed.
    tool(seen, place, "Hold colour scale")
    held = seen.page.evaluate(LIMITS)
    seen.page.evaluate(f"() => {ZOOM}")
    seen.page.wait_for_function(f"() => ({STORED})()?.[1].zoom?.y.end === 3")
    seen.page.reload()
    seen.page.wait_for_selector(f"{place} .pill >> text=Paused")
    seen.page.wait_for_function(f"() => ({LIMITS})()?.[2].includes('160')")
    assert seen.page.evaluate(LIMITS)[:2] == held[:2]
    assert seen.page.evaluate(f"() => {FIGURE}.y_range.end") == 3.0
    pressed = "() => document.querySelectorAll('.tools [aria-pressed=true]').length"
    assert seen.page.evaluate(pressed) == 2  # the colours and the pause
    tool(seen, place, "Go on")
    seen.page.wait_for_function(f"() => ({LIMITS})()[2].includes('224')")
    assert seen.page.evaluate(LIMITS)[1] == held[1]
    tool(seen, place, "Show all data")
    seen.page.wait_for_function(f"() => ({STORED})() === undefined")


def saves_the_picture_of_a_pause(seen: Window, live: Window, folder: Path) -> None:
    """The total is the title of the image: the SVG has it as text."""
    texts = []
    for one in (seen, live):
        place = card(one, "Panel 0")
        _, path = saved(one, place, "SVG", folder)
        texts.append(path.read_text())
        _, path = saved(one, place, "PNG", folder)
        assert path.read_bytes().startswith(b"\x89PNG")
    still, moving = texts
    assert ("Total 160" in still, "Total 224" in still) == (True, False)
    assert ("Total 160" in moving, "Total 224" in moving) == (False, True)


def put_spectrum(services: DashboardServices, value: float) -> None:
    """Have a spectrum of four equal bins arrive from panel 0."""
    data = ArrayData(
        (
            Variable("signal", ("time_of_arrival",), np.full(4, value), "counts", "S"),
            Variable("time_of_arrival", ("time_of_arrival",), np.arange(5.0), "ms"),
        )
    )
    with services.data.transaction() as change:
        change.put(ResultKey(PANEL, JOB, "spectrum_cumulative"), data, time.time_ns())


def menu(window: Window, place: str, label: str) -> None:
    tool(window, place, "More")
    window.page.click(f"{place} .menu-item:has-text('{label}')")


def saved(window: Window, place: str, label: str, folder: Path) -> tuple[str, Path]:
    with window.page.expect_download() as download:
        menu(window, place, label)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return download.value.suggested_filename, path


def test_curves_are_compared_saved_and_opened_alone(
    dashboard: Dashboard, window: OpenWindow, tmp_path: Path
) -> None:
    services = dashboard.services
    seen = window().open(dashboard.url)
    services.orchestrator.post(lambda: put_spectrum(services, 2.0))
    place = card(seen, "Spectrum")
    seen.page.wait_for_selector(f"{place} canvas")
    menu(seen, place, "Keep as reference")
    services.orchestrator.post(lambda: put_spectrum(services, 9.0))
    tops = """() => window.livedata?.plots.models[0]?.renderers
        .filter((r) => r.glyph.type === 'Line')
        .map((r) => Math.max(...r.data_source.get_column(r.glyph.y.field))).join()"""
    seen.page.wait_for_function(f"() => ({tops})() === '2,9'")
    seen.page.reload()  # the reference stays with the tab
    seen.page.wait_for_function(f"() => ({tops})() === '2,9'")
    assert "Reference" in seen.page.inner_text(f"{place} .card-header")

    name, path = saved(seen, place, "PNG", tmp_path)
    assert name.startswith("Spectrum_20")
    assert path.read_bytes().startswith(b"\x89PNG")
    _, path = saved(seen, place, "SVG", tmp_path)
    assert b"<svg" in path.read_bytes()[:200]
    _, path = saved(seen, place, "CSV", tmp_path)
    lines = path.read_text().splitlines()
    assert lines[-1].startswith("3.0,4.0,9.0")
    _, path = saved(seen, place, "HDF5", tmp_path)
    (data,) = sc.io.load_hdf5(io.BytesIO(path.read_bytes())).values()
    assert data.values.tolist() == [9.0] * 4

    menu(seen, place, "Full screen")
    seen.page.wait_for_function(
        "() => document.fullscreenElement?.ariaLabel === 'Spectrum'"
    )
    seen.page.evaluate("document.exitFullscreen()")

    with seen.page.expect_popup() as popup:
        menu(seen, place, "Open in its own window")
    alone = popup.value
    alone.wait_for_selector(".card canvas")
    assert alone.locator(".card").count() == 1
    alone.close()
