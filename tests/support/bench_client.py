"""Browsers without eyes: ``python -m tests.support.bench_client URL ...``.

Each client fetches the page, opens its websocket, pulls the document, greets a livedata
page as its script does and reports each frame as painted. What arrives is not drawn:
it is counted and dated by the frame's number in the values.

A process of clients obeys lines on its standard input: ``clients N`` has so many,
``mark`` answers with what arrived since the last mark, ``stop`` ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import struct
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.support.bench_data import Load
from tests.support.bench_meter import percentiles
from tests.support.bench_websocket import LeanWebsocket, fetch

TOKEN = re.compile(r'"token":\s*"([^"]+)"')
VALUES = {"float32": "<f", "float64": "<d", "int32": "<i"}
BEAT_S = 10.0
PULL_S = 60.0
DOCUMENT_READY = {
    "kind": "MessageSent",
    "msg_type": "bokeh_event",
    "msg_data": {
        "type": "event",
        "name": "document_ready",
        "values": {"type": "map", "entries": []},
    },
}
"""What Bokeh's script says once a page is there; Panel waits for it."""


class Counts:
    """What a process's clients have seen since the last mark."""

    def __init__(self) -> None:
        self.cell_frames = 0
        self.frames = 0
        self.messages = 0
        self.lost = 0
        self.latencies: list[float] = []

    def as_dict(self) -> dict[str, Any]:
        return {
            "cell_frames": self.cell_frames,
            "frames": self.frames,
            "messages": self.messages,
            "lost": self.lost,
            "latency_s": percentiles(self.latencies),
        }


class Fleet:
    """The clients of this process."""

    def __init__(self, url: str, load: Load, began_ns: int, paint_s: float) -> None:
        parts = urlsplit(url)
        self.host, self.port = "127.0.0.1", parts.port or 80
        # An origin that the server knows.
        self.origin = f"{parts.hostname}:{self.port}"
        self.load, self.began_ns, self.paint_s = load, began_ns, paint_s
        self.counts = Counts()
        self.clients: list[Client] = []
        self._bytes = 0
        self._cpu = time.process_time()

    async def resize(self, count: int) -> None:
        """Have so many clients."""
        while len(self.clients) > count:
            self.clients.pop(0).close()
        while len(self.clients) < count:
            client = Client(self)
            self.clients.append(client)
            await client.open()

    def mark(self) -> dict[str, Any]:
        """Return what arrived since the last mark."""
        received = sum(client.received for client in self.clients)
        cpu = time.process_time()
        answer = self.counts.as_dict()
        answer["bytes"], self._bytes = received - self._bytes, received
        answer["cpu_s"], self._cpu = cpu - self._cpu, cpu
        answer["clients"] = len(self.clients)
        answer["full"] = sum(client.take_sources() for client in self.clients)
        self.counts = Counts()
        return answer


class Client:
    """One browser session."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._socket: LeanWebsocket | None = None
        self._stage: Callable[[bytes], None] = self._on_header
        self._header: dict[str, Any] = {}
        self._left = 0
        self._content: dict[str, Any] = {}
        self._wanted: dict[str, tuple[str, str]] = {}
        self._buffer_id = ""
        self._latest: dict[str, int] = {}
        self._moved: set[str] = set()
        self._bridge = ""
        self._message_number = 0
        self._closing = False
        self._pulled = asyncio.get_running_loop().create_future()

    @property
    def received(self) -> int:
        """Bytes that have arrived."""
        return 0 if self._socket is None else self._socket.received

    def take_sources(self) -> bool:
        """Return whether every plot had a new frame since the last call."""
        moved, self._moved = self._moved, set()
        return len(moved) >= self._fleet.load.cells

    async def open(self) -> None:
        """Open the page; return when its document is here."""
        fleet = self._fleet
        page = await fetch(fleet.host, fleet.port)
        match = TOKEN.search(page)
        if match is None:
            raise RuntimeError("the page has no session token")
        request = ("/ws", fleet.origin, f"bokeh, {match[1]}")
        loop = asyncio.get_running_loop()
        _, self._socket = await loop.create_connection(
            lambda: LeanWebsocket(
                request, self._on_text, self._on_binary, self._on_close
            ),
            fleet.host,
            fleet.port,
        )
        await asyncio.wait_for(self._pulled, PULL_S)
        self._send("PATCH-DOC", {"events": [DOCUMENT_READY]})
        if self._bridge:
            self._greet()

    def close(self) -> None:
        """Leave."""
        self._closing = True
        if self._socket is not None:
            self._socket.close()

    def _on_close(self) -> None:
        if not self._closing:
            self._fleet.counts.lost += 1

    # --- Messages: header, metadata, content, then a head and a body per buffer ----

    def _on_text(self, text: bytes) -> None:
        self._stage(text)

    def _on_header(self, text: bytes) -> None:
        self._header = json.loads(text)
        self._left = self._header.get("num_buffers", 0)
        self._stage = self._on_metadata

    def _on_metadata(self, _text: bytes) -> None:
        self._stage = self._on_content

    def _on_content(self, text: bytes) -> None:
        self._content = json.loads(text)
        kind = self._header["msgtype"]
        if kind == "PATCH-DOC":
            self._wanted = dict(self._columns())
        self._stage = self._on_buffer_head
        if not self._left:
            self._finish()

    def _on_buffer_head(self, text: bytes) -> None:
        self._buffer_id = json.loads(text)["id"]

    def _on_binary(self, first: bytes) -> None:
        wanted = self._wanted.pop(self._buffer_id, None)
        if wanted is not None:
            source, dtype = wanted
            form = VALUES[dtype]
            (value,) = struct.unpack_from(form, first)
            self._saw(source, int(value))
        self._left -= 1
        if not self._left:
            self._finish()

    def _finish(self) -> None:
        self._stage = self._on_header
        self._fleet.counts.messages += 1
        kind = self._header["msgtype"]
        if kind == "ACK":
            self._send("PULL-DOC-REQ", {})
        elif kind == "PULL-DOC-REPLY":
            self._bridge = _bridge_id(self._content["doc"]) or ""
            self._pulled.set_result(None)
        elif kind == "PATCH-DOC":
            self._note_frames()
        elif kind == "ERROR":
            raise RuntimeError(f"the server answers {self._content}")

    def _columns(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield the buffer of each new column, with its source and type."""
        for event in _followed(self._content["events"]):
            if event["kind"] == "ColumnDataChanged":
                source, data = event["model"]["id"], event["data"]
            elif event["kind"] == "ModelChanged" and event["attr"] == "data":
                source, data = event["model"]["id"], event["new"]
            else:
                continue
            # Positions begin with 0, which is no frame.
            for array in _arrays(data):
                if array["dtype"] in VALUES:
                    yield array["array"]["data"]["id"], (source, array["dtype"])

    def _saw(self, source: str, frame: int) -> None:
        """Count a column that shows a frame that this source did not show yet."""
        if frame <= self._latest.get(source, 0):
            return
        self._latest[source] = frame
        self._moved.add(source)
        due_ns = self._fleet.load.due_ns(self._fleet.began_ns, frame)
        self._fleet.counts.cell_frames += 1
        self._fleet.counts.latencies.append((time.time_ns() - due_ns) / 1e9)

    def _note_frames(self) -> None:
        if not self._bridge:
            return
        for event in self._content["events"]:
            if event.get("attr") == "frame" and event["model"]["id"] == self._bridge:
                self._fleet.counts.frames += 1
                asyncio.get_running_loop().call_later(
                    self._fleet.paint_s, self._set, "painted", event["new"]
                )

    # --- What a browser says ---------------------------------------------------

    def _greet(self) -> None:
        hello = {"kind": "hello", "n": 1, "page": "", "theme": "light", "visible": True}
        self._set("inbox", json.dumps(hello))
        self._beat(0)

    def _beat(self, number: int) -> None:
        if number:
            self._set("beat", number)
        asyncio.get_running_loop().call_later(BEAT_S, self._beat, number + 1)

    def _set(self, name: str, value: object) -> None:
        if self._closing:
            return
        model = {"id": self._bridge}
        event = {"kind": "ModelChanged", "model": model, "attr": name, "new": value}
        self._send("PATCH-DOC", {"events": [event]})

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        assert self._socket is not None
        self._message_number += 1
        header = {"msgid": f"c{self._message_number}", "msgtype": kind}
        for part in (header, {}, content):
            self._socket.send(json.dumps(part))


def _followed(events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the events, and in place of what the bridge carries, the figures' own."""
    for event in events:
        if event.get("attr") == "plots":
            _number, _figure, text, *_ = event["new"]
            yield from json.loads(text)
        else:
            yield event


def _arrays(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the arrays of a serialised value that travel as buffers, in order."""
    if isinstance(value, dict):
        if value.get("type") == "ndarray":
            if isinstance(value["array"], dict) and isinstance(
                value["array"].get("data"), dict
            ):
                yield value
            return
        for item in value.values():
            yield from _arrays(item)
    elif isinstance(value, list):
        for item in value:
            yield from _arrays(item)


def _bridge_id(value: Any) -> str | None:
    """Return the id of the model named ``livedata``, if the document has it."""
    items: Any = value if isinstance(value, list) else ()
    if isinstance(value, dict):
        attributes = value.get("attributes")
        if isinstance(attributes, dict) and attributes.get("name") == "livedata":
            return str(value["id"])
        items = value.values()
    return next((found for item in items if (found := _bridge_id(item))), None)


async def obey(fleet: Fleet) -> None:
    """Do what the lines on standard input say."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        word, _, argument = line.decode().strip().partition(" ")
        if word == "clients":
            await fleet.resize(int(argument))
            print(json.dumps({"clients": len(fleet.clients)}), flush=True)
        elif word == "mark":
            print(json.dumps(fleet.mark()), flush=True)
        elif word == "stop":
            break
    await fleet.resize(0)


def main() -> None:
    """Run clients until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--began-ns", type=int, required=True)
    parser.add_argument("--paint-ms", type=float, default=30.0)
    Load.add_arguments(parser)
    options = parser.parse_args()

    async def run() -> None:
        load, paint_s = Load.of(options), options.paint_ms / 1e3
        await obey(Fleet(options.url, load, options.began_ns, paint_s))

    asyncio.run(run())


if __name__ == "__main__":
    main()
