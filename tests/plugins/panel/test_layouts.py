"""Changes of the layout by one session, as all sessions see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from livedata_core.api import DashboardServices, layout_text
from livedata_core.contract import WorkflowId
from livedata_panel.layouts import import_layout
from tests.plugins.panel.conftest import Browser


@pytest.fixture
def other(services: DashboardServices) -> Iterator[Browser]:
    made = Browser(services, "s2")
    made.hello("layouts")
    yield made
    made.updater.close()


def titles(browser: Browser) -> list[str]:
    browser.updater.look()
    return [grid["label"] for grid in browser.view("shell")["grids"]]


def grids(browser: Browser) -> list[dict[str, Any]]:
    browser.updater.look()
    found: list[dict[str, Any]] = browser.view("page")["grids"]
    return found


def notices(browser: Browser) -> list[dict[str, Any]]:
    browser.updater.look()
    found: list[dict[str, Any]] = browser.view("notices")["items"]
    return found


def test_grids_are_added_ordered_hidden_and_seen_by_all(
    browser: Browser, other: Browser
) -> None:
    browser.hello("layouts")
    (first,) = grids(browser)
    browser.send("add-grid", title="Mine")
    assert browser.view("page")["title"] == "Mine"
    mine = browser.view("page")["id"]
    browser.send("move-grid", grid=mine, index=0)
    browser.send("rename-grid", grid=mine, title="Ours")
    browser.send("duplicate-grid", grid=first["id"])
    browser.send("hide-grid", grid=first["id"], hidden=True)
    assert titles(browser) == titles(other) == ["Ours", "Overview (copy)"]
    assert [grid["hidden"] for grid in grids(other)] == [False, True, False]


def test_template_is_added_and_opened(browser: Browser) -> None:
    browser.hello("layouts")
    (template,) = [
        t for t in browser.view("page")["templates"] if t["name"] == "overview"
    ]
    assert template["plots"] == len(grids(browser)) + 5
    browser.send("add-template", template="overview")
    assert titles(browser) == ["Overview", "Overview"]
    assert browser.view("page")["kind"] == "grid"
    browser.send("add-template", template="nothing")
    assert notices(browser)[-1]["text"] == "there is no template 'nothing'"


def test_plots_are_placed_named_and_copied(browser: Browser) -> None:
    browser.hello()
    grid = browser.view("page")
    first, second = grid["cells"][:2]
    place = {"row": second["row"], "column": second["column"], "rows": 1, "columns": 1}
    browser.send("place-cell", cell=first["id"], **place)
    browser.send("rename-cell", cell=first["id"], title="Mine")
    browser.send("duplicate-cell", cell=first["id"])
    browser.look()
    cells = browser.view("page")["cells"]
    places = {c["id"]: (c["row"], c["column"]) for c in cells}
    assert places[first["id"]] == (second["row"], second["column"])
    assert places[second["id"]] == (first["row"], first["column"])
    assert list(places.values()) == sorted(places.values())
    assert [c["title"] for c in cells].count("Mine") == 2


def test_what_is_removed_is_told_to_all_and_can_be_put_back(
    browser: Browser, other: Browser
) -> None:
    browser.hello()
    cell = browser.view("page")["cells"][0]
    browser.send("remove-cell", cell=cell["id"])
    assert browser.view("page")["undo"]["title"] == cell["title"]
    notice = notices(other)[-1]
    assert notice["title"] == f"“{cell['title']}” was removed from “Overview”"
    assert notice["remedy"]["label"] == "Undo"
    other.send("restore", target=notice["remedy"]["target"])
    browser.updater.look()
    assert cell["id"] in [c["id"] for c in browser.view("page")["cells"]]
    other.send("restore", target=notice["remedy"]["target"])
    assert "put back already" in notices(other)[-1]["text"]
    assert "put back already" not in notices(browser)[-1]["text"]
    assert [item["remedy"] for item in notices(browser)] == [None]


def test_removed_grid_leads_to_another_and_is_listed(
    browser: Browser, other: Browser
) -> None:
    browser.hello()
    grid = browser.view("page")["id"]
    other.send("remove-grid", grid=grid)
    browser.updater.look()
    assert browser.view("page") is None
    (removed,) = other.view("page")["removed"]
    assert removed["title"] == "Overview"
    other.send("restore", target=removed["id"])
    browser.updater.look()
    assert browser.view("page")["id"] == grid


def test_edit_of_what_is_gone_is_told_and_changes_nothing(
    browser: Browser, other: Browser
) -> None:
    browser.hello()
    version = browser.services.plots.version
    browser.send("place-cell", cell="gone", row=0, column=0, rows=1, columns=1)
    browser.send("size-grid", grid=browser.view("page")["id"], rows=1, columns=1)
    texts = [notice["text"] for notice in notices(browser)[-2:]]
    assert "another session may have removed it" in texts[0]
    assert "would fall outside" in texts[1]
    assert browser.services.plots.version == version
    assert notices(other) == []


def test_file_is_added_for_all_and_trouble_is_told(
    browser: Browser, services: DashboardServices
) -> None:
    browser.hello()
    layout = services.plots.layout
    text = layout_text(layout, layout.grids)
    import_layout(services, "mine.yaml", text)
    assert titles(browser) == ["Overview", "Overview"]
    first, second = services.plots.layout.grids
    assert {c.id for c in first.cells}.isdisjoint(c.id for c in second.cells)
    import_layout(services, "half.yaml", text[:50])
    assert notices(browser)[-1]["title"] == "“half.yaml” was not added"
    assert titles(browser) == ["Overview", "Overview"]


def test_two_sessions_change_different_settings_of_one_plot(
    browser: Browser, other: Browser
) -> None:
    browser.hello()
    cell = browser.cell("Panel 0")["id"]
    for session in (browser, other):
        session.send("configure-plot", cell=cell)
    browser.send("change", path=["low"], value="2")
    browser.send("apply")
    other.send("change", path=["high"], value="9")
    other.send("apply")
    (layer,) = browser.services.plots.layout.find(cell)[1].layers
    assert (layer.params["low"], layer.params["high"]) == (2.0, 9.0)


def test_template_of_unknown_workflows_is_shown_as_such(
    browser: Browser, services: DashboardServices
) -> None:
    template = services.templates["overview"]
    layer = template.cells[0].layers[0]
    unknown = layer.model_copy(update={"workflow": WorkflowId("dummy", "gone", 4)})
    cell = template.cells[0].model_copy(update={"layers": (unknown,)})
    services.plots.add_template(template.model_copy(update={"cells": (cell,)}))
    browser.hello(f"grid:{services.plots.layout.grids[-1].id}")
    (shown,) = browser.view("page")["cells"]
    assert shown["empty"]["title"] == "Workflow dummy/gone/4 is not installed"
    assert "settings are kept" in shown["empty"]["text"]
