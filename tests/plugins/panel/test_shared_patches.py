"""One serialised patch serves all sessions, and each browser shows what is true.

A browser is stood for by documents that apply what travels, frame by frame.
"""

from __future__ import annotations

import json
import math

import holoviews as hv
import numpy as np
import pytest
from bokeh.model import Model
from bokeh.models import ColumnDataSource

from livedata_panel.render.backend import prepare_backend
from livedata_panel.render.plot import MasterPlot
from livedata_panel.render.wire import WirePatch, joined
from tests.support.page import Viewer, buffers_of


@pytest.fixture(autouse=True)
def _backend() -> None:
    prepare_backend()


def image(scale: float) -> hv.Image:
    values = np.arange(48, dtype="float32").reshape(6, 8) * np.float32(scale)
    element = hv.Image(values, bounds=(0, 0, 8, 6), kdims=["x", "y"], vdims=["counts"])
    return element.opts(
        clone=False,
        backend="bokeh",
        colorbar=True,
        clim=(0, 47 * scale),
        title=f"{scale:g}",
    )


def curve(top: float) -> hv.Curve:
    element = hv.Curve((np.arange(3.0), np.array([0.0, top, top / 2])), "toa", "counts")
    return element.opts(clone=False, backend="bokeh", title=f"{top:g} µs")


def sources_of(root: Model) -> list[ColumnDataSource]:
    return [m for m in root.references() if isinstance(m, ColumnDataSource)]


def values_of(root: Model) -> dict[str, object]:
    """Return every property of every model, arrays as lists."""
    return {
        f"{model.id}.{name}": _plain(value)
        for model in root.references()
        for name, value in model.properties_with_values().items()
    }


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.tolist())
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return "NaN"  # which would not equal itself
    return value.id if isinstance(value, Model) else value


def settled(element: hv.Element, again: hv.Element) -> tuple[MasterPlot, Viewer]:
    """Return a plot and a viewer after the first update, which touches everything."""
    master = MasterPlot(element)
    return master, Viewer(master.update(again))


@pytest.mark.parametrize("make", [image, curve])
def test_patched_figure_equals_one_that_is_opened_later(make: type) -> None:
    master, viewer = settled(make(1.0), make(2.0))
    for number in (3.0, 4.0, 5.0):
        drawn = master.update(make(number))
        viewer.show(drawn)
        assert values_of(viewer.root) == values_of(Viewer(drawn).root)


def test_sessions_get_the_same_patch() -> None:
    master, one = settled(image(1), image(2))
    other = Viewer(master.drawn)
    drawn = master.update(image(3))
    assert one.show(drawn) is other.show(drawn)


def test_session_that_skipped_frames_catches_up() -> None:
    master, early = settled(curve(1), curve(2))
    late = Viewer(master.drawn)
    for top in (3.0, 4.0):
        early.show(master.update(curve(top)))
    last = master.update(curve(5))
    assert late.show(last) is not early.show(last)
    assert values_of(late.root) == values_of(early.root)


def test_images_travel_as_float32() -> None:
    master, viewer = settled(image(1), image(2))
    patch = viewer.show(master.update(image(3)))
    assert patch is not None
    event = next(e for e in reversed(viewer.page.taken) if "cols" in e)
    assert event["cols"] == ["image"]
    assert '"dtype": "float32"' in json.dumps(event)
    assert [len(data) for data in buffers_of(patch).values()] == [48 * 4]


def test_patches_of_a_grid_are_joined_once() -> None:
    patches = (
        WirePatch('{"a":1}', b"one", 1),
        WirePatch("", b"", 0),
        WirePatch('{"b":2}', b"two", 2),
    )
    both = joined(patches)
    assert both is joined(patches)
    assert (both.events, both.buffers, both.count) == ('{"a":1},{"b":2}', b"onetwo", 3)


def test_columns_of_a_source_stay_its_own() -> None:
    master, one = settled(curve(1), curve(2))
    other = Viewer(master.drawn)
    one.show(master.update(curve(3)))
    tops = [
        source.data["counts"][1]
        for viewer in (one, other)
        for source in sources_of(viewer.root)
    ]
    assert tops == [3.0, 2.0]
