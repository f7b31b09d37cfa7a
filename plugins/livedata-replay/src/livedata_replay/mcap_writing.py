"""Writing recordings as MCAP, so that a crash costs the last chunk and no more.

One channel for each topic and schema. A chunk is complete in itself once it is in the
file; `RecordingWriter.flush` ends one early. Format: https://mcap.dev/spec.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mcap.writer import CompressionType, Writer

from livedata_replay.codecs import JSON
from livedata_replay.contents import METADATA, StreamContents, Tally, to_metadata
from livedata_replay.errors import RecordingError
from livedata_replay.recordings import Recorded

if TYPE_CHECKING:
    from livedata_replay.codecs import Codecs

__all__ = ["CHUNK_BYTES", "RecordingWriter"]

CHUNK_BYTES = 4 << 20
"""Size of a chunk before it is compressed, but for one that holds a larger message."""

PROFILE = "livedata"
_MAX_SCHEMAS = 1000
_MAX_CHANNELS = 60_000  # the format numbers them with 16 bits


class RecordingWriter:
    """A recording that is being written. One thread.

    Parameters
    ----------
    path:
        The file to make.
    codecs:
        Tell whose message it is, for the list of streams in the finished file.
    overwrite:
        Whether a file of that name may be replaced.

    Raises
    ------
    RecordingError
        If the file exists or cannot be made.
    """

    def __init__(self, path: Path, codecs: Codecs, overwrite: bool = False) -> None:
        self.path = path
        self._file = _created(path, overwrite)
        self._tally = Tally(codecs)
        self._channels: dict[tuple[str, str], int] = {}
        self._schemas: dict[str, int] = {}
        self._pending = 0
        self._failed = False
        self.messages = 0
        self._writer = Writer(
            self._file, chunk_size=CHUNK_BYTES, compression=CompressionType.ZSTD
        )
        self._do(lambda: self._writer.start(profile=PROFILE))

    @property
    def nbytes(self) -> int:
        """Bytes in the file, and those of the chunk that is being filled."""
        return self._file.tell() + self._pending

    @property
    def streams(self) -> tuple[StreamContents, ...]:
        """What has been written."""
        return self._tally.streams()

    def write(self, message: Recorded) -> None:
        """Add a message; it is safe once the chunk is in the file.

        Raises
        ------
        RecordingError
            If the file cannot take it, e.g. since the disk is full.
        """
        schema = self._tally.add(message)
        before = self._file.tell()
        self._do(
            lambda: self._writer.add_message(
                self._channel(message.topic, schema),
                message.log_time_ns,
                message.value,
                message.publish_time_ns or message.log_time_ns,
                self.messages & 0xFFFFFFFF,
            )
        )
        self.messages += 1
        self._pending += len(message.value)
        if self._file.tell() != before:
            self._pending = 0

    def flush(self) -> None:
        """Put what has been written into the file, for others to read.

        Raises
        ------
        RecordingError
            If the file cannot take it.
        """
        self._do(self._writer.flush)
        self._pending = 0

    def close(self) -> None:
        """Finish the file with its index and its list of streams.

        Raises
        ------
        RecordingError
            If the file cannot take it; what was written before can be read.
        """
        if self._file.closed:
            return
        try:
            if not self._failed:
                self._do(self._finish)
        finally:
            # What could not be written is tried again by closing, and fails again.
            with contextlib.suppress(OSError):
                self._file.close()

    def _finish(self) -> None:
        self._writer.flush()
        self._writer.add_metadata(METADATA, to_metadata(self._tally.streams()))
        self._writer.finish()
        self._file.flush()

    def _do(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError as error:
            self._failed = True
            raise RecordingError(
                f"cannot write on in {self.path}: {error.strerror or error}; of "
                f"{self.messages:,} messages those of complete chunks can be read; "
                "free space, or record to another disk"
            ) from error

    def _channel(self, topic: str, schema: str) -> int:
        if schema not in self._schemas and len(self._schemas) >= _MAX_SCHEMAS:
            schema = ""  # bytes that happen to look like schema ids cost no channels
        known = self._channels.get((topic, schema))
        if known is None:
            if len(self._channels) >= _MAX_CHANNELS:
                raise RecordingError(
                    f"{self.path} cannot hold more than {_MAX_CHANNELS:,} topics; "
                    "choose some with --topic"
                )
            known = self._writer.register_channel(
                topic, _ENCODINGS.get(schema, "flatbuffer"), self._schema(schema)
            )
            self._channels[topic, schema] = known
        return known

    def _schema(self, schema: str) -> int:
        """Return the number of a schema; 0 where a channel has none.

        The name alone is written: its definition belongs to the codecs.
        """
        if schema in _ENCODINGS:
            return 0
        if schema not in self._schemas:
            self._schemas[schema] = self._writer.register_schema(schema, "", b"")
        return self._schemas[schema]


_ENCODINGS = {JSON: "json", "": ""}


def _created(path: Path, overwrite: bool) -> io.BufferedWriter:
    try:
        return path.open("wb" if overwrite else "xb")
    except FileExistsError as error:
        raise RecordingError(
            f"{path} exists; choose another name, or replace it with --force"
        ) from error
    except OSError as error:
        raise RecordingError(
            f"cannot make {path}: {error.strerror or error}"
        ) from error
