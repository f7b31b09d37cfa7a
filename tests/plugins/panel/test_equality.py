"""Every plotter: patched sessions show what HoloViews makes of the same data anew.

Plotters are found as the dashboard finds them; one that is installed tomorrow is
covered. Stories of what may happen to a cell are drawn by Hypothesis, the same each
time; ``LIVEDATA_STORIES`` is their number.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import holoviews as hv
import hypothesis.strategies as st
import numpy as np
import pytest
from bokeh.model import Model
from bokeh.models import LogScale, LogTicker
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import BaseModel

from livedata_core.api import Cell, DrawnLayer, Layer
from livedata_core.contract import OVERVIEW, Accepts, PlotterSpec, WorkflowId, resolve
from livedata_core.plugins import load_plugins
from livedata_panel.render import master
from livedata_panel.render.backend import prepare_backend
from livedata_panel.render.elements import compose
from livedata_panel.render.master import HoloViewsRenderer
from livedata_panel.render.patch import DrawnPlot
from livedata_panel.render.plot import MasterPlot
from tests.support.equality import differences, fresh_figure, picture
from tests.support.page import Viewer
from tests.support.plotter_samples import FILLS, Look, inputs, looks, params

PLOTTERS = load_plugins().registry.plotters
EVERY_PLOTTER = pytest.mark.parametrize("spec", PLOTTERS.values(), ids=PLOTTERS)
QUICK = settings(
    max_examples=int(os.environ.get("LIVEDATA_STORIES", "2")),
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True, scope="module")
def _backend() -> None:
    prepare_backend()


@dataclass(frozen=True)
class Scene:
    """One frame of a cell."""

    look: Look
    fill: str
    seed: int
    params: BaseModel


@st.composite
def stories(draw: st.DrawFn, spec: PlotterSpec) -> list[Scene]:
    """Draw scenes in which data, their shape and unit, parameters and zooms change."""
    scene = Scene(draw(looks(spec)), "counts", 0, draw(params(spec.params)))
    scenes = [scene]
    for seed in range(1, 6):
        look, chosen = scene.look, scene.params
        change = draw(st.sampled_from(["", "", "", "look", "params"]))
        if change == "look":
            look = draw(looks(spec))
        elif change == "params":
            chosen = draw(params(spec.params))
        scene = Scene(look, draw(st.sampled_from(FILLS)), seed, chosen)
        scenes.append(scene)
    return scenes


class Stage:
    """A cell as the compute thread draws it; its layers are all of one plotter.

    The cell's definition stays the same, so that parameters change under the plot: in
    the dashboard they have it made anew in any case.
    """

    def __init__(self, spec: PlotterSpec, layers: int) -> None:
        self._spec = spec
        layer = Layer(
            workflow=WorkflowId("acme", "view"),
            sources=("a",),
            output="out",
            plotter=spec.name,
        )
        names = ("one", "two")[:layers]
        self._cell = Cell(
            row=0,
            column=0,
            layers=tuple(layer.model_copy(update={"id": name}) for name in names),
        )
        self._plotters = [resolve(spec.factory)() for _ in names]
        self._renderer = HoloViewsRenderer()

    def draw(self, scene: Scene) -> DrawnPlot:
        """Return what the renderer hands to sessions."""
        layers = [
            DrawnLayer(layer.id, plotter, _frame(plotter, scene, number))
            for number, (layer, plotter) in enumerate(
                zip(self._cell.layers, self._plotters, strict=True)
            )
        ]
        return self._renderer.draw(self._cell, layers)

    def fresh(self, scene: Scene) -> Model:
        """Return what HoloViews makes of the same data with plotters made anew."""
        elements = []
        for number, _ in enumerate(self._plotters):
            plotter = resolve(self._spec.factory)()
            elements.append(plotter.draw(_frame(plotter, scene, number)))
        return fresh_figure(compose(elements))

    def close(self) -> None:
        """Drop the plot."""
        self._renderer.forget(self._cell.id)


def _frame(plotter: Any, scene: Scene, number: int) -> object:
    data = inputs(scene.look, scene.fill, 100 * number + scene.seed)
    frame: object = plotter.compute(data, scene.params, OVERVIEW)
    return frame


class Seen:
    """A browser that sees every n-th frame only."""

    def __init__(self, every: int = 1) -> None:
        self.every = every
        self.viewer: Viewer | None = None

    def see(self, drawn: DrawnPlot) -> None:
        """Take in a frame; another structure opens another figure."""
        if self.viewer is None:
            self.viewer = Viewer(drawn)
        else:
            self.viewer.show(drawn)

    def assert_sees(self, fresh: Any) -> None:
        """Compare the figure with the picture of a fresh one."""
        assert self.viewer is not None
        found = list(differences(picture(self.viewer.root), fresh))
        assert not found, "\n".join(found)


def _fail(text: str) -> None:
    pytest.fail(f"the renderer had to recover: {text}")


def play(spec: PlotterSpec, scenes: Sequence[Scene], layers: int, every: int) -> None:
    """Show scenes to two browsers and compare what each sees."""
    stage = Stage(spec, layers)
    eager, slow = Seen(), Seen(every)
    for number, scene in enumerate(scenes):
        drawn = stage.draw(scene)
        fresh = picture(stage.fresh(scene))
        for seen in (eager, slow):
            if number % seen.every == 0 or number == len(scenes) - 1:
                seen.see(drawn)
                seen.assert_sees(fresh)
    stage.close()


@EVERY_PLOTTER
def test_sessions_see_what_a_fresh_plot_shows(
    spec: PlotterSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(master.log, "exception", _fail)

    @QUICK
    @given(stories(spec), st.integers(1, 2), st.integers(2, 3))
    def check(scenes: list[Scene], layers: int, every: int) -> None:
        play(spec, scenes, layers, every)

    check()


@EVERY_PLOTTER
def test_new_values_alone_are_patched(spec: PlotterSpec) -> None:
    """Whatever the values are like, the figure stays and only data travel."""

    @settings(QUICK, max_examples=1)
    @given(looks(spec))
    def check(look: Look) -> None:
        stage = Stage(spec, layers=1)
        scenes = [Scene(look, fill, 1, spec.params()) for fill in FILLS]
        assert len({stage.draw(scene).structure.serial for scene in scenes}) == 1
        stage.close()

    check()


CHANGES: dict[str, Callable[[Any], object]] = {
    "column": lambda figure: figure.renderers[0].data_source.data.update(y=[1, 2, 4]),
    "range": lambda figure: figure.x_range.update(end=7),
    "colour limit": lambda figure: figure.right[0].color_mapper.update(low=-1),
    "palette": lambda figure: figure.right[0].color_mapper.update(palette=["#fff"]),
    "ticker": lambda figure: figure.below[0].update(ticker=LogTicker()),
    "formatter": lambda figure: figure.left[0].formatter.update(use_scientific=False),
    "title": lambda figure: figure.title.update(text="other"),
    "axis label": lambda figure: figure.left[0].update(axis_label="other"),
    "legend": lambda figure: figure.legend[0].items.pop(),
    "glyph colour": lambda figure: figure.renderers[1].glyph.update(line_color="red"),
    "scale": lambda figure: figure.update(y_scale=LogScale()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_comparison_sees_a_change_of(change: str) -> None:
    points = {"x": [1, 2, 3], "y": [1, 2, 3]}
    element = hv.Scatter(points, label="one").opts(color="y", colorbar=True)
    one, other = (fresh_figure(element * hv.Curve(points, label="b")) for _ in "ab")
    assert not list(differences(picture(one), picture(other)))
    CHANGES[change](other)
    assert list(differences(picture(one), picture(other)))


def test_numbers_of_another_type_and_nan_are_the_same() -> None:
    wide = {"y": np.array([1.0, np.nan]), "limit": float("nan")}
    narrow = {"y": np.array([1.0, np.nan], dtype="float32"), "limit": np.float32("nan")}
    assert not list(differences(picture(wide), picture(narrow)))


def test_width_of_bars_is_data_and_not_the_shells() -> None:
    """HoloViews makes bars over time as wide as the times are apart."""

    def bars(seconds: int) -> hv.Bars:
        times = np.datetime64("2026-01-01", "ns") + np.arange(4) * np.timedelta64(
            seconds, "s"
        )
        return hv.Bars((times, np.arange(4.0)), "time", "value")

    plot = MasterPlot(bars(1))
    viewer = Viewer(plot.drawn)
    viewer.show(plot.update(bars(5)))
    fresh = fresh_figure(bars(5))
    assert not list(differences(picture(viewer.root), picture(fresh)))


def test_plotter_without_samples_says_where_to_put_them() -> None:
    accepts = Accepts(ndim=(2,), workflows=("acme/view/1",))
    spec = PLOTTERS["image"].model_copy(update={"name": "new", "accepts": accepts})

    @settings(QUICK, max_examples=1)
    @given(looks(spec))
    def check(look: Look) -> None: ...

    with pytest.raises(pytest.fail.Exception, match=r"'new' .*plotter_samples\.SHAPES"):
        check()
