"""A plotter that holds up others is named at its plot and on the system page."""

from __future__ import annotations

import pytest

from livedata_core.plots import slowness
from livedata_panel.system import SystemStatusWidget
from tests.plugins.panel.conftest import Browser, put_image


def problems(browser: Browser) -> list[str]:
    plugins = SystemStatusWidget(browser.context).view()["plugins"]
    (plotters,) = (row for row in plugins if row["name"] == "plotters")
    return list(plotters["problems"])


def test_slow_plotter_is_named_at_its_plot_and_on_the_system_page(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.hello()
    put_image(browser.services, 1.0)
    browser.look()
    assert browser.status("Panel 0")["slow"] == ""
    assert problems(browser) == []
    monkeypatch.setattr(slowness, "SLOW_S", -1.0)
    for value in range(slowness.OFTEN):
        put_image(browser.services, 2.0 + value)
        browser.look()
    told = browser.status("Panel 0")["slow"]
    assert told.startswith("Image (livedata-plotters 0.1.0) took ")
    assert "all other plots waited" in told
    assert any("the last update of “Panel 0”" in text for text in problems(browser))
    assert browser.status("Monitors")["slow"] == ""
