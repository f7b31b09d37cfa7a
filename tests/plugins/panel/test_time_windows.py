"""A plot says what its time window covers."""

from __future__ import annotations

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
