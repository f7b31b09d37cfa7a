"""The instrument in memory, and what tests can say of what its plots draw."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import holoviews as hv
import holoviews.plotting.bokeh
import numpy as np
import pytest

from livedata_core.contract import Message
from livedata_testing import dashboard as dashboards
from livedata_testing.assertions import assert_drawn, values_of
from livedata_testing.dashboard import Dashboard
from livedata_testing.memory import (
    CAMERA,
    PANEL,
    image,
    monitor_events,
    panel_counts,
    panel_events,
    reading,
)

RunDashboard = Callable[..., AbstractContextManager[Dashboard]]
COUNTS = np.arange(PANEL.shape[0] * PANEL.shape[1]).reshape(PANEL.shape) % 5


def messages() -> list[Message[Any]]:
    second = 1_000_000_000
    return [
        panel_counts(COUNTS),
        image(np.full(CAMERA.shape, 3)),
        monitor_events([10.0, 20.0, 30.0]),
        reading(290.0),
        panel_events([1, 128], [20.0, 20.0], second),
        reading(295.5, second),
    ]


def test_every_plot_shows_what_was_given(
    livedata_dashboard: RunDashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    with livedata_dashboard("memory", messages=messages()) as dashboard:
        expected = COUNTS.astype(float)
        expected[0, 0] += 1
        expected[-1, -1] += 1
        dashboard.wait_until_shows("Panel", values=expected, kinds=["Image"])
        dashboard.wait_until_shows("Camera", total=3 * np.prod(CAMERA.shape))
        dashboard.wait_until_shows("Monitor", kinds=["Curve"])
        stepped = values_of(dashboard.plot("Monitor").element())
        assert stepped.max() == 1  # three events in three bins
        dashboard.wait_until_shows("Temperature", values=[290.0, 295.5])
        dashboard.assert_no_errors()
        assert dashboard.widgets() == {}

        monkeypatch.setattr(dashboards, "PATIENCE_S", 0.1)
        with pytest.raises(
            AssertionError, match=f"'Panel': the total is {expected.sum()}"
        ):
            dashboard.wait_until_shows("Panel", total=1)
        with pytest.raises(AssertionError, match="the error 'too hot' of 'Camera' was"):
            dashboard.wait_until_error("Camera", "too hot")


def test_messages_and_a_producer_are_one_too_many(
    livedata_dashboard: RunDashboard,
) -> None:
    with pytest.raises(TypeError, match="not both"):
        livedata_dashboard("memory", messages=[], producer=object())


def test_counts_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"have the shape \(2, 2\), not \(8, 16\)"):
        panel_counts(np.ones((2, 2), dtype=int))


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"kinds": ["Image"]}, r"\['Curve', 'Curve'\] are drawn, not \['Image'\]"),
        ({"labels": ["x", "z"]}, r"labels are \['x', 'y'\]"),
        ({"total": 7}, "the total is 4.0, not 7"),
        ({"values": [1, 2, np.nan]}, "Mismatched elements: 1 / 3"),
    ],
)
def test_what_differs_is_told(expected: dict[str, Any], said: str) -> None:
    drawn = hv.Curve([1.0, 3.0, np.nan]) * hv.Curve([9.0])
    assert_drawn(
        drawn, values=[1, 3, np.nan], total=4, labels=["x", "y"], kinds=["Curve"] * 2
    )
    with pytest.raises(AssertionError, match=said):
        assert_drawn(drawn, **expected)


def test_values_of_an_image_are_rows_from_below() -> None:
    values = np.arange(6.0).reshape(2, 3)
    shown = hv.Image((np.arange(3), np.arange(2), values))
    np.testing.assert_array_equal(values_of(shown), values)
    np.testing.assert_array_equal(values_of(shown, "x"), [0, 1, 2])
