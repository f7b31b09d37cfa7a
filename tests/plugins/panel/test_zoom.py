"""Zooming into a large image shows its pixels, without losing place or picture."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from bokeh.models import ColumnDataSource, Plot

from livedata_core.api import CellFrame, DashboardServices, LayerFrame
from livedata_core.contract import OVERVIEW, Slider, View
from livedata_panel.zoom import sliders_of, view_of
from tests.plugins.panel.conftest import Browser, put_image

SHAPE = (4096, 8)
"""Shown in blocks of 4 x 1 pixels."""
TILE = View(tile=(2, 0, 0, 0))
REGION = ((2.0, 4.0), (100.0, 300.0))


def figure(browser: Browser) -> Plot:
    found = browser.figure()
    assert isinstance(found, Plot)
    return found


def image(browser: Browser) -> Any:
    source = next(
        model
        for model in figure(browser).references()
        if isinstance(model, ColumnDataSource) and "image" in model.data
    )
    return source.data["image"][0]


def zoom(browser: Browser, low: float, high: float) -> None:
    """Tell that the vertical axis was moved, as the page does."""
    region = [[-0.5, 7.5], [low, high]]
    browser.send("zoom", cell=browser.cell("Panel 0")["id"], region=region)


def views(services: DashboardServices, cell: str) -> set[View]:
    return {view for cell_id, view in services.sessions.viewed() if cell_id == cell}


@pytest.fixture
def large(browser: Browser) -> Browser:
    browser.hello()
    put_image(browser.services, 1.0, shape=SHAPE)
    browser.look()
    browser.paint()
    assert image(browser).shape == (1024, 8)
    return browser


def test_zoom_shows_the_pixels_where_the_user_is(large: Browser) -> None:
    cell = large.cell("Panel 0")["id"]
    zoom(large, 100.0, 300.0)
    large.look()
    assert views(large.services, cell) == {TILE}
    assert image(large).shape == (1024, 8)
    assert image(large)[0, 0] == 1.0
    y_range = figure(large).y_range
    assert (y_range.reset_start, y_range.reset_end) == (-0.5, 4095.5)


def test_overview_stays_until_the_tile_is_there(large: Browser) -> None:
    before = figure(large)
    zoom(large, 100.0, 300.0)
    large.updater.look()
    assert figure(large) is before
    assert large.status("Panel 0")["time"] is not None
    large.services.plot_data.round()
    large.updater.look()
    assert large.status("Panel 0")["time"] is not None
    assert large.cell("Panel 0")["empty"] is None
    large.look()
    assert figure(large) is not before


def test_new_data_patch_the_tile_and_leave_the_zoom(large: Browser) -> None:
    zoom(large, 100.0, 300.0)
    large.look()
    large.paint()
    tile = figure(large)
    put_image(large.services, 7.0, shape=SHAPE)
    large.look()
    assert figure(large) is tile
    assert image(large)[0, 0] == 7.0


def test_reset_leads_back_to_the_overview(large: Browser) -> None:
    cell = large.cell("Panel 0")["id"]
    zoom(large, 100.0, 300.0)
    large.look()
    large.paint()
    large.send("zoom", cell=cell, region=None)
    large.updater.look()
    assert large.status("Panel 0")["time"] is not None
    large.look()
    assert views(large.services, cell) == {OVERVIEW}
    assert image(large)[0, 0] == 4.0


def test_sessions_in_the_same_place_share_a_tile(
    large: Browser, services: DashboardServices
) -> None:
    other = Browser(services, "s2")
    other.hello()
    other.look()
    other.paint()
    cell = large.cell("Panel 0")["id"]
    zoom(large, 100.0, 300.0)
    zoom(other, 150.0, 420.0)
    for _ in range(2):
        large.look()
        other.look()
    assert views(services, cell) == {TILE}
    assert large.cell("Panel 0")["figure"] == other.cell("Panel 0")["figure"]
    other.updater.close()


def test_hidden_page_comes_back_to_its_tile(large: Browser) -> None:
    cell = large.cell("Panel 0")["id"]
    zoom(large, 100.0, 300.0)
    large.look()
    large.paint()
    large.send("visible", visible=False)
    assert views(large.services, cell) == set()
    large.send("visible", visible=True)
    large.look()
    assert views(large.services, cell) == {TILE}
    assert image(large)[0, 0] == 1.0


def test_small_image_has_no_tiles(browser: Browser) -> None:
    browser.hello()
    put_image(browser.services, 1.0)
    browser.look()
    zoom(browser, 1.0, 2.0)
    browser.look()
    assert views(browser.services, browser.cell("Panel 0")["id"]) == {OVERVIEW}


class Frame:
    """Asks for the tile that it is told to."""

    def __init__(self, *tile: int) -> None:
        self.tile = tile

    def tile_for(self, x: tuple[float, float], y: tuple[float, float]) -> Any:
        if not self.tile:
            raise RuntimeError("no idea")
        return self.tile


def cell_frame(*frames: object) -> CellFrame:
    layers = tuple(LayerFrame(str(n), frame) for n, frame in enumerate(frames))
    return CellFrame("cell", 1, layers)


def test_layers_have_to_agree_about_the_tile() -> None:
    assert view_of(cell_frame(Frame(1, 2), "curve"), REGION) == View(tile=(1, 2))
    assert view_of(cell_frame(Frame(1, 2), Frame(1, 2)), REGION) == View(tile=(1, 2))
    assert view_of(cell_frame(Frame(1, 2), Frame(3, 4)), REGION) == OVERVIEW
    assert view_of(cell_frame("curve"), REGION) == OVERVIEW
    assert view_of(cell_frame(Frame(1, 2)), None) == OVERVIEW


def test_frame_that_fails_is_shown_as_a_whole(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        assert view_of(cell_frame(Frame()), REGION) == OVERVIEW
    assert "Frame names no tile" in caplog.text


class Sliced:
    """Has the sliders that it is told to."""

    def __init__(self, *sliders: Slider) -> None:
        self._sliders = sliders

    @property
    def sliders(self) -> tuple[Slider, ...]:
        if not self._sliders:
            raise RuntimeError("no idea")
        return self._sliders


def test_sliders_make_a_view_only_where_they_were_moved() -> None:
    tof, layer = Slider("tof", "Tof", 9, 3, default=3), Slider("layer", "Layer", 2, 0)
    frame = cell_frame(Sliced(tof, layer), Sliced(tof), "curve")
    assert [slider.dim for slider in sliders_of(frame)] == ["tof", "layer"]
    assert view_of(frame, None) == OVERVIEW
    assert view_of(frame, None, {"tof": 3, "layer": 0, "q": 5}) == OVERVIEW
    moved = View(sliders=(("layer", 1), ("tof", 8)))
    assert view_of(frame, None, {"tof": 99, "layer": 7}) == moved


def test_frame_that_fails_has_no_sliders(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert view_of(cell_frame(Sliced()), None, {"tof": 1}) == OVERVIEW
