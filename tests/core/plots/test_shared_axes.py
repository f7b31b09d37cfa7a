"""Layers of one plot share its axes, or are refused with a sentence."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from livedata_core.contract import PlotAxis
from livedata_core.plots.frames import LayerFrame
from livedata_core.plots.shared_axes import refuse_others

TIME = PlotAxis("Local time", kind="time")
ARRIVAL = PlotAxis("Time of arrival [ms]", "ms", quantity="toa")
FLIGHT = PlotAxis("Time of flight [ms]", "ms", quantity="tof")
ANGLE = PlotAxis("Rotation [°]", "°")
HEIGHT = PlotAxis("Height [mm]", "mm")
WIDTH = PlotAxis("Width [mm]", "mm")


@dataclass(frozen=True)
class Frame:
    axes: object


def layers(*frames: object) -> list[LayerFrame]:
    return [LayerFrame(str(i), frame, time_ns=5) for i, frame in enumerate(frames)]


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ((TIME, HEIGHT), (TIME, WIDTH)),
        ((ARRIVAL, HEIGHT), (PlotAxis("Any", "ms"), HEIGHT)),
    ],
)
def test_same_units_share_an_axis(lower: object, upper: object) -> None:
    given = layers(Frame(lower), Frame(upper))
    assert list(refuse_others(given)) == given


@pytest.mark.parametrize(
    ("upper", "said"),
    [
        ((TIME, ANGLE), "Rotation [°] and Height [mm] cannot share an axis."),
        ((ARRIVAL, HEIGHT), "Time of arrival [ms] and Local time cannot share"),
    ],
)
def test_others_are_refused_with_a_sentence(upper: object, said: str) -> None:
    lower = Frame((TIME, HEIGHT))
    first, second, third = refuse_others(
        layers(lower, Frame(upper), Frame((TIME, WIDTH)))
    )
    assert (first.frame, first.error) == (lower, None)
    assert second.frame is None
    assert said in str(second.error)
    assert "different plots" in str(second.error)
    assert second.time_ns == 5
    assert third.error is None


def test_quantities_of_one_unit_are_told_apart_where_they_are_named() -> None:
    _, second = refuse_others(layers(Frame((ARRIVAL, HEIGHT)), Frame((FLIGHT, HEIGHT))))
    assert "Time of flight [ms] and Time of arrival [ms]" in str(second.error)


@pytest.mark.parametrize(
    "silent", [None, 1.0, Frame(None), Frame("xy"), Frame((1, 2)), Frame((TIME,))]
)
def test_what_does_not_tell_its_axes_fits_all(silent: object) -> None:
    given = layers(silent, Frame((TIME, HEIGHT)), silent)
    assert list(refuse_others(given)) == given


def test_lowest_that_tells_decides() -> None:
    _, second, third = refuse_others(
        layers(1.0, Frame((ARRIVAL, HEIGHT)), Frame((TIME, HEIGHT)))
    )
    assert second.error is None
    assert third.frame is None
