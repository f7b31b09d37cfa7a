"""**Outbox**: what one look sends to one browser, as one message.

Goes past Bokeh's events, which would be serialised for each session and travel as a
message each. The bridge on the server follows silently; figures are in the browser
alone. What Bokeh holds private and this needs, a session's connections and its pending
writes, is used here alone.
"""

from __future__ import annotations

import json
from typing import Any

from bokeh.document import Document
from bokeh.protocol.message import Message
from bokeh.server.session import ServerSession
from bokeh.util.serialization import make_id
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError

from livedata_panel.bridge import Bridge
from livedata_panel.render.wire import WirePatch, joined, text_frame

__all__ = ["Outbox"]


class Outbox:
    """Collects changes of one session and sends them. Event loop only.

    Parameters
    ----------
    document:
        The session's document.
    bridge:
        Whose texts and numbers are sent.
    """

    def __init__(self, document: Document, bridge: Bridge) -> None:
        self._document = document
        self._bridge = bridge
        self._patches: list[WirePatch] = []
        self._values: dict[str, str | int] = {}

    def set(self, name: str, value: str | int) -> None:
        """Set a text or number of the bridge, if it differs."""
        if getattr(self._bridge, name) != value:
            _set_silently(self._bridge, name, value)
            self._values[name] = value

    def add(self, patch: WirePatch) -> None:
        """Send what changed in a figure."""
        self._patches.append(patch)

    def flush(self) -> None:
        """Send it all, after whatever the document has announced so far."""
        if not (self._patches or self._values):
            return
        shared = joined(tuple(self._patches))
        own = [_event(self._bridge.id, *item) for item in self._values.items()]
        self._patches.clear()
        self._values.clear()
        events = ",".join(filter(None, [shared.events, *own]))
        if events:
            self.deliver(events, shared)

    def deliver(self, events: str, shared: WirePatch) -> None:
        """Give a message to the session's connections.

        Parameters
        ----------
        events:
            JSON of all events, separated by commas.
        shared:
            Holds the buffers that they name.
        """
        session = _session_of(self._document)
        if session is None:
            return
        message = _PreparedPatch(events, shared)
        writes = session._pending_writes
        if writes is None:
            raise RuntimeError("a session's outbox is flushed in its callbacks alone")
        for connection in session._subscribed_connections:
            writes.append(connection._socket.send_message(message))


def _set_silently(bridge: Bridge, name: str, value: str | int) -> None:
    """Set a text or number; the document is not told."""
    # The descriptors offer no public way without an event.
    bridge.lookup(name)._set_value(bridge, value)


def _session_of(document: Document) -> ServerSession | None:
    context = document.session_context
    session: ServerSession | None = getattr(context, "session", None)
    return session


def _event(model_id: str, name: str, value: str | int) -> str:
    model = {"id": model_id}
    event = {"kind": "ModelChanged", "model": model, "attr": name, "new": value}
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False)


class _PreparedPatch(Message[Any]):
    """A PATCH-DOC message whose frames are made already, most of them shared."""

    msgtype = "PATCH-DOC"

    def __init__(self, events: str, shared: WirePatch) -> None:
        header: dict[str, object] = {"msgid": make_id(), "msgtype": self.msgtype}
        if shared.count:
            header["num_buffers"] = shared.count
        texts = (json.dumps(header), "{}", f'{{"events":[{events}]}}')
        self._head = b"".join(map(text_frame, texts))
        self._body = shared.buffers

    async def send(self, conn: Any) -> int:
        """Write all frames in two strokes; nothing else of the connection between."""
        with await conn.write_lock.acquire():
            if conn.ws_connection is None:
                raise WebSocketClosedError
            stream = conn.ws_connection.stream
            try:
                written = stream.write(self._head)
                if self._body:
                    written = stream.write(self._body)
                await written
            except StreamClosedError as error:
                raise WebSocketClosedError from error
        return len(self._head) + len(self._body)
