"""Elements with which HoloViews' updates, or short cuts past them, once went wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import holoviews as hv
import numpy as np
import pytest

from livedata_core.api import Cell, DrawnLayer, Layer
from livedata_core.contract import WorkflowId
from livedata_panel.render import master
from livedata_panel.render.backend import prepare_backend
from livedata_panel.render.elements import structure_of
from livedata_panel.render.master import HoloViewsRenderer
from livedata_panel.render.plot import MasterPlot
from tests.support.equality import differences, fresh_figure, picture
from tests.support.page import Viewer

OPTS: dict[str, Any] = {"clone": False, "backend": "bokeh"}
X, Y = hv.Dimension("x", range=(0.0, 9.0)), hv.Dimension("y", range=(0.0, 9.0))
LAYER = Layer(
    workflow=WorkflowId("acme", "view"), sources=("a",), output="out", plotter="any"
)


@pytest.fixture(autouse=True)
def _backend(monkeypatch: pytest.MonkeyPatch) -> None:
    prepare_backend()
    monkeypatch.setattr(master.log, "exception", _fail)


def _fail(text: str) -> None:
    pytest.fail(f"the renderer had to recover: {text}")


class Made:
    """A plotter whose frames are elements."""

    def compute(self, inputs: object, params: object, view: object) -> object: ...

    def draw(self, frame: Any) -> Any:
        return frame


class Shown:
    """A cell as the compute thread draws it and a browser has it."""

    def __init__(self, but: str = "") -> None:
        self._but = but
        self._renderer = HoloViewsRenderer()
        self._cell = Cell(row=0, column=0, layers=(LAYER,))
        self.viewer: Viewer | None = None
        self.figures: list[str] = []

    def show(self, make: Callable[[float], Any], number: float) -> None:
        """Draw an element and compare with a fresh figure of one made alike."""
        layers = [DrawnLayer(LAYER.id, Made(), make(number))]
        drawn = self._renderer.draw(self._cell, layers)
        if self.viewer is None:
            self.viewer = Viewer(drawn)
        self.viewer.show(drawn)
        self.figures.append(self.viewer.figure)
        fresh = picture(fresh_figure(make(number)))
        found = [
            where
            for where in differences(picture(self.viewer.root), fresh)
            if not (self._but and self._but in where)
        ]
        assert not found, f"{number}: " + "\n".join(found)


def shown(
    make: Callable[[float], Any], numbers: Sequence[float], but: str = ""
) -> list[str]:
    """Show elements made of numbers; return the figure of each.

    Differences at a path with `but` in it are those of HoloViews' own updates.
    """
    cell = Shown(but)
    for number in numbers:
        cell.show(make, number)
    return cell.figures


def line(scale: float, label: str = "", **options: Any) -> hv.Curve:
    values = scale * np.ones(4)
    return hv.Curve((np.arange(4.0), values), X, Y, label=label).opts(**OPTS, **options)


def image(scale: float, **options: Any) -> hv.Image:
    given = {"clim": (0.0, 9.0), "xlim": (0, 3), "ylim": (0, 3), **options}
    values = scale * np.ones((3, 3))
    return hv.Image(values, bounds=(0, 0, 3, 3)).opts(**OPTS, **given)


def groups(kind: Any) -> Callable[[float], Any]:
    names = ["a", "b"] * 10
    return lambda scale: kind((names, scale * np.arange(20.0)), "g", "v").opts(**OPTS)


def links(kind: Any) -> Callable[[float], Any]:
    return lambda count: kind([(0, 1, count), (1, 2, 1.0)]).opts(**OPTS)


def graph(step: float) -> Any:
    nodes = np.arange(3)
    return hv.Graph(((nodes, (nodes + int(step)) % 3),)).opts(**OPTS)


def triangles(scale: float) -> Any:
    corners = np.array([(0, 0), (0, 1), (1, 0), (1, 1)]) * scale
    return hv.TriMesh(([(0, 1, 2), (1, 2, 3)], corners)).opts(**OPTS)


WITHOUT_ONE_SOURCE: dict[str, Callable[[float], Any]] = {
    "BoxWhisker": groups(hv.BoxWhisker),
    "Violin": groups(hv.Violin),
    "Graph": graph,
    "TriMesh": triangles,
    "Chord": links(hv.Chord),
    "Sankey": links(hv.Sankey),
}


@pytest.mark.parametrize("name", WITHOUT_ONE_SOURCE)
def test_elements_of_several_sources_are_shown(name: str) -> None:
    is_graph = name in {"Graph", "TriMesh", "Chord"}
    but = "glyph" if is_graph else ""
    shown(WITHOUT_ONE_SOURCE[name], [1.0, 1.0, 2.0, 3.0], but)


@pytest.mark.parametrize(
    "element",
    [
        hv.Curve([1, 2]) + hv.Curve([2, 1]),
        hv.GridSpace({(i, 0): hv.Curve([1, 2]) for i in range(2)}, kdims=["a", "b"]),
        hv.NdLayout({i: hv.Curve([1, 2]) for i in range(2)}),
        hv.Table({"a": np.arange(3.0)}),
        hv.ItemTable({"a": 1.0}),
        hv.Div("<b>text</b>"),
    ],
    ids=lambda element: type(element).__name__,
)
def test_what_has_no_axes_is_refused(element: Any) -> None:
    text = f"a HoloViews {type(element).__name__}; it may return an element"
    with pytest.raises(TypeError, match=text):
        MasterPlot(element)


def test_options_that_are_no_longer_set_are_gone() -> None:
    given = {"xlim": (0, 50), "title": "t", "ylabel": "Q"}

    def curve(number: float) -> hv.Curve:
        options = given if number > 1 else {}
        return hv.Curve((np.arange(4.0), np.ones(4))).opts(**OPTS, **options)

    def colours(number: float) -> hv.Image:
        options = {"clim": (0, 50)} if number > 1 else {}
        values = number * np.arange(9.0).reshape(3, 3)
        return hv.Image(values, bounds=(0, 0, 3, 3)).opts(**OPTS, **options)

    for make in (curve, colours):
        shown(make, [2, 2, 1, 2, 1])


def test_ends_of_limits_that_are_no_longer_set_are_gone() -> None:
    limits = [(0.0, 1.0), (None, 5.0), (0.0, None), (np.nan, 3.0), (-1.0, 8.0)]

    def curve(number: float) -> hv.Curve:
        return hv.Curve(np.arange(4.0) * 2).opts(**OPTS, ylim=limits[int(number)])

    shown(curve, [0, 1, 2, 3, 4, 2, 1])
    assert structure_of(curve(0)) == structure_of(curve(4))
    assert structure_of(curve(1)) == structure_of(curve(3))


@pytest.mark.parametrize("kind", [hv.Histogram, hv.Bars, hv.Area, hv.Spikes])
def test_bars_of_a_log_scale_stay_when_their_number_changes(kind: Any) -> None:
    def bars(number: float) -> Any:
        count = int(number)
        values = np.arange(count) + 1.0
        x = np.arange(count + (kind is hv.Histogram), dtype=float)
        return kind((x, values), kdims=["x"], vdims=["y"]).opts(**OPTS, logy=True)

    shown(bars, [3, 3, 4, 5, 5, 2])


VALUES_DECIDE: dict[str, Callable[[float], Any]] = {
    "limits of one part": lambda k: (
        line(k, "a", xlim=(0, 9 if k < 2 else 20)) * line(1.0, "b")
    ),
    "limits of an image": lambda k: image(k, xlim=(0, 3 if k < 2 else 30)) * line(1.0),
    "levels": lambda k: image(
        k, color_levels=[0, 1, 4, 9], clim=(0.0, 9 if k < 2 else 5)
    ),
    "style of values": lambda k: line(k, line_width=hv.dim("y").max()),
    "hard bounds": lambda k: hv.Curve(
        (np.arange(4.0), np.ones(4) * k), X, hv.Dimension("y", range=(0.0, 9.0 + k))
    ).opts(**OPTS, apply_hard_bounds=True),
}


@pytest.mark.parametrize("name", VALUES_DECIDE)
def test_what_depends_on_values_is_left_to_holoviews(name: str) -> None:
    shown(VALUES_DECIDE[name], [1, 1, 1, 2, 3])


def diagonal(scale: float) -> hv.Curve:
    ends = np.arange(4.0) * scale
    return hv.Curve((ends, ends), "x", "y").opts(**OPTS)


def points(scale: float) -> hv.Points:
    return hv.Points((np.arange(3.0) - scale, np.arange(3.0) * scale)).opts(**OPTS)


EQUAL_PIXELS: dict[str, Callable[[float], Any]] = {
    "overlay": lambda k: (diagonal(k) * points(k)).opts(**OPTS, data_aspect=1),
    "image and curve": lambda k: image(1.0, data_aspect=1) * diagonal(k),
    "image and points": lambda k: image(1.0, data_aspect=1) * points(k),
    "image and line": lambda k: image(1.0, data_aspect=1) * hv.VLine(k),
    "curve": lambda k: diagonal(k).opts(**OPTS, data_aspect=1),
}


@pytest.mark.parametrize("name", EQUAL_PIXELS)
def test_plot_is_made_anew_for_other_extents_where_pixels_are_equal(name: str) -> None:
    """HoloViews gives a plot that exists other margins, whatever its data."""
    one, other, third = shown(EQUAL_PIXELS[name], [1, 10, 0.5])
    assert len({one, other, third}) == 3
    make = EQUAL_PIXELS[name]
    assert structure_of(make(1)) == structure_of(make(1))


def test_image_of_equal_pixels_keeps_its_plot() -> None:
    def both(number: float) -> hv.Overlay:
        return image(number, data_aspect=1) * hv.VLine(1.0)

    assert len(set(shown(both, [1, 2, 3]))) == 1
