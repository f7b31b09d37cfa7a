"""A recording as a `Producer`: its messages play as they were logged."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from livedata_core.api import EncodeError
from livedata_core.contract import DecodeError, Message, WireMessage
from livedata_replay.errors import ReplayError
from livedata_replay.recordings import Recorded, Recording
from livedata_replay.retiming import TimeShift, retimed

__all__ = ["KeepingEncoder", "RebasingEncoder", "RecordingProducer"]

logger = logging.getLogger(__name__)

_NS_PER_MS = 1_000_000
_LOOP_PAUSE_NS = 1_000_000_000 // 14
_NAMED_TOPICS = 12


class _Codecs(Protocol):
    """What decodes and encodes."""

    def decode(self, wire: WireMessage) -> Message[Any]: ...

    def encode(self, message: Message[Any]) -> bytes: ...


class RecordingProducer:
    """Plays chosen topics of a recording, in the order of the file.

    A message is due as long after the start as it was logged after the first one.
    The file is read as it plays: memory does not grow with its size.

    Parameters
    ----------
    recording:
        What to play.
    chosen:
        The topics to play.
    loop:
        Whether to start again behind the last message, forever.
    hint:
        The way out, for the error where there is nothing to play.

    Raises
    ------
    ReplayError
        If the file cannot be read or holds no message of a chosen topic.
    """

    def __init__(
        self,
        recording: Recording,
        chosen: Container[str],
        loop: bool = False,
        hint: str = "choose other topics",
    ) -> None:
        self.recording = recording
        self.loop = loop
        self._chosen = chosen
        self._damage_told = False
        index = recording.index()
        counts = index.messages if index else {}
        self.left_out = {name: n for name, n in counts.items() if name not in chosen}
        """Messages that do not play, by topic, as far as the file tells."""
        self._count = sum(counts.values()) - sum(self.left_out.values())
        if index is not None and not self._count:
            raise ReplayError(_nothing_to_play(recording.path, counts, hint))
        self.first_ns = self._first_ns(hint)
        """Log time of the first message, ns since the epoch."""

    @property
    def total(self) -> int | None:
        """Messages until the end; None if that is unknown or there is no end."""
        return None if self.loop else self._count or None

    def messages(self, start_ns: int) -> Iterator[Message[Recorded]]:
        """Yield the recorded messages, each with the time at which it is due.

        Times are moved by whole milliseconds, as some schemas have no finer ones.

        Raises
        ------
        ReplayError
            If the file cannot be opened any more.
        """
        while True:
            shift_ns = (start_ns - self.first_ns) // _NS_PER_MS * _NS_PER_MS
            latest_ns = None
            for recorded in self.recording.messages(self._tell):
                if recorded.topic in self._chosen:
                    due_ns = recorded.log_time_ns + shift_ns
                    latest_ns = max(due_ns, latest_ns or due_ns)
                    yield Message(recorded.topic, "", due_ns, recorded)
            self._damage_told = True
            if not self.loop or latest_ns is None:
                return
            start_ns = latest_ns + _LOOP_PAUSE_NS

    def _first_ns(self, hint: str) -> int:
        seen: dict[str, int] = {}
        for recorded in self.recording.messages(lambda _: None):
            if recorded.topic in self._chosen:
                return recorded.log_time_ns
            if recorded.topic in seen or len(seen) < _NAMED_TOPICS:
                seen[recorded.topic] = seen.get(recorded.topic, 0) + 1
        raise ReplayError(_nothing_to_play(self.recording.path, seen, hint))

    def _tell(self, damage: str) -> None:
        if not self._damage_told:
            logger.warning("%s: %s", self.recording.path, damage)


class RebasingEncoder:
    """Gives the bytes of played messages, their times moved to when they are due.

    Recorded messages are read and written again. What cannot be read, or has no times,
    goes out as it was recorded. Messages of other producers are encoded as they are.

    Parameters
    ----------
    codecs:
        Read and write the messages.
    speed:
        How many times faster they play: times move together by that.
    """

    def __init__(self, codecs: _Codecs, speed: float = 1.0) -> None:
        self._codecs = codecs
        self._speed = speed
        self.unmoved = 0
        """Messages that went out with their recorded times, as they cannot be read."""

    def __call__(self, message: Message[Any]) -> bytes:
        """Return the bytes to send; the playback's thread."""
        recorded = message.payload
        if not isinstance(recorded, Recorded):
            return self._codecs.encode(message)
        shift = TimeShift(recorded.log_time_ns, message.timestamp_ns, self._speed)
        try:
            found = self._codecs.decode(WireMessage(recorded.topic, recorded.value))
            moved = retimed(found, shift)
            return recorded.value if moved is found else self._codecs.encode(moved)
        except (DecodeError, EncodeError):
            self.unmoved += 1
            return recorded.value


class KeepingEncoder:
    """Gives the bytes of played messages with the times that they have.

    Parameters
    ----------
    codecs:
        Write what is no recorded message.
    """

    unmoved = 0

    def __init__(self, codecs: _Codecs) -> None:
        self._codecs = codecs

    def __call__(self, message: Message[Any]) -> bytes:
        """Return the recorded bytes, untouched."""
        if isinstance(message.payload, Recorded):
            return message.payload.value
        return self._codecs.encode(message)


def _nothing_to_play(path: Path, counts: Mapping[str, int], hint: str) -> str:
    if not counts:
        return f"cannot replay {path}: it holds no message"
    named = [f"{topic} ({n:,})" for topic, n in sorted(counts.items())[:_NAMED_TOPICS]]
    more = ", …" if len(counts) > _NAMED_TOPICS else ""
    return (
        f"cannot replay {path}: none of its topics is chosen; it holds "
        f"{', '.join(named)}{more}; {hint}"
    )
