"""Recordings as MCAP files, complete, cut or damaged.

Chunks are read one by one and checked; a chunk that does not hold what it should is
left out, and the rest of the file is read. Format: https://mcap.dev/spec.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import zstandard
from mcap.exceptions import EndOfFile, McapError, RecordLengthLimitExceeded
from mcap.reader import SeekingReader
from mcap.records import Channel, Chunk, DataEnd, McapRecord, Message, Metadata
from mcap.stream_reader import StreamReader, breakup_chunk
from mcap.summary import Summary
from mcap.writer import MCAP0_MAGIC

from livedata_replay.errors import ReplayError
from livedata_replay.recordings import Damage, FileKind, Index, Recorded

__all__ = ["MAX_CHUNK_BYTES", "McapRecording"]

MAX_CHUNK_BYTES = 1 << 30
"""Largest chunk that is unpacked; ours are a few MiB, or one large message."""

_TIME_LIMIT_NS = 2**63

# What the library lets through when the bytes are not what they should be. lz4
# raises RuntimeError; KeyError is a channel or schema that is referred to and absent.
_BROKEN = (
    McapError,
    struct.error,
    ValueError,
    KeyError,
    zstandard.ZstdError,
    RuntimeError,
    OverflowError,
    MemoryError,
)


class McapRecording:
    """An MCAP file, by whichever writer.

    Parameters
    ----------
    path:
        The file.
    """

    kind = FileKind.MCAP

    def __init__(self, path: Path) -> None:
        self.path = path

    def index(self) -> Index | None:
        """Return counts and times from the summary; None for a cut file."""
        with self._opened() as file:
            summary = _summary(file, self.path)
        if summary is None or summary.statistics is None:
            return None
        statistics = summary.statistics
        messages: dict[str, int] = {}
        for number, count in statistics.channel_message_counts.items():
            channel = summary.channels.get(number)
            if channel is None:
                return None
            messages[channel.topic] = messages.get(channel.topic, 0) + count
        return Index(
            messages, statistics.message_start_time, statistics.message_end_time
        )

    def metadata(self, name: str) -> dict[str, str] | None:
        """Return a metadata record of a complete file; None if it has none such."""
        with self._opened() as file:
            summary = _summary(file, self.path)
            try:
                for index in summary.metadata_indexes if summary else ():
                    if index.name == name:
                        file.seek(index.offset)
                        reader = StreamReader(
                            _exact(file), True, record_size_limit=index.length
                        )
                        record = next(iter(reader.records))
                        return record.metadata if isinstance(record, Metadata) else None
            except _BROKEN:
                return None  # it can be found out by reading the file
        return None

    def messages(self, damage: Damage) -> Iterator[Recorded]:
        """Yield the messages chunk by chunk; see `Recording`."""
        channels: dict[int, Channel] = {}
        with self._opened() as file:
            for record in self._records(file, damage):
                if isinstance(record, Channel):
                    channels[record.id] = record
                elif isinstance(record, Message):
                    channel = channels.get(record.channel_id)
                    if channel is None or record.log_time >= _TIME_LIMIT_NS:
                        damage(f"a message of channel {record.channel_id} is left out")
                        continue
                    yield Recorded(
                        channel.topic,
                        record.data,
                        record.log_time,
                        min(record.publish_time, _TIME_LIMIT_NS - 1),
                    )

    def _records(self, file: IO[bytes], damage: Damage) -> Iterator[McapRecord]:
        """Yield the records of the data section, those in chunks too."""
        size = self.path.stat().st_size
        reader = StreamReader(_exact(file), emit_chunks=True, record_size_limit=size)
        records = reader.records
        whole = 0  # bytes up to the end of the last record that could be read
        while True:
            try:
                record = next(records)
            except StopIteration:
                return
            except (EndOfFile, RecordLengthLimitExceeded):
                damage(
                    f"it was cut, as by a writer that was killed; the last "
                    f"{size - whole:,} of {size:,} bytes hold no complete chunk"
                )
                return
            except _BROKEN as error:
                damage(f"it is damaged from byte {whole:,} of {size:,} on: {error}")
                return
            if isinstance(record, DataEnd):
                return
            if isinstance(record, Chunk):
                yield from _unpacked(record, whole, damage)
            else:
                yield record
            whole = file.tell()

    def _opened(self) -> IO[bytes]:
        try:
            return self.path.open("rb")
        except OSError as error:
            reason = error.strerror or str(error)
            raise ReplayError(f"cannot read {self.path}: {reason}") from error


class _Exact:
    """A file whose reads are complete or fail: a length may be nonsense."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, length: int = -1) -> bytes:
        # Not even tried where the file is shorter: memory is taken before reading.
        data = self._file.read(length) if 0 <= length <= self._size else b""
        if len(data) != length:
            raise EndOfFile
        return data


def _exact(file: IO[bytes]) -> IO[bytes]:
    # The library asks for no more of a file than these four methods.
    return cast("IO[bytes]", _Exact(file))


def _unpacked(chunk: Chunk, position: int, damage: Damage) -> list[McapRecord]:
    try:
        if chunk.compression == "zstd":
            declared = zstandard.frame_content_size(chunk.data)
        else:
            declared = 0
        if max(declared, chunk.uncompressed_size) > MAX_CHUNK_BYTES:
            raise ValueError(f"it claims to be larger than {MAX_CHUNK_BYTES >> 20} MiB")
        return breakup_chunk(chunk, validate_crc=True)
    except _BROKEN as error:
        damage(f"the chunk at byte {position:,} is damaged and left out: {error}")
        return []


def _summary(file: IO[bytes], path: Path) -> Summary | None:
    """Return the summary at the end of a file, if it has one that is whole."""
    size = path.stat().st_size
    try:
        file.seek(0)
        reader = SeekingReader(_exact(file), record_size_limit=size)
        summary = reader.get_summary()
        return summary if summary and _is_whole(file, size) else None
    except (*_BROKEN, OSError):
        return None


def _is_whole(file: IO[bytes], size: int) -> bool:
    """Return whether the summary's checksum, if it has one, is right.

    The footer is the last record: opcode, length, where the summary starts, where its
    offsets start, and the checksum of all from that start up to here; then 8 bytes.
    """
    end = size - len(MCAP0_MAGIC) - 4
    file.seek(end - 8 - 8)
    start, _, expected = struct.unpack("<QQI", file.read(20))
    file.seek(start)
    return expected == 0 or bool(zlib.crc32(file.read(end - start)) == expected)
