"""Recordings of wire traffic: what one is, and which reader a file needs.

A recording is a list of messages as they travelled, with the times at which they were
logged. It is read in the order of the file, from beginning to end, and never whole.
NeXus files hold events and no messages: they are those of `livedata_replay.groups`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from livedata_replay.errors import ReplayError

__all__ = [
    "Damage",
    "FileKind",
    "Index",
    "Recorded",
    "Recording",
    "file_kind",
    "open_recording",
]

Damage = Callable[[str], None]
"""Called with a sentence for each part of a file that cannot be read."""

_MAGICS = (
    (b"\x89MCAP0\r\n", "mcap"),
    (b"\x89HDF\r\n\x1a\n", "nexus"),
    (b"\x28\xb5\x2f\xfd", "jsonl"),  # zstd
    (b"{", "jsonl"),
)


class FileKind(StrEnum):
    """Formats of files that can be replayed."""

    MCAP = "mcap"
    JSONL = "jsonl"
    NEXUS = "nexus"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One message of a recording.

    Attributes
    ----------
    topic:
        Where it was read.
    value:
        Its bytes, as they travelled.
    log_time_ns:
        When it was recorded, ns since the epoch.
    publish_time_ns:
        When the broker logged it, ns since the epoch; 0 if unknown.
    """

    topic: str
    value: bytes
    log_time_ns: int
    publish_time_ns: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """What a complete file says about itself, so that it need not be read through.

    Attributes
    ----------
    messages:
        How many there are, by topic.
    first_ns, last_ns:
        Earliest and latest log time.
    """

    messages: dict[str, int]
    first_ns: int
    last_ns: int


class Recording(Protocol):
    """A file of recorded messages. Each run of `messages` opens it anew."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def kind(self) -> FileKind:
        """Its format."""

    def index(self) -> Index | None:
        """Return what the file says about itself; None if it does not say."""

    def messages(self, damage: Damage) -> Iterator[Recorded]:
        """Yield the messages in the order of the file.

        A file that was cut ends where it was cut. Damaged bytes raise nothing: what
        cannot be read is left out and told to `damage`.

        Raises
        ------
        ReplayError
            If the file cannot be opened.
        """


def file_kind(path: Path) -> FileKind:
    """Return the format of a file, by its first bytes.

    Raises
    ------
    ReplayError
        If there is no such file, it cannot be read, is empty or of another format.
    """
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise ReplayError(f"cannot read {path}: {found}; name an MCAP or NeXus file")
    try:
        with path.open("rb") as file:
            begin = file.read(8)
    except OSError as error:
        raise ReplayError(f"cannot read {path}: {error.strerror or error}") from error
    if not begin:
        raise ReplayError(f"cannot read {path}: it is empty")
    for magic, name in _MAGICS:
        # A writer that was killed at once leaves a part of its first bytes.
        if begin.startswith(magic) or magic.startswith(begin):
            return FileKind(name)
    raise ReplayError(
        f"cannot read {path}: it is neither MCAP nor NeXus (HDF5) nor JSON lines; "
        "make a recording with `livedata record`"
    )


def open_recording(path: Path) -> Recording:
    """Return the reader of a recording.

    Raises
    ------
    ReplayError
        As `file_kind`, and for a NeXus file, which holds no messages.
    """
    kind = file_kind(path)
    if kind is FileKind.MCAP:
        from livedata_replay.mcap_reading import McapRecording

        return McapRecording(path)
    if kind is FileKind.JSONL:
        from livedata_replay.jsonl_reading import JsonlRecording

        return JsonlRecording(path)
    raise ReplayError(f"{path} is a NeXus file; it holds events and no messages")
