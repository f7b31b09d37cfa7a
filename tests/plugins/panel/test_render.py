"""The fast path shows what a fresh HoloViews render of the same data shows."""

from __future__ import annotations

import gc
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import holoviews as hv
import numpy as np
import pytest
import scipp as sc
from bokeh.core.serialization import Serializer
from bokeh.document import Document
from bokeh.io.doc import patch_curdoc
from bokeh.model import Model

from livedata_core.contract import OVERVIEW, DataKey, PlotInput, WorkflowId
from livedata_panel.render.backend import prepare_backend
from livedata_panel.render.elements import compose, structure_of
from livedata_panel.render.following import is_plain
from livedata_panel.render.master import HoloViewsRenderer
from livedata_panel.render.patch import DrawnPlot
from livedata_panel.render.plot import MasterPlot
from livedata_plotters.image import ImagePlotter
from livedata_plotters.lines import LinesPlotter
from livedata_plotters.params import ImageParams, LinesParams
from tests.support.equality import themed
from tests.support.page import Viewer

Make = Callable[[np.random.Generator], Any]
OPTS: dict[str, Any] = {"clone": False, "backend": "bokeh", "responsive": True}


@pytest.fixture(autouse=True)
def _backend() -> None:
    prepare_backend()


def image(rng: np.random.Generator) -> hv.Image:
    scale = 10 ** rng.uniform(0, 4)
    values = (rng.random((6, 8)) * scale).astype("float32")
    element = hv.Image(values, bounds=(0, 0, 8, 6), kdims=["x", "y"], vdims=["counts"])
    return element.opts(
        **OPTS, colorbar=True, cmap="viridis", clim=(0, scale), title=f"{scale:.3g}"
    )


def log_image(rng: np.random.Generator) -> hv.Image:
    values = rng.random((5, 5)) * 10 + 0.1
    element = hv.Image(values, bounds=(0, 0, 5, 5), vdims=["rate"])
    return element.opts(**OPTS, logz=True, colorbar=True, clabel=f"{rng.random()}")


def square_image(rng: np.random.Generator) -> hv.Image:
    side = int(rng.integers(4, 6))
    element = hv.Image(rng.random((side, side)), bounds=(0, 0, side, side))
    return element.opts(**OPTS, data_aspect=1)


def curve(rng: np.random.Generator) -> hv.Curve:
    size = int(rng.integers(5, 9))
    values = rng.random(size) * 10 ** rng.uniform(0, 4)
    element = hv.Curve((np.arange(size), values), "toa", "counts")
    return element.opts(**OPTS, title=f"{values.sum():.0f}", ylabel=f"n={size}")


def times(rng: np.random.Generator) -> hv.Curve:
    start = np.datetime64("2026-01-01T00:00:00", "ns")
    span = np.arange(20) * np.timedelta64(int(rng.integers(1, 99)), "s")
    return hv.Curve((start + span, rng.random(20)), "time", "T").opts(**OPTS)


def bars(rng: np.random.Generator) -> hv.Bars:
    names = ["a", "b", "c", "d"][: int(rng.integers(2, 5))]
    return hv.Bars([(name, rng.random()) for name in names]).opts(**OPTS)


def errors(rng: np.random.Generator) -> hv.Overlay:
    x, y = np.arange(6), rng.random(6) * rng.integers(1, 9)
    steps = hv.Histogram((np.arange(7), y)).opts(**OPTS)
    return steps * hv.ErrorBars((x, y, y / 5)).opts(clone=False, backend="bokeh")


def sources(rng: np.random.Generator) -> hv.NdOverlay:
    """Overlay as many curves as there happen to be sources: a changing structure."""
    names = [f"monitor {i}" for i in range(int(rng.integers(1, 4)))]
    curves = {name: hv.Curve(rng.random(5)) for name in names}
    return hv.NdOverlay(curves, "source").opts(**OPTS, legend_position="right")


def layers(rng: np.random.Generator) -> Any:
    marker = hv.VLine(float(rng.random() * 5)).opts(clone=False, backend="bokeh")
    return compose([curve(rng).relabel("one"), curve(rng).relabel("two"), marker])


def either(rng: np.random.Generator) -> Any:
    return (image, curve)[int(rng.integers(2))](rng)


KINDS: tuple[Make, ...] = (
    image,
    log_image,
    square_image,
    curve,
    times,
    bars,
    errors,
    sources,
    layers,
    either,
)


class Cells:
    """The master of one cell, driven as the renderer drives it."""

    def __init__(self) -> None:
        self.master: MasterPlot | None = None

    def draw(self, element: Any) -> DrawnPlot:
        if self.master and self.master.signature == structure_of(element):
            return self.master.update(element)
        if self.master:
            self.master.close()
        self.master = MasterPlot(element)
        return self.master.drawn


IGNORED = {"tags", "name"}


def wire(root: Model) -> object:
    """Return what a browser would receive, with ids in order of appearance."""
    order: dict[str, int] = {}

    def walk(value: Any) -> object:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("type") == "value" and "transform" not in value:
            return walk(value["value"])  # a constant and a bare value are the same
        if value.get("type") == "map":
            entries = sorted(value["entries"], key=lambda entry: str(entry[0]))
            return {key: walk(item) for key, item in entries}
        known = {key: walk(item) for key, item in value.items() if key != "id"}
        if isinstance(known.get("attributes"), dict):
            attributes = known["attributes"]
            known["attributes"] = {
                key: item for key, item in attributes.items() if key not in IGNORED
            }
        if "id" in value:
            known["id"] = order.setdefault(value["id"], len(order))
        return known

    return walk(json.loads(json.dumps(Serializer().encode(root), default=base64)))


def base64(value: Any) -> str:
    encoded: str = value.to_base64()
    return encoded


def through_compositors(pipe: hv.streams.Pipe, _element: Any) -> hv.DynamicMap:
    """Return the map that HoloViews would be given without short cuts."""
    return hv.DynamicMap(lambda data: data, streams=[pipe])


def assert_same(shown: Model, element: Any) -> None:
    """Compare with a fresh plot of the element, model by model, value by value."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("livedata_panel.render.plot.following", through_compositors)
        fresh = MasterPlot(element)
    expected = themed(fresh.drawn.structure.clone())
    fresh.close()
    differences = list(differing(wire(shown), wire(expected), "plot"))
    assert not differences


def differing(one: Any, other: Any, path: str) -> Iterator[str]:
    """Yield where two wire forms differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys(), key=str):
            yield from differing(one.get(key), other.get(key), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differing(left, right, f"{path}[{index}]")
    elif one != other:
        yield f"{path}: {one!r}, a fresh plot has {other!r}"


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("seed", range(2))
def test_patched_figure_equals_a_fresh_plot(make: Make, seed: int) -> None:
    rng, dice = np.random.default_rng(seed), random.Random(seed)
    cells = Cells()
    viewer: Viewer | None = None
    for _ in range(6):
        element = make(rng)
        drawn = cells.draw(element)
        if dice.random() < 0.4:
            continue  # a slow session skips this frame
        viewer = viewer or Viewer(drawn)
        viewer.show(drawn)
        assert_same(viewer.root, element)


def test_late_session_equals_an_early_one() -> None:
    rng = np.random.default_rng(1)
    cells = Cells()
    drawn = [cells.draw(curve(rng)) for _ in range(5)]
    early = Viewer(drawn[0])
    for plot in drawn[1:]:
        early.show(plot)
    element = curve(rng)
    last = cells.draw(element)
    early.show(last)
    assert_same(early.root, element)
    assert_same(Viewer(last).root, element)


def test_only_changed_columns_travel() -> None:
    x = np.arange(4.0)
    cells = Cells()
    first = cells.draw(hv.Curve((x, x), "toa", "counts"))
    cells.draw(hv.Curve((x, x + 1), "toa", "counts"))
    last = cells.draw(hv.Curve((x, x + 2), "toa", "counts"))
    columns = {
        key.column
        for key, stamped in last.values.items()
        if key.column and stamped.version == last.version
    }
    assert columns == {"counts"}
    assert first.structure is last.structure


def test_frames_already_handed_out_do_not_change() -> None:
    cells = Cells()
    rng = np.random.default_rng(0)
    cells.draw(curve(rng))
    second = cells.draw(curve(rng))
    before = dict(second.values)
    cells.draw(curve(rng))
    assert dict(second.values) == before


def line(top: float) -> hv.Curve:
    return hv.Curve(([0.0, 1.0], [0.0, top]))


def test_other_structure_opens_another_figure() -> None:
    cells = Cells()
    viewer = Viewer(cells.draw(line(1)))
    before = viewer.figure
    element = hv.Scatter([(0, 1)])
    viewer.show(cells.draw(element))
    assert viewer.figure != before
    assert_same(viewer.root, element)


def test_options_that_only_a_new_plot_takes_change_the_structure() -> None:
    linear = hv.Curve([1, 2]).opts(**OPTS, title="one")
    log = hv.Curve([1, 2]).opts(**OPTS, title="one", logy=True)
    titled = hv.Curve([3, 4]).opts(**OPTS, title="other")
    assert structure_of(linear) != structure_of(log)
    assert structure_of(linear) == structure_of(titled)


def test_updates_leave_no_option_trees_behind() -> None:
    cells = Cells()
    rng = np.random.default_rng(0)
    cells.draw(curve(rng))
    gc.collect()
    before = len(hv.Store._custom_options["bokeh"])
    for _ in range(10):
        cells.draw(curve(rng))
    gc.collect()
    assert len(hv.Store._custom_options["bokeh"]) <= before + 2


def test_master_belongs_to_no_session() -> None:
    served = Document()
    with patch_curdoc(served):
        cells = Cells()
        cells.draw(line(1))
        cells.draw(line(2))
    assert cells.master is not None
    assert cells.master._plot.document is not served
    assert not served.callbacks.session_destroyed_callbacks


def histogram(rng: np.random.Generator) -> sc.DataArray:
    edges = sc.linspace("time_of_arrival", 0.0, 71.0, 21, unit="ms")
    values = rng.poisson(30 * rng.uniform(1, 9), 20).astype(float)
    return sc.DataArray(
        sc.array(dims=["time_of_arrival"], values=values, unit="counts"),
        coords={"time_of_arrival": edges},
    )


def panel(rng: np.random.Generator) -> sc.DataArray:
    values = rng.poisson(rng.uniform(1, 99), (8, 6)).astype(float)
    return sc.DataArray(sc.array(dims=["y", "x"], values=values, unit="counts"))


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("kind", ["image", "lines"])
def test_standard_plotters_go_the_fast_way(kind: str, scale: str) -> None:
    plotter, model, data = {
        "image": (ImagePlotter(), ImageParams, panel),
        "lines": (LinesPlotter(), LinesParams, histogram),
    }[kind]
    params = model.model_validate({"scale": scale})
    key = DataKey(WorkflowId("toy", "view"), "panel", "image")
    rng = np.random.default_rng(5)
    cells = Cells()
    viewer: Viewer | None = None
    for _ in range(5):
        inputs = [PlotInput(key, data(rng), "Panel")]
        element = plotter.draw(plotter.compute(inputs, params, OVERVIEW))
        drawn = cells.draw(element)
        viewer = viewer or Viewer(drawn)
        assert viewer.figure == drawn.structure.figure(viewer.look)
        viewer.show(drawn)
        again = plotter.draw(plotter.compute(inputs, params, OVERVIEW))
        assert_same(viewer.root, again)


def test_renderer_forgets_cells() -> None:
    renderer = HoloViewsRenderer()
    renderer.forget("never drawn")


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_what_is_drawn_as_it_is_passes_by_the_compositors(make: Make) -> None:
    assert is_plain(make(np.random.default_rng(0)))


def hexagons(rng: np.random.Generator) -> hv.HexTiles:
    return hv.HexTiles(rng.normal(size=(50, 2))).opts(**OPTS, gridsize=5)


def with_a_line(rng: np.random.Generator) -> hv.Overlay:
    return hexagons(rng) * hv.VLine(0.5)


@pytest.mark.parametrize("make", [hexagons, with_a_line])
def test_what_compositors_make_of_an_element_is_drawn(make: Make) -> None:
    rng = np.random.default_rng(0)
    assert not is_plain(make(rng))
    master = MasterPlot(make(rng))
    viewer = Viewer(master.drawn)
    element = make(rng)
    viewer.show(master.update(element))
    assert_same(viewer.root, element)
