"""What happens to a figure as it travels: serialised once for all sessions.

The page keeps each figure in a Bokeh document of its own, which the server knows
nothing of. Events for that document travel as a value of the bridge; who gets it is
`livedata_panel.outbox`' business. A server's websocket frames are not masked, so they
can be shared as well.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

from bokeh.core.json_encoder import serialize_json
from bokeh.core.serialization import Buffer, Serialized, Serializer

from livedata_panel.bridge import BRIDGE_NAME

__all__ = ["PatchWriter", "WirePatch", "joined", "opening", "text_frame"]

_FINAL_TEXT, _FINAL_BINARY = 0x81, 0x82
_JOINED_KEPT = 4
"""Sessions look at few different grids; each joined patch is some MB."""
_numbers = count(1)


@dataclass(frozen=True, slots=True, eq=False)
class WirePatch:
    """Events of Bokeh's PATCH-DOC message and the buffers that they name.

    Each sets the bridge's ``plots`` to ``[number, figure, events, ids, buffers]``: a
    number that is never the same, the figure's name, JSON of the events for the
    figure's own document, and the ids and bytes of the buffers that these name.

    Attributes
    ----------
    events:
        JSON of the events, separated by commas; empty: nothing to send.
    buffers:
        Websocket frames, two for each buffer.
    count:
        Number of buffers.
    """

    events: str
    buffers: bytes
    count: int


class PatchWriter:
    """Collects changes of one figure."""

    def __init__(self) -> None:
        self._serializer = Serializer()
        self._events: list[Any] = []

    def columns(self, model_id: str, columns: Mapping[str, object]) -> None:
        """Replace columns of a data source; its others stay."""
        self._events.append(
            {
                "kind": "ColumnDataChanged",
                "model": {"id": model_id},
                "attr": "data",
                "data": self._serializer.encode(dict(columns)),
                "cols": self._serializer.encode(list(columns)),
            }
        )

    def change(self, model_id: str, name: str, value: object) -> None:
        """Set a property; `value` is as its descriptor serialises it."""
        self._events.append(
            {
                "kind": "ModelChanged",
                "model": {"id": model_id},
                "attr": name,
                "new": self._serializer.encode(value),
            }
        )

    def finish(self, figure: str) -> WirePatch:
        """Return all of it for the figure of that name, serialised."""
        return _travelling(figure, self._events, self._serializer.buffers)


def opening(figure: str, content: Any, buffers: Iterable[Buffer]) -> WirePatch:
    """Return what opens a figure: its root, serialised, as the first event.

    Parameters
    ----------
    figure:
        The name of the figure.
    content, buffers:
        The root model, as a serialiser encodes it.
    """
    return _travelling(figure, [{"kind": "RootAdded", "model": content}], [*buffers])


def _travelling(figure: str, events: list[Any], buffers: list[Buffer]) -> WirePatch:
    if not events:
        return WirePatch("", b"", 0)
    text = serialize_json(Serialized(events, buffers))
    ids = [buffer.id for buffer in buffers]
    arrays = [{"type": "bytes", "data": {"id": ref}} for ref in ids]
    event = {
        "kind": "ModelChanged",
        "model": {"id": BRIDGE_NAME},
        "attr": "plots",
        "new": [next(_numbers), figure, text, ids, arrays],
    }
    body = b"".join(_frames(buffers))
    return WirePatch(json.dumps(event, separators=(",", ":")), body, len(buffers))


@lru_cache(_JOINED_KEPT)
def joined(patches: tuple[WirePatch, ...]) -> WirePatch:
    """Return patches as one; most sessions ask for the same."""
    return WirePatch(
        ",".join(patch.events for patch in patches if patch.events),
        b"".join(patch.buffers for patch in patches),
        sum(patch.count for patch in patches),
    )


def text_frame(text: str) -> bytes:
    """Return a websocket frame, as a server sends it, with text."""
    payload = text.encode()
    return _head(_FINAL_TEXT, len(payload)) + payload


def _frames(buffers: Iterable[Buffer]) -> Iterable[bytes]:
    for buffer in buffers:
        payload = buffer.to_bytes()
        yield text_frame(json.dumps(buffer.ref))
        yield _head(_FINAL_BINARY, len(payload))
        yield payload


def _head(opcode: int, length: int) -> bytes:
    if length < 126:
        return struct.pack("!BB", opcode, length)
    if length <= 0xFFFF:
        return struct.pack("!BBH", opcode, 126, length)
    return struct.pack("!BBQ", opcode, 127, length)
