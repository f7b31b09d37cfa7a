"""A plot that is paused stands still in one session, with the data of its frame."""

from __future__ import annotations

import pytest

from livedata_core.api import DashboardServices
from livedata_panel.data_export import plot_data
from livedata_panel.frozen_frames import frozen_frames
from livedata_panel.session_plots import MOST_PAUSED
from tests.plugins.panel.conftest import Browser, put_image


@pytest.fixture
def shown(browser: Browser) -> Browser:
    browser.hello()
    put_image(browser.services, 3.0)
    browser.look()
    browser.paint()
    return browser


def total(browser: Browser) -> str:
    return str(browser.figure().title.text)


def pause(browser: Browser, *, on: bool = True) -> None:
    browser.send("pause", cell=browser.cell("Panel 0")["id"], on=on)


def exported(browser: Browser) -> float:
    """Return a pixel of the data that the browser would save."""
    cell_id = browser.cell("Panel 0")["id"]
    _, _, name = browser.status("Panel 0")["data"].partition("frozen=")
    services = browser.services
    frame = frozen_frames(services).get(name) or services.plot_data.cell(cell_id)
    (data,) = plot_data(services, cell_id, frame).values()
    return float(data.values[0, 0])


def test_paused_plot_stands_still_while_another_session_goes_on(
    shown: Browser, services: DashboardServices
) -> None:
    other = Browser(services, "s2")
    other.hello()
    other.look()
    other.paint()
    pause(shown)
    put_image(services, 5.0)
    for one in (shown, other):
        one.look()
        one.paint()
    assert ("48" in total(shown), "80" in total(other)) == (True, True)
    status, live = shown.status("Panel 0"), other.status("Panel 0")
    assert (status["paused"], live["paused"]) == (True, False)
    assert status["time"] < live["time"]
    assert (exported(shown), exported(other)) == (3.0, 5.0)
    pause(shown, on=False)
    shown.look()
    assert "80" in total(shown)
    assert exported(shown) == 5.0
    assert len(frozen_frames(services)) == 0
    other.updater.close()


def test_frame_on_its_way_is_the_one_that_is_kept(shown: Browser) -> None:
    put_image(shown.services, 4.0)
    shown.look()  # sent, but not painted yet
    put_image(shown.services, 5.0)
    pause(shown)
    shown.paint()
    shown.look()
    assert "64" in total(shown)
    assert exported(shown) == 4.0


def test_paused_plot_survives_another_page_and_theme(shown: Browser) -> None:
    grid = shown.context.view.page
    pause(shown)
    put_image(shown.services, 5.0)
    shown.send("navigate", page="system")
    shown.look()
    shown.send("navigate", page=grid)
    shown.send("theme", theme="dark")
    shown.look()
    shown.paint()
    shown.look()
    assert "48" in total(shown)
    assert shown.status("Panel 0")["paused"]


def test_pause_of_a_hidden_tab_is_at_the_latest_data(shown: Browser) -> None:
    shown.send("visible", visible=False)
    pause(shown)
    put_image(shown.services, 5.0)
    shown.send("visible", visible=True)
    shown.look()
    assert "48" in total(shown)
    assert exported(shown) == 3.0


def test_frames_are_let_go_with_the_plot_and_with_the_session(shown: Browser) -> None:
    services = shown.services
    pause(shown)
    assert len(frozen_frames(services)) == 1
    services.plots.remove_cell(shown.cell("Panel 0")["id"])
    shown.look()
    assert len(frozen_frames(services)) == 0
    put_image(services, 1.0, output="current")
    shown.look()
    shown.send("pause", cell=shown.cell("Panel 0, now")["id"], on=True)
    assert len(frozen_frames(services)) == 1
    shown.updater.close()
    assert len(frozen_frames(services)) == 0


def test_one_session_cannot_keep_any_number(shown: Browser) -> None:
    services = shown.services
    grid = services.plots.layout.grids[0]
    first = grid.cells[0]
    many = services.plots.add_grid("Many", 5, 5)
    for _ in range(MOST_PAUSED + 1):
        services.plots.add_cell(many, first.layers)
    shown.send("navigate", page=f"grid:{many}")
    for _ in range(8):
        shown.look()
        shown.paint()
    for cell in shown.view("page")["cells"]:
        shown.send("pause", cell=cell["id"], on=True)
    assert len(frozen_frames(services)) == MOST_PAUSED
    assert "goes on" in services.notifications.since(0)[-1].title


def test_paused_plot_is_not_marked_as_stale(shown: Browser) -> None:
    pause(shown)
    shown.look()
    assert shown.status("Panel 0")["state"] != "stale"
