import numpy as np
import pytest

from livedata_panel.render.patch import ModelRef, equal

NAN = float("nan")


def boxed(*values: object) -> np.ndarray:
    """Return a 1-D array of objects, arrays among them."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


SAME = [
    ({"a": np.array([1.0, NAN])}, {"a": np.array([1.0, NAN])}),
    ((np.arange(3), "x"), (np.arange(3), "x")),
    (boxed(np.arange(2), np.arange(3)), boxed(np.arange(2), np.arange(3))),
    ([NAN, {"a": NAN}], [float("nan"), {"a": float("nan")}]),
    (np.array(["NaT"], "datetime64[ns]"), np.array(["NaT"], "datetime64[ns]")),
    (ModelRef("p1"), ModelRef("p1")),
]
DIFFERENT = [
    ({"a": np.array([1.0])}, {"a": np.array([2.0])}),
    ({"a": 1}, {"b": 1}),
    ((np.arange(3),), (np.arange(3), "x")),
    (boxed(np.arange(2), np.arange(3)), boxed(np.arange(2), np.arange(4))),
    (np.arange(2, dtype="f4"), np.arange(2, dtype="f8")),
    (ModelRef("p1"), ModelRef("p2")),
    (1, True),
    ([1], (1,)),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same_values_are_equal_however_deep(one: object, other: object) -> None:
    assert equal(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_values_are_not(one: object, other: object) -> None:
    assert not equal(one, other)
