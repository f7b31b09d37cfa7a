"""A session shows the shared state, patches its plots, and goes without trace."""

from __future__ import annotations

import gc
import json
import weakref

import pytest
from bokeh.models import ColumnDataSource

from livedata_core.api import CellFrame, DashboardServices, SourceState
from livedata_core.contract import OVERVIEW
from tests.plugins.panel.conftest import PANEL, Browser, put_image


def image_of(browser: Browser) -> ColumnDataSource:
    return next(
        model
        for model in browser.figure().references()
        if isinstance(model, ColumnDataSource) and "image" in model.data
    )


def pixel(browser: Browser) -> float:
    return float(image_of(browser).data["image"][0][0, 0])


def test_nothing_is_sent_before_the_page_has_loaded(browser: Browser) -> None:
    browser.look()
    assert browser.bridge.shell == ""
    assert browser.services.sessions.viewed() == frozenset()


def test_first_grid_is_opened_and_its_cells_are_viewed(browser: Browser) -> None:
    browser.hello()
    grid = browser.services.plots.layout.grids[0]
    assert browser.view("shell")["page"] == f"grid:{grid.id}"
    assert browser.view("page")["title"] == "Overview"
    assert browser.services.sessions.viewed() == {
        (cell.id, OVERVIEW) for cell in grid.cells
    }


def test_page_named_in_the_url_is_opened(browser: Browser) -> None:
    browser.hello("workflows")
    assert browser.view("page")["kind"] == "workflows"


def test_unknown_page_leads_to_the_first_grid(browser: Browser) -> None:
    browser.hello("grid:gone")
    (told,) = browser.view("notices")["items"]
    assert told["title"] == "There is no grid at this address"
    assert told["text"].startswith("“#grid:gone”")
    assert browser.view("page")["title"] == "Overview"


def test_empty_cell_says_what_to_do(browser: Browser) -> None:
    browser.hello()
    empty = browser.cell("Panel 0")["empty"]
    assert empty["title"] == "“Panel 0” is not running"
    assert empty["action"] == {
        "label": "Start it",
        "kind": "start",
        "workflow": "dummy/panel_0_xy/1",
        "sources": ["panel_0"],
    }


def test_start_from_an_empty_cell_starts_the_workflow(browser: Browser) -> None:
    browser.hello()
    browser.send("start", workflow=str(PANEL), sources=["panel_0"])
    workflow = browser.services.workflows.workflow(PANEL)
    assert workflow is not None
    assert workflow.sources[0].state is SourceState.STARTING
    empty = browser.cell("Panel 0")["empty"]
    assert empty["title"] == "Waiting for first data"
    assert empty["since"] is not None


def test_refused_start_is_told(browser: Browser) -> None:
    browser.hello()
    browser.send("start", workflow="dummy/nothing/1")
    notice = browser.view("notices")["items"][-1]
    assert notice["title"] == "The workflow was not started"


def test_data_become_a_figure(browser: Browser) -> None:
    browser.hello()
    put_image(browser.services, 3.0)
    browser.look()
    assert browser.cell("Panel 0")["empty"] is None
    assert pixel(browser) == 3.0


def test_new_data_patch_the_figure(browser: Browser) -> None:
    browser.hello()
    put_image(browser.services, 3.0)
    browser.look()
    figure = browser.figure()
    browser.paint()
    put_image(browser.services, 4.0)
    browser.look()
    assert browser.figure() is figure
    assert pixel(browser) == 4.0


def test_slow_browser_skips_frames_and_gets_the_newest(browser: Browser) -> None:
    browser.hello()
    put_image(browser.services, 1.0)
    browser.look()
    put_image(browser.services, 2.0)
    browser.look()
    assert pixel(browser) == 1.0
    put_image(browser.services, 3.0)
    browser.look()
    browser.paint()
    assert pixel(browser) == 3.0


def test_two_sessions_get_the_very_same(services: DashboardServices) -> None:
    one, other = Browser(services, "one"), Browser(services, "other")
    for browser in (one, other):
        browser.hello()
    put_image(services, 5.0)
    one.look()
    other.look()
    assert one.page.numbers == other.page.numbers
    assert pixel(one) == pixel(other) == 5.0
    for browser in (one, other):
        browser.updater.close()


def test_another_page_lets_go_of_the_plots(browser: Browser) -> None:
    browser.hello()
    put_image(browser.services, 1.0)
    browser.look()
    browser.send("navigate", page="system")
    assert browser.services.sessions.viewed() == frozenset()
    assert browser.updater.plots.figures == {}
    assert browser.view("page")["kind"] == "system"


def test_sessions_hold_no_models_of_figures(browser: Browser) -> None:
    browser.hello()
    before = len(list(browser.document.models))
    put_image(browser.services, 1.0)
    browser.look()
    assert pixel(browser) == 1.0
    assert len(list(browser.document.models)) == before


def test_hidden_tab_is_not_computed_for_and_comes_back(browser: Browser) -> None:
    browser.hello()
    put_image(browser.services, 1.0)
    browser.look()
    browser.paint()
    browser.send("visible", visible=False)
    assert browser.services.sessions.viewed() == frozenset()
    put_image(browser.services, 2.0)
    browser.look()
    assert pixel(browser) == 1.0
    browser.send("visible", visible=True)
    browser.look()
    assert pixel(browser) == 2.0


def test_hidden_tabs_keep_no_data(services: DashboardServices) -> None:
    browsers = [Browser(services, f"s{number}") for number in range(3)]
    for browser in browsers:
        browser.hello()
    for number, leaving in enumerate(browsers):
        put_image(services, float(number))
        for browser in browsers:
            browser.look()
            browser.paint()
        leaving.send("visible", visible=False)
    late = Browser(services, "late")
    late.hello()
    put_image(services, 9.0)
    late.paint()
    late.look()
    cell_id = late.cell("Panel 0")["id"]
    latest = services.plot_data.cell(cell_id)
    gc.collect()
    frames = [one for one in gc.get_objects() if isinstance(one, CellFrame)]
    kept = [one for one in frames if one.cell_id == cell_id and one.drawn is not None]
    assert [one is latest for one in kept] == [True]
    browsers[0].send("visible", visible=True)
    browsers[0].look()
    assert pixel(browsers[0]) == 9.0
    for browser in (*browsers, late):
        browser.updater.close()


def test_removed_grid_gives_way_to_the_first(browser: Browser) -> None:
    browser.hello()
    second = browser.services.plots.add_grid("Second")
    browser.send("navigate", page=f"grid:{second}")
    browser.services.plots.remove_grid(second)
    browser.look()
    assert browser.view("page")["title"] == "Overview"


def test_changed_settings_rebuild_the_plot(browser: Browser) -> None:
    browser.hello()
    put_image(browser.services, 1.0)
    browser.look()
    before = browser.cell("Panel 0")["figure"]
    cell = browser.cell("Panel 0")["id"]
    browser.send("configure-plot", cell=cell)
    form = browser.view("drawer")["form"]
    colours = next(f for f in form["group"]["fields"] if f["label"] == "Colours")
    choice = str(colours["choices"].index("Magma"))
    browser.send("change", path=colours["path"], value=choice)
    browser.paint()
    browser.send("apply")
    browser.look()
    _, changed = browser.services.plots.layout.find(cell)
    assert changed.layers[0].params["colour_map"] == "magma"
    assert browser.cell("Panel 0")["figure"] != before


def test_form_shows_errors_and_refuses(browser: Browser) -> None:
    browser.hello("workflows")
    browser.send("configure-workflow", workflow=str(PANEL))
    edges = next(
        group
        for group in browser.view("drawer")["form"]["group"]["groups"]
        if any(field["path"][-1] == "num_bins" for field in group["fields"])
    )
    path = [*edges["path"], "num_bins"]
    browser.send("change", path=path, value="0")
    assert not browser.view("drawer")["form"]["valid"]
    browser.send("apply")
    assert browser.view("drawer") is not None
    browser.send("reset", path=path)
    browser.send("apply")
    assert browser.view("drawer") is None
    workflow = browser.services.workflows.workflow(PANEL)
    assert workflow is not None
    assert workflow.runs


def test_what_was_entered_for_a_workflow_is_there_when_it_is_opened_again(
    browser: Browser,
) -> None:
    def bins() -> str:
        groups = browser.view("drawer")["form"]["group"]["groups"]
        fields = [field for group in groups for field in group["fields"]]
        value: str = next(f["value"] for f in fields if f["path"] == path)
        return value

    path = ["toa_edges", "num_bins"]
    browser.hello("workflows")
    browser.send("configure-workflow", workflow=str(PANEL))
    before = bins()
    browser.send("close")
    browser.send("configure-workflow", workflow=str(PANEL))
    assert not browser.view("drawer")["form"]["drafted"]
    browser.send("change", path=path, value="0")
    for leave in ("close", "navigate", "configure-workflow"):
        browser.send(leave, page="workflows", workflow="dummy/monitor_histogram/1")
        browser.send("configure-workflow", workflow=str(PANEL))
        form = browser.view("drawer")["form"]
        assert (bins(), form["drafted"], form["valid"]) == ("0", True, False)
    browser.send("discard-draft")
    assert (bins(), browser.view("drawer")["form"]["drafted"]) == (before, False)
    browser.send("change", path=path, value="7")
    browser.send("close")
    browser.send("configure-workflow", workflow=str(PANEL))
    browser.send("apply")
    browser.send("configure-workflow", workflow=str(PANEL))
    assert (bins(), browser.view("drawer")["form"]["drafted"]) == ("7", False)


def test_drawer_of_a_removed_plot_closes(browser: Browser) -> None:
    browser.hello()
    cell = browser.cell("Panel 0")["id"]
    browser.send("configure-plot", cell=cell)
    browser.services.plots.remove_cell(cell)
    browser.look()
    assert browser.view("drawer") is None
    browser.send("configure-plot", cell=cell)
    assert browser.view("notices")["items"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"kind":"nothing"}', '{"kind":"start"}', "null"]
)
def test_nonsense_from_a_browser_is_ignored(browser: Browser, text: str) -> None:
    browser.hello()
    browser.bridge.inbox = text + " "
    assert browser.view("page")["title"] == "Overview"


def test_figures_follow_the_theme(browser: Browser) -> None:
    browser.hello(theme="light")
    put_image(browser.services, 1.0)
    browser.look()
    light = browser.figure().below[0].axis_label_text_color
    browser.send("theme", theme="dark")
    browser.paint()
    browser.look()
    axis = browser.figure().below[0]
    assert axis.axis_label_text_color != light
    assert axis.axis_label_text_font_style == "normal"
    assert pixel(browser) == 1.0


def test_notifications_reach_every_session(services: DashboardServices) -> None:
    services.notifications.push("info", "Before")
    before = services.notifications.version
    browser = Browser(services)
    browser.hello()
    services.notifications.push("warning", "<b>News</b>", "text")
    browser.look()
    view = browser.view("notices")
    titles = [item["title"] for item in view["items"]]
    assert titles[-2:] == ["Before", "<b>News</b>"]
    assert view["baseline"] == before
    browser.updater.close()


def test_what_came_while_nobody_looked_is_news_to_the_next(
    services: DashboardServices,
) -> None:
    push = services.notifications.push
    push("warning", "At the start")
    first = Browser(services, "first")
    first.hello()
    first.look()
    assert first.view("notices")["missed"] == 0
    other = Browser(services, "other")
    other.hello()
    assert other.view("notices")["missed"] == services.notifications.version
    for browser in (first, other):
        browser.updater.close()
    told = services.notifications.version
    push("warning", "At night")
    morning = Browser(services, "morning")
    morning.hello()
    assert morning.view("notices")["missed"] == told
    morning.updater.close()


def test_heartbeat_reopens_a_dropped_session(browser: Browser) -> None:
    browser.hello()
    viewed = browser.services.sessions.viewed()
    browser.services.sessions.close("s1")
    browser.bridge.beat += 1
    assert "s1" in browser.services.sessions.snapshot()
    assert browser.services.sessions.viewed() == viewed


def test_closed_session_leaves_nothing_behind(services: DashboardServices) -> None:
    browser = Browser(services)
    browser.hello()
    put_image(services, 1.0)
    browser.look()
    gone = [weakref.ref(browser.updater), weakref.ref(browser.bridge)]
    browser.updater.close()
    browser.document.clear()
    assert services.sessions.snapshot() == {}
    assert len(services.wakeups) == 0
    services.plot_data.round()
    del browser
    gc.collect()
    assert [ref() for ref in gone] == [None, None]


def test_wakes_are_coalesced(browser: Browser) -> None:
    browser.hello()
    before = len(browser.document.session_callbacks)
    for _ in range(5):
        browser.updater.wake()
    assert len(browser.document.session_callbacks) == before + 1


def test_system_page_lists_plugins_and_sessions(browser: Browser) -> None:
    browser.hello("system")
    view = browser.view("page")
    assert {"dummy", "panel"} <= {plugin["name"] for plugin in view["plugins"]}
    assert [session["own"] for session in view["sessions"]] == [True]
    assert view["broker"]["tone"] == "fresh"


def test_views_are_strict_json(browser: Browser) -> None:
    browser.hello()
    for name in ("shell", "page", "cells", "notices"):
        json.loads(getattr(browser.bridge, name))
