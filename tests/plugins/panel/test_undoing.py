"""Each session takes back what it did itself; what is named, anybody does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from livedata_core.api import DashboardServices
from tests.plugins.panel.conftest import PANEL, Browser, put_image


@pytest.fixture
def other(services: DashboardServices) -> Iterator[Browser]:
    made = Browser(services, "s2")
    made.hello()
    yield made
    made.updater.close()


def notices(browser: Browser) -> list[dict[str, Any]]:
    browser.updater.look()
    found: list[dict[str, Any]] = browser.view("notices")["items"]
    return found


def place(browser: Browser, cell: str) -> tuple[int, int]:
    _, found = browser.services.plots.layout.find(cell)
    return found.row, found.column


def move(browser: Browser, cell: str, row: int, column: int) -> None:
    size = {"rows": 1, "columns": 1}
    browser.send("place-cell", cell=cell, row=row, column=column, **size)


def test_a_session_undoes_its_own_last_change_alone(
    browser: Browser, other: Browser
) -> None:
    browser.hello()
    grid = browser.view("page")
    browser.send("size-grid", grid=grid["id"], rows=6, columns=6)
    first, second = (cell["id"] for cell in grid["cells"][:2])
    before = place(browser, first)
    move(browser, first, 5, 4)
    move(other, second, 5, 5)
    browser.send("undo-own", grid=grid["id"])
    assert (place(browser, first), place(browser, second)) == (before, (5, 5))
    browser.send("undo-own", grid=grid["id"])
    assert place(browser, second) == (5, 5)
    assert "you have changed nothing here" in notices(browser)[-1]["text"]
    assert notices(other) == []
    # The button of the bar names the change, and takes back whose it is.
    browser.send("restore", target=browser.view("page")["undo"]["target"])
    assert place(browser, second) != (5, 5)


def test_removed_grid_is_no_change_of_its_plots(browser: Browser) -> None:
    browser.hello("layouts")
    grid = browser.services.plots.add_grid("One")
    browser.send("remove-grid", grid=grid)
    browser.send("undo-own", grid=grid)
    assert [g.title for g in browser.services.plots.layout.grids] == ["Overview"]


def test_deleted_region_is_told_to_all_and_comes_back(
    browser: Browser, other: Browser
) -> None:
    browser.hello()
    put_image(browser.services, 3.0)
    browser.look()
    cell = browser.cell("Panel 0")["id"]
    browser.send("add-region", cell=cell, shape="rectangle", x=[0, 1], y=[0, 1])
    browser.send("name-region", cell=cell, index=0, name="Peak")
    browser.send("remove-region", cell=cell, index=0)
    assert browser.services.regions.of(PANEL, "panel_0") == ()
    notice = notices(other)[-1]
    assert notice["title"] == "Region “Peak” was deleted from “Panel 0”"
    other.send("restore", target=notice["remedy"]["target"])
    (region,) = browser.services.regions.of(PANEL, "panel_0")
    assert region.name == "Peak"
    for session in (browser, other):
        assert notices(session)[-1]["remedy"] is None
    other.send("restore", target=notice["remedy"]["target"])
    assert notices(other)[-1]["level"] == "error"
    assert notices(browser)[-1]["title"] == notice["title"]
