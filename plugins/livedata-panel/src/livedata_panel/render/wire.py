"""A patch as it travels: Bokeh's events and buffers, serialised once for all sessions.

Only what is the same for every session is here; who gets it is `livedata_panel.outbox`'
business. A server's websocket frames are not masked, so they can be shared as well.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bokeh.core.json_encoder import serialize_json
from bokeh.core.serialization import Buffer, Serialized, Serializer

__all__ = ["PatchWriter", "WirePatch", "joined", "text_frame"]

_FINAL_TEXT, _FINAL_BINARY = 0x81, 0x82
_JOINED_KEPT = 4
"""Sessions look at few different grids; each joined patch is some MB."""


@dataclass(frozen=True, slots=True, eq=False)
class WirePatch:
    """Events of Bokeh's PATCH-DOC message and the buffers that they name.

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
    """Collects events of one patch."""

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

    def finish(self) -> WirePatch:
        """Return all of it, serialised."""
        buffers = self._serializer.buffers
        text = serialize_json(Serialized(self._events, buffers))
        return WirePatch(text[1:-1], b"".join(_frames(buffers)), len(buffers))


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
