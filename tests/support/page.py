"""The figures of a page, as its script keeps them: each in a document of its own.

Stands for a browser where none is needed. What travels is decoded frame by frame, as
Bokeh's client does it, and applied as `static/js/figures.js` does, but for zooms.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bokeh.core.serialization import Buffer, Serialized
from bokeh.document import Document
from bokeh.model import Model
from bokeh.models import ColumnDataSource

from livedata_panel.render.patch import DrawnPlot, Look
from livedata_panel.render.wire import WirePatch

__all__ = ["LIGHT", "Page", "Viewer", "buffers_of"]

LIGHT = Look("light", large=False)


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


def buffers_of(patch: WirePatch) -> dict[str, bytes]:
    """Return the buffers of a patch by id: a head in text, then the bytes."""
    frames = list(frames_of(patch.buffers))
    assert [opcode for opcode, _ in frames] == [1, 2] * patch.count
    return {
        json.loads(head)["id"]: payload
        for (_, head), (_, payload) in zip(frames[::2], frames[1::2], strict=True)
    }


class Page:
    """The figures that a browser has, by name."""

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}
        self.numbers: list[int] = []
        self.taken: list[dict[str, Any]] = []
        """Events of all figures, in the order of their arrival."""

    def root(self, figure: str) -> Model:
        """Return the root model of a figure."""
        (root,) = self._documents[figure].roots
        return root

    def receive(self, events: str, shared: WirePatch) -> None:
        """Take in a message."""
        buffers = buffers_of(shared)
        for event in json.loads(f"[{events}]"):
            if event["attr"] == "plots":
                number, figure, text, ids, arrays = event["new"]
                assert [array["data"]["id"] for array in arrays] == ids
                self.numbers.append(number)
                self._follow(figure, text, {ref: buffers[ref] for ref in ids})

    def _follow(self, figure: str, text: str, buffers: dict[str, bytes]) -> None:
        events = json.loads(text)
        self.taken += events
        if events[0]["kind"] == "RootAdded":
            self._documents[figure] = Document()
        document = self._documents[figure]
        columns = {
            source: dict(source.data)
            for source in document.models
            if isinstance(source, ColumnDataSource)
        }
        content: Any = {"events": events}
        received = [Buffer(ref, data) for ref, data in buffers.items()]  # type: ignore[arg-type]
        document.apply_json_patch(Serialized(content, received))
        for source, before in columns.items():  # BokehJS keeps the others, Bokeh not
            if before.keys() - source.data.keys():
                source.data = {**before, **source.data}


class Viewer:
    """A page with one figure, brought up to date as a session does."""

    def __init__(self, drawn: DrawnPlot, look: Look = LIGHT) -> None:
        self.page = Page()
        self.look = look
        self.figure = ""
        self.version = 0
        self.show(drawn)

    @property
    def root(self) -> Model:
        """The root model of the figure."""
        return self.page.root(self.figure)

    def show(self, drawn: DrawnPlot) -> WirePatch | None:
        """Take in a frame; return the patch, if there is anything to patch."""
        figure = drawn.structure.figure(self.look)
        if figure != self.figure:
            opening = drawn.structure.open(self.look)
            self.page.receive(opening.events, opening)
            self.figure, self.version = figure, drawn.structure.version
        if drawn.version <= self.version:
            return None
        patch = drawn.patch(figure, self.version)
        self.version = drawn.version
        if patch.events:
            self.page.receive(patch.events, patch)
        return patch
