"""Recordings as JSON lines: one message a line, plain or compressed with zstd.

A line holds ``topic``, ``ts_ms`` (when the broker logged it, ms since the epoch) and
``value_b64``; ``key_b64`` is ignored, since no message of the wire has a key. Only
reading lives here: recordings are written as MCAP.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import zstandard

from livedata_replay.errors import ReplayError
from livedata_replay.recordings import Damage, FileKind, Index, Recorded

__all__ = ["MAX_LINE_BYTES", "JsonlRecording"]

MAX_LINE_BYTES = 512 << 20
"""Longest line; a message of 100 MiB takes 140 MB."""

_ZSTD = b"\x28\xb5\x2f\xfd"
_NS_PER_MS = 1_000_000
_TIME_LIMIT_MS = 2**63 // _NS_PER_MS


class JsonlRecording:
    """A file of JSON lines.

    Parameters
    ----------
    path:
        The file; whether it is compressed is told by its first bytes.
    """

    kind = FileKind.JSONL

    def __init__(self, path: Path) -> None:
        self.path = path

    def index(self) -> Index | None:
        """Return None: the format has no index."""
        return None

    def messages(self, damage: Damage) -> Iterator[Recorded]:
        """Yield the messages line by line; see `Recording`."""
        with _opened(self.path) as file:
            for number, line in enumerate(_lines(file, damage), 1):
                message = _message(line)
                if isinstance(message, Recorded):
                    yield message
                else:
                    damage(f"line {number} is left out: {message}")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise ReplayError(f"cannot read {path}: {error.strerror or error}") from error
    with file:
        begin = file.read(len(_ZSTD))
        file.seek(0)
        if begin != _ZSTD:
            yield file
            return
        with zstandard.ZstdDecompressor().stream_reader(file) as stream:
            yield cast("IO[bytes]", stream)


def _lines(file: IO[bytes], damage: Damage) -> Iterator[bytes]:
    """Yield lines; pieces of a line are kept until it is whole."""
    pieces: list[bytes] = []
    held = 0
    while True:
        try:
            data = file.read(1 << 20)
        except (zstandard.ZstdError, OSError) as error:
            damage(f"it cannot be read on: {error}")
            data = b""
        if not data:
            break
        first, *more = data.split(b"\n")
        pieces.append(first)
        held += len(first)
        if held > MAX_LINE_BYTES:
            damage(f"a line is longer than {MAX_LINE_BYTES >> 20} MiB; reading ends")
            return
        for line in more:
            yield b"".join(pieces)
            pieces, held = [line], len(line)
    if held:
        yield b"".join(pieces)


def _message(line: bytes) -> Recorded | str:
    """Return the message of a line, or what is wrong with it."""
    try:
        row = json.loads(line)
        topic, time_ms, value = row["topic"], row["ts_ms"], row["value_b64"]
        content = base64.b64decode(value, validate=True)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        return f"it is no recorded message ({type(error).__name__}: {error})"[:200]
    if not isinstance(topic, str) or not topic or not topic.isprintable():
        return "its topic is no text"
    if type(time_ms) is not int or not 0 <= time_ms < _TIME_LIMIT_MS:
        return "its ts_ms is no time in ms since the epoch"
    time_ns = time_ms * _NS_PER_MS
    return Recorded(topic, content, time_ns, time_ns)
