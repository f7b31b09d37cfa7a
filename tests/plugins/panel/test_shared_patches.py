"""One serialised patch serves all sessions, and each browser shows what is true.

A browser is stood for by a second document that applies what travels, frame by frame,
as Bokeh's own client does.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import holoviews as hv
import numpy as np
import pytest
from bokeh.core.serialization import Buffer, Serialized
from bokeh.document import Document
from bokeh.document.json import PatchJson
from bokeh.model import Model
from bokeh.models import ColumnDataSource, Range1d

from livedata_panel.render.backend import prepare_backend
from livedata_panel.render.patch import DrawnPlot
from livedata_panel.render.plot import MasterPlot
from livedata_panel.render.session_plot import SessionPlot
from livedata_panel.render.wire import WirePatch, joined


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


def frames_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield opcode and payload of each websocket frame."""
    position = 0
    while position < len(data):
        opcode, length = data[position] & 0x0F, data[position + 1]
        size = {126: 2, 127: 8}.get(length, 0)
        position += 2
        if size:
            length = int.from_bytes(data[position : position + size], "big")
        position += size
        yield opcode, data[position : position + length]
        position += length


def buffers_of(patch: WirePatch) -> list[Buffer]:
    """Return the buffers that follow a patch: a head in text, then the bytes."""
    frames = list(frames_of(patch.buffers))
    assert [opcode for opcode, _ in frames] == [1, 2] * patch.count
    return [
        Buffer(json.loads(head)["id"], payload)
        for (_, head), (_, payload) in zip(frames[::2], frames[1::2], strict=True)
    ]


class Viewer:
    """A session and the models that its browser has."""

    def __init__(self, drawn: DrawnPlot) -> None:
        self.session = SessionPlot(drawn)
        self.document = Document()
        self.document.add_root(self.session.root)
        self.announced: list[object] = []
        self.document.on_change(self.announced.append)
        copy = SessionPlot(drawn)
        self.shown = copy.root
        self._browser = Document()
        self._browser.add_root(self.shown)

    def show(self, drawn: DrawnPlot) -> WirePatch:
        patch = self.session.share(drawn)
        assert patch is not None
        content: PatchJson = {"events": json.loads(f"[{patch.events}]")}
        columns = {source: dict(source.data) for source in sources_of(self.shown)}
        self._browser.apply_json_patch(Serialized(content, buffers_of(patch)))
        for source, before in columns.items():  # BokehJS keeps the others, Bokeh not
            source.data = {**before, **source.data}
        return patch

    def zoom(self, start: object, end: object) -> None:
        for root in (self.session.root, self.shown):
            y_range(root).update(start=start, end=end)
        self.announced.clear()


def sources_of(root: Model) -> list[ColumnDataSource]:
    return [m for m in root.references() if isinstance(m, ColumnDataSource)]


def y_range(root: Model) -> Range1d:
    found = root.y_range  # type: ignore[attr-defined]
    assert isinstance(found, Range1d)
    return found


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
def test_browser_and_session_equal_a_fresh_copy(make: type) -> None:
    master, viewer = settled(make(1.0), make(2.0))
    for number in (3.0, 4.0, 5.0):
        drawn = master.update(make(number))
        viewer.show(drawn)
        fresh = values_of(SessionPlot(drawn).root)
        assert values_of(viewer.session.root) == fresh
        assert values_of(viewer.shown) == fresh
    assert viewer.announced == []


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
    assert values_of(late.shown) == values_of(early.shown)


def test_zoomed_session_keeps_its_range_and_gets_the_data() -> None:
    master, zoomed = settled(curve(1), curve(2))
    other = Viewer(master.drawn)
    zoomed.zoom(0.25, 0.5)
    drawn = master.update(curve(10))
    zoomed.show(drawn)
    other.show(drawn)
    for root in (zoomed.shown, zoomed.session.root):
        assert (y_range(root).start, y_range(root).end) == (0.25, 0.5)
        assert y_range(root).reset_end == y_range(other.shown).end
    zoomed.zoom(y_range(other.shown).start, y_range(other.shown).end)
    last = master.update(curve(100))
    zoomed.show(last)
    other.show(last)
    assert values_of(zoomed.shown) == values_of(other.shown)


def test_range_that_was_reset_late_goes_through_the_document() -> None:
    master, viewer = settled(curve(1), curve(2))
    viewer.zoom(0.25, 0.5)
    viewer.show(master.update(curve(10)))
    shown = y_range(viewer.session.root)
    # Reset to limits that are not those sent last: the axis had been given others.
    shown.update(reset_start=-7.0, reset_end=7.0)
    shown.update(start=-7.0, end=7.0)
    drawn = master.update(curve(100))
    assert viewer.session.share(drawn) is None
    assert viewer.session.apply(drawn)
    assert viewer.announced
    assert shown.end == y_range(SessionPlot(drawn).root).end


def test_images_travel_as_float32() -> None:
    master, viewer = settled(image(1), image(2))
    patch = viewer.show(master.update(image(3)))
    (event,) = (e for e in json.loads(f"[{patch.events}]") if "data" in e)
    assert event["cols"] == ["image"]
    assert '"dtype":"float32"' in patch.events
    assert [len(buffer.to_bytes()) for buffer in buffers_of(patch)] == [48 * 4]


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
        for source in sources_of(viewer.session.root)
    ]
    assert tops == [3.0, 2.0]
