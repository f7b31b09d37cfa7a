"""The client side of a websocket, as little of it as a benchmark of servers needs.

Binary payloads are skipped but for their first bytes, so that a client costs next to
nothing beside the server that is measured on the same machine.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable

__all__ = ["LeanWebsocket", "fetch"]

KEPT = 16
"""Bytes of a binary message that are kept."""
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
ROOM = 1 << 18


async def fetch(host: str, port: int, path: str = "/") -> str:
    """Return the body of a page."""
    reader, writer = await asyncio.open_connection(host, port)
    lines = (f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Connection: close")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head[:20]:
        raise RuntimeError(f"{host}:{port}{path} answers {head[:100]!r}")
    return body.decode(errors="replace")


class LeanWebsocket(asyncio.BufferedProtocol):
    """One connection; calls back for each whole message.

    Parameters
    ----------
    request:
        The opening request's path, host and subprotocols.
    on_text:
        Called with the bytes of a text message.
    on_binary:
        Called with the first bytes of a binary message.
    on_close:
        Called once when the connection is gone.
    """

    def __init__(
        self,
        request: tuple[str, str, str],
        on_text: Callable[[bytes], None],
        on_binary: Callable[[bytes], None],
        on_close: Callable[[], None],
    ) -> None:
        self._request = request
        self._on_text, self._on_binary, self._on_close = on_text, on_binary, on_close
        self._room = bytearray(ROOM)
        self._view = memoryview(self._room)
        self._head = bytearray()
        self._opened = False
        self._opcode = 0
        self._final = True
        self._left = 0
        self._text = bytearray()
        self._kept = bytearray()
        self.received = 0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        path, host, protocols = self._request
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Protocol: {protocols}",
            f"Origin: http://{host}",
        ]
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def connection_lost(self, error: Exception | None) -> None:
        self._on_close()

    def get_buffer(self, size_hint: int) -> memoryview:
        return self._view

    def buffer_updated(self, count: int) -> None:
        self.received += count
        position = 0
        if not self._opened:
            position = self._open(count)
        while position < count:
            if self._left:
                position += self._take(position, count)
            else:
                position = self._read_head(position)

    def _open(self, count: int) -> int:
        """Read the answer to the opening request; return where frames begin."""
        before = len(self._head)
        self._head += self._view[:count]
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            return count
        if b" 101 " not in self._head[:20]:
            raise RuntimeError(f"no websocket: {bytes(self._head[:200])!r}")
        self._head.clear()
        self._opened = True
        return end + 4 - before

    def _read_head(self, position: int) -> int:
        """Add one byte to a frame's head; return where to go on."""
        head = self._head
        head.append(self._view[position])
        if len(head) >= 2:
            short = head[1] & 0x7F
            size = {126: 4, 127: 10}.get(short, 2)
            if len(head) == size:
                length = short if size == 2 else int.from_bytes(head[2:], "big")
                self._final = bool(head[0] & 0x80)
                self._opcode = head[0] & 0x0F or self._opcode
                self._left = length
                head.clear()
                if not length:
                    self._finish()
        return position + 1

    def _take(self, position: int, count: int) -> int:
        here = min(self._left, count - position)
        part = self._view[position : position + here]
        if self._opcode == BINARY:
            missing = KEPT - len(self._kept)
            if missing > 0:
                self._kept += part[:missing]
        else:
            self._text += part
        self._left -= here
        if not self._left:
            self._finish()
        return here

    def _finish(self) -> None:
        if not self._final:
            return
        text, kept = bytes(self._text), bytes(self._kept)
        self._text.clear()
        self._kept.clear()
        if self._opcode == TEXT:
            self._on_text(text)
        elif self._opcode == BINARY:
            self._on_binary(kept)
        elif self._opcode == PING:
            self._send(PONG, text)
        elif self._opcode == CLOSE:
            self.close()

    def send(self, text: str) -> None:
        """Send a text message."""
        self._send(TEXT, text.encode())

    def _send(self, opcode: int, payload: bytes) -> None:
        assert self.transport is not None
        size = len(payload)
        if size < 126:
            head = bytes([0x80 | opcode, 0x80 | size])
        else:
            head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
        # A mask of zeros is allowed, and saves masking.
        self.transport.write(head + bytes(4) + payload)

    def close(self) -> None:
        """Close the connection."""
        if self.transport is not None:
            self.transport.close()
