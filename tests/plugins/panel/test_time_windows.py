"""A plot says what its time window covers, and saves it."""

from __future__ import annotations

from livedata_panel.data_export import plot_data
from tests.plugins.panel.conftest import Browser, put_image


def test_plot_of_a_window_says_what_is_missing_of_it(browser: Browser) -> None:
    plots = browser.services.plots
    cell = next(c for _, c in plots.layout.cells() if c.title == "Panel 0, now")
    plots.update_layer(cell.id, cell.layers[0].id, params={"window": {"seconds": 60}})
    browser.hello()
    put_image(browser.services, 3.0, output="current")
    browser.look()
    status = browser.status("Panel 0, now")
    assert (status["covers"], status["cut"]) == ("sum of 1 s of 60 s", True)
    assert browser.status("Panel 0")["covers"] == ""


def test_what_is_saved_of_a_window_is_the_window(browser: Browser) -> None:
    services = browser.services
    cell = next(
        c for _, c in services.plots.layout.cells() if c.title == "Panel 0, now"
    )
    window = {"window": {"seconds": 60}}
    services.plots.update_layer(cell.id, cell.layers[0].id, params=window)
    services.plot_data.round()
    put_image(services, 3.0, output="current")
    put_image(services, 4.0, output="current")
    (unseen,) = plot_data(services, cell.id).values()
    browser.hello()
    browser.look()
    (shown,) = plot_data(services, cell.id, services.plot_data.cell(cell.id)).values()
    assert {*unseen.values.flat} == {*shown.values.flat} == {7.0}
