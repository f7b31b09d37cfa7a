"""Options of equal meaning have equal stand-ins, others never."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial

import holoviews as hv
import numpy as np
import pytest
from bokeh.models import HoverTool

from livedata_panel.render.elements import structure_of
from livedata_panel.render.frozen import frozen


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Hooks:
    """An object with state."""

    def __init__(self, number: int) -> None:
        self.number = number

    def hook(self, plot: object, element: object) -> None:
        """Do nothing."""


def closure(number: int) -> Callable[[], int]:
    return lambda: number


MADE_ANEW: dict[str, Callable[[int], object]] = {
    "number": lambda n: n,
    "text in a list": lambda n: [str(n)],
    "mapping": lambda n: {"b": n, "a": 0},
    "set": lambda n: {n, "x"},
    "enum": lambda n: list(Colour)[n],
    "array": lambda n: np.arange(n),
    "datetime": lambda n: np.datetime64(n, "s"),
    "cycle": lambda n: hv.Cycle(values=["red", str(n)]),
    "palette": lambda n: hv.Palette("Viridis", samples=n + 2),
    "dim": lambda n: hv.dim("z") * n,
    "Bokeh model": lambda n: HoverTool(tooltips=[("x", str(n))]),
    "closure": closure,
    "partial": lambda n: partial(max, n),
}


@pytest.mark.parametrize("name", MADE_ANEW)
def test_equal_for_equal_meaning_only(name: str) -> None:
    make = MADE_ANEW[name]
    assert frozen(make(0)) == frozen(make(0))
    assert hash(frozen(make(0))) == hash(frozen(make(0)))
    assert frozen(make(0)) != frozen(make(1))


def test_arrays_of_equal_bytes_differ_by_type() -> None:
    ones = np.ones(3)
    assert frozen(ones) != frozen(ones.view(np.int64))


def test_methods_are_those_of_their_object() -> None:
    one, other = Hooks(1), Hooks(2)
    assert frozen(one.hook) == frozen(one.hook)
    assert frozen(one.hook) != frozen(other.hook)


def test_unknown_objects_equal_themselves_alone() -> None:
    one = Hooks(1)
    assert frozen([one]) == frozen([one])
    assert frozen([one]) != frozen([Hooks(1)])


def test_model_that_a_plot_wrote_to_is_still_the_same() -> None:
    tool = HoverTool()
    before = frozen(tool)
    tool.tooltips = [("y", "1")]
    assert frozen(tool) == before


def test_function_that_holds_itself_comes_to_an_end() -> None:
    def again() -> object:
        return again

    assert frozen(again) == frozen(again)


def test_another_cycle_is_another_structure() -> None:
    def curve(*colours: str) -> hv.Curve:
        cycle = hv.Cycle(values=list(colours))
        return hv.Curve([1, 2]).opts(clone=False, backend="bokeh", color=cycle)

    assert structure_of(curve("red")) == structure_of(curve("red"))
    assert structure_of(curve("red")) != structure_of(curve("blue"))
