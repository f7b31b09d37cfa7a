"""Times on axes and under the pointer are those of whoever looks."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from livedata_core.api import DashboardServices
from livedata_core.contract import (
    ArrayData,
    JobId,
    ResultKey,
    Variable,
    WorkflowId,
)
from tests.browser.conftest import Dashboard, OpenWindow
from tests.browser.test_shell import card

pytestmark = pytest.mark.browser

START = datetime(2026, 7, 1, 3, 10, tzinfo=UTC)
HOURS = 9
SHOWN = """const { figure: { model }, view } = [...livedata.plots.shown.values()].find(
    ({ figure }) => figure?.model.below[0].type === 'DatetimeAxis');"""
LABELS = f"""() => {{
    {SHOWN}
    const axis = view.owner.find_one(model.below[0]);
    const ticks = axis.tick_coords.major[0];
    return [ticks, axis.compute_labels(ticks).items.map((item) => item.text)];
}}"""
PLACE = f"""(reading) => {{
    {SHOWN}
    const {{ left, top }} = view.canvas_view.el.getBoundingClientRect();
    const {{ x_scale, y_scale }} = view.frame;
    const time = {START.timestamp() * 1000} + reading * 60000;
    return [left + x_scale.compute(time), top + y_scale.compute(reading)];
}}"""


def feed_readings(
    services: DashboardServices,
    number: int = HOURS * 60,
    start: datetime = START,
    *,
    source: str = "motion1",
    unit: str = "mm",
) -> None:
    """Have readings arrive that were taken one each minute."""
    times = int(start.timestamp()) * 10**9 + np.arange(number) * 60 * 10**9
    key = ResultKey(
        WorkflowId("dummy", "timeseries_data", 1),
        JobId(source, uuid.uuid4()),
        "delta",
    )
    data = ArrayData(
        (
            Variable("signal", ("time",), np.arange(len(times), dtype=float), unit),
            Variable("time", ("time",), times, "ns"),
        )
    )

    def put() -> None:
        with services.data.transaction() as change:
            change.put(key, data, time.time_ns())

    services.orchestrator.post(put)


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("UTC", START),
        ("Asia/Kathmandu", START),
        ("America/New_York", START),
        # In this night clocks go back an hour.
        ("Europe/Berlin", datetime(2026, 10, 24, 20, 10, tzinfo=UTC)),
    ],
)
def test_axis_tells_the_hours_of_the_zone_that_the_browser_is_in(
    dashboard: Dashboard, window: OpenWindow, zone: str, start: datetime
) -> None:
    seen = window(timezone_id=zone, viewport={"width": 1600, "height": 900})
    seen.open(dashboard.url)
    feed_readings(dashboard.services, start=start)
    place = card(seen, "Sample position")
    seen.page.wait_for_selector(f"{place} canvas")
    ticks, labels = seen.page.evaluate(LABELS)
    there = [datetime.fromtimestamp(tick / 1000, ZoneInfo(zone)) for tick in ticks]
    assert len(ticks) > 2
    assert {at.minute for at in there} == {0}
    clocks, (date, *_) = zip(*(label.split("\n") for label in labels), strict=True)
    assert [*clocks] == [f"{at:%H:%M}" for at in there]
    assert date == f"{there[0]:%b %d, %Y}"


def test_pointer_tells_the_time_of_the_zone_that_the_browser_is_in(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window(
        timezone_id="Asia/Kathmandu",
        viewport={"width": 1600, "height": 900},
        color_scheme="dark",
    )
    seen.open(dashboard.url)
    feed_readings(dashboard.services)
    place = card(seen, "Sample position")
    seen.page.wait_for_selector(f"{place} canvas")
    x, y = seen.page.evaluate(PLACE, 270)
    seen.page.mouse.move(x, y)
    there = (START + timedelta(minutes=270)).astimezone(ZoneInfo("Asia/Kathmandu"))
    told = seen.page.get_by_text(f"{there:%Y-%m-%d %H:%M:%S}")
    told.wait_for()
    # In the colours of the page, light or dark.
    colour = "e => getComputedStyle(e.getRootNode().host).color"
    assert told.evaluate(colour) == seen.page.evaluate(
        "getComputedStyle(document.body).color"
    )
