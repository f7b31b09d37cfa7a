"""What no operator should meet, met in a browser: a message there, nothing lost."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from livedata_core.api import DashboardServices
from livedata_core.config import FileConfigStore
from livedata_core.contract import ArrayData, JobId, ResultKey, RunStart, Variable
from livedata_core.plugins import PluginManager
from tests.browser.conftest import Dashboard, OpenWindow, dashboard_of
from tests.browser.test_shell import EVIL, LOSING, card, feed
from tests.plugins.panel.conftest import PANEL

pytestmark = pytest.mark.browser

LONG = "Detector of a very long name " * 18
KEPT = 200  # characters of a title
JOB = JobId("panel_0", uuid.uuid4())


def put(services: DashboardServices, signal: Variable) -> None:
    """Have a result of panel 0 arrive, as the ingest thread would."""
    now = time.time_ns()
    times = (
        Variable("start_time", (), np.array(now - 10**9), "ns"),
        Variable("time", (), np.array(now), "ns"),
    )

    def change() -> None:
        with services.data.transaction() as transaction:
            key = ResultKey(PANEL, JOB, "cumulative")
            transaction.put(key, ArrayData((signal, *times)), now)

    services.orchestrator.post(change)


def image(*shape: int, unit: str = "counts", dtype: str = "float64") -> Variable:
    dims = ("z", "y", "x")[3 - len(shape) :]
    return Variable("signal", dims, np.ones(shape, dtype), unit, "Image")


def test_an_output_may_change_its_shape_unit_and_type_while_it_is_shown(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    services = dashboard.services
    seen = window().open(dashboard.url)
    page, place = seen.page, card(seen, "Panel 0")
    bar = """label => livedata.plots.models.some((figure) =>
        figure.right.some((bar) => bar.title === label))"""
    extent = """size => livedata.plots.models.some((figure) =>
        figure.x_range.reset_end - figure.x_range.reset_start === size)"""
    put(services, image(4, 4))
    page.wait_for_selector(f"{place} canvas")
    page.wait_for_function(extent, arg=4)
    put(services, image(3, 9))
    page.wait_for_function(extent, arg=9)
    put(services, image(3, 9, dtype="int32"))
    put(services, image(3, 9, unit="mm"))
    page.wait_for_function(bar, arg="Panel 0 [mm]")
    for bad in (image(5), image(2, 3, 4), image(), image(0, 4)):
        put(services, bad)
        sizes = f"sizes {bad.values.shape}"
        expect(page.locator(place)).to_contain_text(
            f"cannot be shown as an image: it has {bad.values.ndim} dimensions "
            f"with {sizes}"
        )
    put(services, image(4, 6))
    page.wait_for_function(extent, arg=6)
    expect(page.locator(f"{place} canvas").first).to_be_visible()


def test_names_of_any_kind_and_length_are_text_and_leave_the_page_usable(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    services = dashboard.services
    cell = services.plots.layout.grids[0].cells[0]
    seen = window(viewport={"width": 1366, "height": 768}).open(dashboard.url)
    page = seen.page
    for name in (EVIL, LONG):
        services.plots.rename_grid(services.plots.layout.grids[0].id, name)
        services.plots.rename_cell(cell.id, name)
        run = RunStart(name, time.time_ns())
        services.orchestrator.post(
            lambda run=run: services.orchestrator.runs.started(run)
        )
        worker = LOSING.model_copy(update={"service_name": name, "worker_id": name})
        services.service_status.update(worker, services.clock(), name, name)
        services.notifications.push("error", name, name)
        feed(services)
        expect(page.locator(".card-title").first).to_have_text(name[:KEPT].strip())
        expect(page.locator("#header .run")).to_contain_text(name.strip()[:100])
        page.wait_for_selector(".card canvas")
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(wide) <= 0
        expect(page.locator("button.theme")).to_be_in_viewport(ratio=1)
        page.click("#rail >> text=System")
        expect(page.get_by_text(name.strip()).first).to_be_attached()
        assert page.evaluate(wide) <= 0
        page.click("#rail .rail-item >> nth=0")
    assert page.title() != "broken"
    assert page.query_selector("img") is None


def test_ten_thousand_plots_in_a_file_are_told_and_the_page_goes_on(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    page = window().open(dashboard.url, "layouts").page
    cells = [{"row": n // 100, "column": n % 100} for n in range(10_000)]
    text = json.dumps({"grids": [{"title": "Huge", "cells": cells}]})
    file = {"name": "huge.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
    page.set_input_files("input[type=file]", file)
    page.wait_for_selector(".toast >> text=Part of “huge.yaml” cannot be read")
    expect(page.locator(".toasts")).to_contain_text("plots of the stored grid “Huge”")
    expect(page.locator(".toasts")).to_contain_text("what cannot be shown is kept")
    page.click("#rail >> text=Huge")
    page.wait_for_selector(".card >> text=This plot has no layers")
    page.click("#rail >> text=Overview")
    page.wait_for_selector("section[aria-label='Panel 0']")


def test_half_a_layout_file_is_kept_and_told_and_the_dashboard_comes_up(
    plugins: PluginManager, window: OpenWindow, tmp_path: Path
) -> None:
    store = FileConfigStore(tmp_path)
    with dashboard_of(plugins, "dummy", store) as made:
        made.services.plots.rename_grid(made.services.plots.layout.grids[0].id, "Mine")
    path = tmp_path / "layout.yaml"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[: len(lines) // 2]))  # still YAML, of less
    half = path.read_bytes()
    with dashboard_of(plugins, "dummy", store) as made:
        page = window().open(made.url).page
        page.wait_for_selector(".toast >> text=The stored layout cannot be read")
        expect(page.locator(".toast")).to_contain_text(f"{path} cannot be read")
        expect(page.locator(".toast")).to_contain_text("cut off")
        page.wait_for_selector("section[aria-label='Panel 0']")
    assert (tmp_path / "layout.yaml.unreadable-1").read_bytes() == half


def test_a_browser_that_slept_shows_the_newest_where_it_was(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    services = dashboard.services
    page = (seen := window().open(dashboard.url)).page
    feed(services)
    page.wait_for_selector(f"{card(seen, 'Panel 0')} canvas")
    page.evaluate("livedata.plots.models[0].x_range.setv({start: 1, end: 2})")
    chrome = page.context.new_cdp_session(page)
    chrome.send("Page.enable")
    chrome.send("Page.setWebLifecycleState", {"state": "frozen"})
    (session,) = services.sessions.snapshot()
    services.sessions.close(session)  # as after two minutes without a sign of life
    for value in (5.0, 6.0, 7.0):
        feed(services, value)
    assert not services.sessions.viewed()
    chrome.send("Page.setWebLifecycleState", {"state": "active"})
    page.wait_for_function(
        """() => [...livedata.plots.models[0].references()].some((model) =>
            model.type === 'ColumnDataSource' && model.data.image?.[0][0] === 7)"""
    )
    limits = "() => (({start, end}) => [start, end])(livedata.plots.models[0].x_range)"
    assert page.evaluate(limits) == [1, 2]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("inf", "finite"), ("nan", "finite"), ("", "Enter a number"), ("1e400", "finite")],
)
def test_forms_say_at_the_field_what_is_no_number_and_start_nothing(
    dashboard: Dashboard, window: OpenWindow, text: str, sentence: str
) -> None:
    page = window().open(dashboard.url, "workflows").page
    page.click("[data-workflow='dummy/panel_0_xy/1'] >> text=Configure")
    page.fill("#field-toa_edges-stop", text)
    error = page.locator(".field:has(#field-toa_edges-stop) .error")
    error.wait_for()
    assert page.is_disabled("#drawer .primary")
    expect(error).to_contain_text(sentence)
    page.fill("#field-toa_edges-stop", "50")
    error.wait_for(state="detached")
    assert page.is_enabled("#drawer .primary")
