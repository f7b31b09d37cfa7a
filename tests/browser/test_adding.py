"""Plots are added by a click, in every session, and layers lie over them."""

from __future__ import annotations

import pytest

from livedata_core.contract import WorkflowId
from livedata_core.plots.layout import Layer
from tests.browser.conftest import Dashboard, OpenWindow
from tests.browser.test_shell import card, feed
from tests.browser.test_times import feed_readings

pytestmark = pytest.mark.browser


def test_plots_are_added_by_a_click_and_seen_by_all(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    grid = dashboard.services.plots.add_grid("Mine", 1, 2)
    seen, other = (window().open(dashboard.url, f"grid:{grid}") for _ in "ab")
    seen.page.click("[aria-label='Add a plot at row 1, column 2']")
    seen.page.fill("#drawer .search", "image")
    seen.page.click(
        "#drawer [data-workflow='dummy/panel_0_xy/1'] [data-output=cumulative]"
    )
    for one in (seen, other):
        one.page.wait_for_selector(".card .empty >> text=is not running")
    feed(dashboard.services)
    other.page.wait_for_selector(".card canvas")

    other.page.click("#rail >> text=Workflows")
    other.page.click("[data-workflow='dummy/panel_0_xy/1'] .output >> nth=0")
    other.page.wait_for_function("document.querySelectorAll('.card').length === 2")
    seen.page.wait_for_function("document.querySelectorAll('.card').length === 2")
    assert not seen.page.query_selector(".place")


def test_marks_are_drawn_over_a_live_plot(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    feed(dashboard.services)
    place = card(seen, "Panel 0")
    seen.page.wait_for_selector(f"{place} canvas")
    seen.page.hover(place)
    seen.page.click(f"{place} [title=Settings]")
    seen.page.select_option("[aria-label='Draw over this plot']", label="Rectangles")
    seen.page.fill("#field-rectangles", "[[1, 1, 3, 2]]")
    seen.page.click("#drawer .primary")
    quads = """() => livedata.plots.models[0].renderers
        .filter((r) => r.glyph.type === 'Quad')
        .map((r) => [...r.data_source.get_column(r.glyph.right.field)])"""
    seen.page.wait_for_function(f"() => JSON.stringify(({quads})()) === '[[3]]'")
    seen.page.click("#drawer >> text=Remove this layer")
    seen.page.wait_for_function(f"() => JSON.stringify(({quads})()) === '[]'")


def test_counts_are_shown_over_a_log_of_another_workflow(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    grid = dashboard.services.plots.add_grid("Scan", 1, 1)
    page = window().open(dashboard.url, f"grid:{grid}").page
    monitors = "#drawer [data-workflow='dummy/monitor_histogram/1']"
    page.click(".place")
    page.select_option(f"{monitors} select", "monitor1")
    page.click(f"{monitors} .output-choice[data-output=counts_total]")
    page.hover(".card")
    page.click(".card [title=Settings]")
    page.select_option("#drawer select >> nth=0", label="Over another quantity")
    page.select_option("#axis-x", label="Sample position")
    page.wait_for_selector(".card-title >> text=over Sample position")
    ((_, cell),) = [
        (g, c) for g, c in dashboard.services.plots.layout.cells() if g.id == grid
    ]
    assert cell.layers[0].axes["x"].source == "motion1"
    page.select_option("#axis-x", label="Choose…")
    page.wait_for_selector(".card-title >> text=over Sample position", state="detached")


def test_layers_that_cannot_share_an_axis_are_refused_in_the_plot(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    plots, logs = dashboard.services.plots, WorkflowId("dummy", "timeseries_data", 1)
    grid = plots.add_grid("Logs", 1, 1)
    position, rotation = (
        Layer(workflow=logs, sources=(name,), output="delta", plotter="timeseries")
        for name in ("motion1", "motion2")
    )
    plots.add_cell(grid, [position, rotation])
    page = window().open(dashboard.url, f"grid:{grid}").page
    for source, unit in (("motion1", "mm"), ("motion2", "deg")):
        feed_readings(dashboard.services, source=source, unit=unit)
    page.wait_for_selector(".card canvas")
    page.wait_for_selector(".card .problem >> text=cannot share an axis")
    said = page.inner_text(".card .problem")
    assert "[°] and" in said
    assert "[mm] cannot share an axis" in said
