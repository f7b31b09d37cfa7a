"""What travels past Bokeh's events reaches a real browser's models, zoom untouched."""

from __future__ import annotations

import pytest

from livedata_core.api import DashboardServices
from tests.browser.conftest import Dashboard, OpenWindow, Window
from tests.plugins.panel.conftest import put_image

pytestmark = pytest.mark.browser

PIXEL = """value => {
  const figure = livedata.plots.models[0];
  const image = figure?.renderers.find(r => r.data_source.data.image);
  return image?.data_source.data.image[0][0] === value;
}"""
ZOOM = """() => {
  const figure = livedata.plots.models[0];
  figure.x_range.setv({start: 1, end: 2});
}"""
LIMITS = """() => {
  const figure = livedata.plots.models[0];
  return [figure.x_range.start, figure.x_range.end];
}"""


def show(services: DashboardServices, value: float, windows: list[Window]) -> None:
    """Have an image arrive, and wait until every window's model has it."""
    services.orchestrator.post(lambda: put_image(services, value))
    for window in windows:
        window.page.wait_for_function(PIXEL, arg=value)


def test_every_browser_follows_and_keeps_its_zoom(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    one, other = (window().open(dashboard.url) for _ in range(2))
    show(dashboard.services, 1.0, [one, other])
    show(dashboard.services, 2.0, [one, other])
    before = other.page.evaluate(LIMITS)
    one.page.evaluate(ZOOM)
    for value in (3.0, 4.0, 5.0):
        show(dashboard.services, value, [one, other])
    assert one.page.evaluate(LIMITS) == [1, 2]
    assert other.page.evaluate(LIMITS) == before
