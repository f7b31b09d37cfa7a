"""What one browser cannot show, or has shown before, costs no other plot anything."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import holoviews as hv
import pytest
from bokeh.models import DataTable

from livedata_panel.session_plots import SessionPlotManager
from livedata_plotters.image import ImageFrame, ImagePlotter
from tests.browser.conftest import Dashboard, OpenWindow, Window
from tests.browser.test_shared_patches import PIXEL, show
from tests.plugins.panel.conftest import put_image

pytestmark = pytest.mark.browser

DRAWN = "[...livedata.plots.shown.values()].some((entry) => entry.view)"
CANNOT = "p.problem >> text=Your browser cannot"


def break_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one plot come with a model that the page's Bokeh does not have."""

    def add_table(plot: Any, _element: object) -> None:
        if not any(isinstance(tag, DataTable) for tag in plot.state.tags):
            plot.state.tags = [*plot.state.tags, DataTable()]

    draw, first = ImagePlotter.draw, []

    def draw_one_broken(self: ImagePlotter, frame: ImageFrame) -> hv.Element:
        first[:] = first or [self]
        drawn = draw(self, frame)
        return drawn.opts(hooks=[add_table]) if self is first[0] else drawn

    monkeypatch.setattr(ImagePlotter, "draw", draw_one_broken)


def forget_the_errors(seen: Window) -> None:
    """The console says what was wrong, and nothing else."""
    assert seen.errors
    assert all("Your browser cannot" in error for error in seen.errors), seen.errors
    seen.errors.clear()


def test_figure_that_cannot_be_opened_leaves_the_others_alone(
    dashboard: Dashboard, window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = dashboard.services
    grid, cell = next(iter(services.plots.layout.cells()))
    services.plots.size_grid(grid.id, 5, 5)
    services.plots.duplicate_cell(cell.id)
    break_first(monkeypatch)
    seen = window().open(dashboard.url)
    for value in (1.0, 2.0, 3.0):
        show(services, value, [seen])
    seen.page.wait_for_selector(CANNOT)
    assert seen.page.locator(CANNOT).count() == 1
    assert seen.page.locator(".card canvas").count() > 0
    forget_the_errors(seen)


def test_figure_that_cannot_be_drawn_says_so(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    seen.page.wait_for_function("window.livedata")
    seen.page.evaluate(
        """() => { livedata.bridge.doc.views_manager.build_view = async () => {
            throw new Error("no view for this");
        }; }"""
    )
    show(dashboard.services, 1.0, [seen])
    seen.page.wait_for_selector(CANNOT)
    assert seen.page.locator(".card .figure").count() == 0
    forget_the_errors(seen)


def test_figure_that_cannot_follow_says_that_it_is_old(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    show(dashboard.services, 1.0, [seen])
    seen.page.wait_for_function(DRAWN)
    seen.page.evaluate(
        """() => { [...livedata.plots.shown.values()].find((e) => e.figure).figure.doc
            .apply_json_patch = () => { throw new Error("no such model"); }; }"""
    )
    before = seen.page.evaluate("livedata.bridge.model.frame")
    dashboard.services.orchestrator.post(lambda: put_image(dashboard.services, 2.0))
    seen.page.wait_for_selector(f"{CANNOT} bring this plot up to date")
    seen.painted(before + 1)
    forget_the_errors(seen)
    # What opens it anew is a new start.
    seen.page.click("button.theme")
    seen.page.wait_for_function(PIXEL, arg=2.0)
    seen.page.wait_for_selector(CANNOT, state="detached")


def test_plot_that_was_away_while_the_tab_was_hidden_goes_on(
    dashboard: Dashboard, window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = dashboard.services
    seen = window().open(dashboard.url)
    for value in (1.0, 2.0):
        show(services, value, [seen])
    seen.page.wait_for_function(DRAWN)
    cell_id = seen.page.evaluate("[...livedata.plots.shown].find(([, e]) => e.view)[0]")
    looks = Looks(monkeypatch)
    seen.page.evaluate("livedata.bridge.send('visible', { visible: false })")
    looks.wait_until(lambda _, visible: not visible)
    moved = services.plots.move_cell(cell_id, services.plots.add_grid("Other", 3, 3))
    looks.wait_until(lambda cells, _: cell_id not in cells)
    services.plots.restore(moved)
    looks.wait_until(lambda cells, _: cell_id in cells)
    seen.page.evaluate("livedata.bridge.send('visible', { visible: true })")
    for value in (3.0, 4.0):
        show(services, value, [seen])


class Looks:
    """Follows what the one session looks at, from the thread of the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._last: tuple[frozenset[str], bool] = frozenset(), True
        self._changed = threading.Condition()
        view = SessionPlotManager.view

        def note(
            manager: SessionPlotManager, cells: frozenset[str], *, seen: bool
        ) -> None:
            view(manager, cells, seen=seen)
            with self._changed:
                self._last = cells, seen
                self._changed.notify_all()

        monkeypatch.setattr(SessionPlotManager, "view", note)

    def wait_until(self, holds: Callable[[frozenset[str], bool], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: holds(*self._last), 20)
