"""Settings of plots: what open forms show when they change, and what plotters keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from livedata_core.api import DashboardServices
from livedata_core.contract import StoredParams
from livedata_panel.plotter_params import PlotterParams
from livedata_plotters.params import FlattenParams, ImageParams, LinesParams
from tests.plugins.panel.conftest import Browser, put_image


@pytest.fixture
def other(services: DashboardServices) -> Iterator[Browser]:
    """Another session."""
    made = Browser(services, "s2")
    yield made
    made.updater.close()


def opened(*browsers: Browser) -> str:
    """Open the settings of one plot in all of them."""
    for browser in browsers:
        browser.hello()
        cell: str = browser.cell("Panel 0")["id"]
        browser.send("configure-plot", cell=cell)
    return cell


def form(browser: Browser) -> dict[str, Any]:
    found: dict[str, Any] = browser.view("drawer")["form"]
    return found


def fields(group: dict[str, Any]) -> dict[tuple[str, ...], dict[str, Any]]:
    found = {tuple(field["path"]): field for field in group["fields"]}
    for inner in group["groups"]:
        found.update(fields(inner))
    return found


def shown(browser: Browser, *path: str) -> str:
    """Return what a field shows, of a choice its label."""
    field = fields(form(browser)["group"])[path]
    choices: list[str] = field["choices"]
    value: str = field["value"]
    return choices[int(value)] if choices else value


def enter(browser: Browser, value: str, *path: str) -> None:
    """Enter a value, of a choice its label, and apply."""
    choices = fields(form(browser)["group"])[path]["choices"]
    raw = str(choices.index(value)) if choices else value
    browser.send("change", path=list(path), value=raw)
    browser.send("apply")


def params(browser: Browser, cell: str) -> StoredParams:
    return browser.services.plots.layout.find(cell)[1].layers[0].params


def choose(browser: Browser, plotter: str) -> None:
    """Choose what the plot is shown as, as the select does."""
    browser.send("choose-plotter", plotter=plotter)
    browser.send("apply")


def test_open_form_follows_what_another_session_changes(
    browser: Browser, other: Browser
) -> None:
    cell = opened(browser, other)
    enter(browser, "Magma", "colour_map")
    enter(browser, "AAA", "axes", "x_label")
    other.look()
    assert shown(other, "colour_map") == "Magma"
    assert shown(other, "axes", "x_label") == "AAA"
    enter(other, "BBB", "axes", "y_label")
    enter(other, "Viridis", "colour_map")
    now = params(browser, cell)
    assert now["colour_map"] == "viridis"
    axes = now["axes"]
    assert isinstance(axes, dict)
    assert (axes["x_label"], axes["y_label"]) == ("AAA", "BBB")
    browser.look()
    assert shown(browser, "axes", "y_label") == "BBB"


def test_what_is_being_entered_stays_when_others_change_the_plot(
    browser: Browser, other: Browser
) -> None:
    cell = opened(browser, other)
    other.send("change", path=["low"], value="2")
    enter(browser, "1", "low")
    enter(browser, "9", "high")
    other.look()
    assert (shown(other, "low"), shown(other, "high")) == ("2", "9.0")
    other.send("apply")
    assert (params(other, cell)["low"], params(other, cell)["high"]) == (2.0, 9.0)


def test_open_form_keeps_a_number_as_it_was_written(browser: Browser) -> None:
    opened(browser)
    enter(browser, "3", "high")
    browser.look()
    assert shown(browser, "high") == "3"


def test_open_form_follows_to_another_plotter(browser: Browser, other: Browser) -> None:
    cell = opened(browser, other)
    choose(browser, "flatten")
    other.look()
    assert other.view("drawer")["plotter"] == "flatten"
    enter(other, "Magma", "colour_map")
    (layer,) = other.services.plots.layout.find(cell)[1].layers
    assert (layer.plotter, layer.params["colour_map"]) == ("flatten", "magma")


def test_another_plotter_and_back_loses_no_settings(
    browser: Browser, other: Browser
) -> None:
    cell = opened(browser, other)
    layer_id = browser.view("drawer")["layer"]
    services = browser.services
    services.plots.update_layer(cell, layer_id, params={"aspect": "equal"})
    browser.look()
    enter(browser, "Magma", "colour_map")
    before = params(browser, cell)
    choose(browser, "flatten")
    assert params(browser, cell)["colour_map"] == "magma"
    other.look()
    choose(browser, "image")
    assert params(browser, cell) == before
    other.look()
    choose(other, "flatten")
    enter(other, "Viridis", "colour_map")
    choose(other, "image")
    assert params(browser, cell) == {**before, "colour_map": "viridis"}


def test_settings_of_a_paused_plot_say_that_it_is_paused(browser: Browser) -> None:
    cell = opened(browser)
    assert not browser.view("drawer")["paused"]
    put_image(browser.services, 1.0)
    browser.look()
    browser.send("pause", cell=cell, on=True)
    assert browser.view("drawer")["paused"]
    browser.send("pause", cell=cell, on=False)
    assert not browser.view("drawer")["paused"]


def test_first_plotter_hands_on_what_is_not_its_default() -> None:
    image = ImageParams(colour_map="magma").model_dump(mode="json")
    taken = PlotterParams().taken_over(
        "layer", ("image", ImageParams, image), ("flatten", FlattenParams)
    )
    assert taken == {"colour_map": "magma"}


def test_defaults_of_another_plotter_are_no_changes() -> None:
    lines = LinesParams(axes={"x_label": "AAA"}).model_dump(mode="json")
    taken = PlotterParams().taken_over(
        "layer", ("lines", LinesParams, lines), ("image", ImageParams)
    )
    assert taken == {"axes": {"x_label": "AAA"}}
