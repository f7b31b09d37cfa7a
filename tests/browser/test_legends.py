"""What the user turns off in a legend stays off when its figure is made anew."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pytest

from livedata_plotters.image import ImageFrame, ImagePlotter
from tests.browser.conftest import Dashboard, OpenWindow, Window
from tests.browser.test_shell import feed

pytestmark = pytest.mark.browser

LEGEND = """() => [...window.livedata?.plots.shown.values() ?? []]
    .flatMap(({ view }) => view?.model.center ?? []).flatMap(({ items }) => items ?? [])
    .map(({ label, renderers: [one] }) =>
        label.value + (one.muted || !one.visible ? " off" : ""))
    .join()"""


def follow(seen: Window, legend: str) -> None:
    """Wait until the legend on the page is this one."""
    seen.page.wait_for_function(f"legend => ({LEGEND})() === legend", arg=legend)


def click(seen: Window, number: int) -> None:
    seen.page.locator(".bk-Legend .bk-item").nth(number).click()


@pytest.mark.parametrize("policy", ["mute", "hide"])
def test_curve_that_is_turned_off_stays_off(
    dashboard: Dashboard,
    window: OpenWindow,
    monkeypatch: pytest.MonkeyPatch,
    policy: str,
) -> None:
    def draw(_: ImagePlotter, frame: ImageFrame) -> hv.Overlay:
        """As many curves as the pixels are high."""
        labels = "abcdef"[: int(frame.values.max())]
        curves = [hv.Curve(np.arange(4.0), label=label) for label in labels]
        return hv.Overlay(curves).opts(
            show_legend=True, legend_opts={"click_policy": policy}, backend="bokeh"
        )

    monkeypatch.setattr(ImagePlotter, "draw", draw)
    services = dashboard.services
    seen = window().open(dashboard.url)
    feed(services, 3.0)
    follow(seen, "a,b,c")
    click(seen, 1)
    follow(seen, "a,b off,c")
    feed(services, 4.0)
    follow(seen, "a,b off,c,d")
    # It is not forgotten while it is away, nor when the page is loaded anew.
    feed(services, 2.0)
    follow(seen, "a,b off")
    feed(services, 1.0)
    seen.page.wait_for_function("() => livedata.plots.models[0].renderers.length === 1")
    feed(services, 3.0)
    follow(seen, "a,b off,c")
    seen.page.reload()
    follow(seen, "a,b off,c")
    click(seen, 1)
    follow(seen, "a,b,c")
    feed(services, 4.0)
    follow(seen, "a,b,c,d")
