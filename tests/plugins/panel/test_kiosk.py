"""A screen that only shows can look at everything and change nothing."""

from __future__ import annotations

from tests.plugins.panel.conftest import PANEL, Browser, put_image


def test_kiosk_sees_plots_and_changes_nothing(browser: Browser) -> None:
    services = browser.services
    browser.hello(kiosk=True)
    put_image(services, 3.0)
    browser.look()
    cell = browser.cell("Panel 0")["id"]
    layout = services.plots.layout
    browser.send("remove-cell", cell=cell)
    browser.send("start", workflow=str(PANEL))
    browser.send("configure-plot", cell=cell)
    browser.send("hello", page="", kiosk=False)
    browser.send("remove-cell", cell=cell)
    assert services.plots.layout is layout
    assert not services.pending.snapshot()
    assert browser.view("drawer") is None
    assert browser.figure().title.text == "Total 48 counts"
    browser.send("navigate", page="system")
    assert browser.view("page")["kind"] == "system"
