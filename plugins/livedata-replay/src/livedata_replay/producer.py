"""A NeXus file as a `Producer`: its event groups merged into one live stream."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import takewhile
from operator import attrgetter
from pathlib import Path
from typing import Any

from livedata_core.contract import Instrument, Message, Producer, resolve
from livedata_replay.errors import ReplayError
from livedata_replay.groups import EventGroup, event_groups, open_file
from livedata_replay.reading import pulses

__all__ = ["NexusProducer"]

_NS = 1_000_000_000


class NexusProducer:
    """Plays the events of a file on the streams of an instrument.

    The file is read as it plays: memory does not grow with its size. It is opened for
    each run of `messages`, which may be on another thread.

    Parameters
    ----------
    path:
        The NeXus file.
    instrument:
        Whose streams it plays on.
    loop:
        Whether to start again, one pulse period after the last pulse, forever.

    Raises
    ------
    ReplayError
        If the file cannot be read or nothing in it can be played.
    """

    def __init__(
        self, path: str | Path, instrument: Instrument, loop: bool = False
    ) -> None:
        self.path = Path(path)
        self.loop = loop
        with open_file(self.path) as file:
            self.groups: tuple[EventGroup, ...] = tuple(event_groups(file, instrument))
        self._played = tuple(group for group in self.groups if group.playable)
        if not self._played:
            raise ReplayError(_nothing_to_play(self.path, self.groups, instrument))
        self._rate_hz = instrument.pulse_rate_hz
        self._companion: Producer | None = None
        if instrument.companion is not None:
            self._companion = resolve(instrument.companion)(instrument)

    @property
    def unmapped(self) -> tuple[EventGroup, ...]:
        """Groups that do not play, for want of a stream or of data."""
        return tuple(group for group in self.groups if not group.playable)

    @property
    def left_out(self) -> dict[str, int]:
        """Events that do not play, by group."""
        return {group.path: group.events for group in self.unmapped}

    @property
    def pulses(self) -> int:
        """Pulses of one pass, over all groups."""
        return sum(group.pulses for group in self._played)

    @property
    def events(self) -> int:
        """Events of one pass, over all groups."""
        return sum(group.events for group in self._played)

    @property
    def total(self) -> int | None:
        """Messages until the end; None if that is not known or there is no end."""
        return None if self.loop or self._companion else self.pulses

    @property
    def first_ns(self) -> int:
        """Time of the first pulse, as the file has it."""
        return min(group.first_ns for group in self._played)

    @property
    def duration_ns(self) -> int:
        """Time from the first pulse to one period behind the last."""
        last = max(group.last_ns for group in self._played)
        return max(last - self.first_ns, 0) + self._period_ns()

    def messages(self, start_ns: int) -> Iterator[Message[Any]]:
        """Yield a message for each pulse of each group, the first one at `start_ns`.

        With those that the instrument has to go with them, as long as the file lasts.

        Raises
        ------
        ReplayError
            If the file turns out to be damaged.
        """
        while True:
            for message in self._one_pass(start_ns - self.first_ns):
                yield message
                latest_ns = message.timestamp_ns
            if not self.loop:
                return
            start_ns += self.duration_ns
            if latest_ns >= start_ns:  # times that went back were raised
                start_ns = latest_ns + self._period_ns()

    def _one_pass(self, shift_ns: int) -> Iterator[Message[Any]]:
        with open_file(self.path) as file:
            streams: list[Iterator[Message[Any]]] = [
                pulses(file, group, shift_ns) for group in self._played
            ]
            if self._companion is not None:
                start_ns = self.first_ns + shift_ns
                stop_ns = start_ns + self.duration_ns
                company = self._companion.messages(start_ns)
                streams.append(takewhile(lambda m: m.timestamp_ns < stop_ns, company))
            try:
                yield from heapq.merge(*streams, key=attrgetter("timestamp_ns"))
            except (OSError, KeyError) as error:
                raise ReplayError(
                    f"cannot read on in {self.path}: {error}; the file is damaged or "
                    "has changed"
                ) from error

    def _period_ns(self) -> int:
        longest = max(self._played, key=lambda group: group.pulses)
        span = longest.last_ns - longest.first_ns
        if longest.pulses > 1 and span > 0:
            return max(span // (longest.pulses - 1), 1)
        return int(_NS / self._rate_hz)


def _nothing_to_play(
    path: Path, groups: tuple[EventGroup, ...], instrument: Instrument
) -> str:
    if not groups:
        return (
            f"cannot replay {path}: it has no NXevent_data group; only files recorded "
            "in event mode can be replayed"
        )
    unusable = [group for group in groups if group.problem]
    if len(unusable) == len(groups):
        found = "; ".join(f"{group.path}: {group.problem}" for group in unusable)
        return (
            f"cannot replay {path}: none of its event groups can be read ({found}); "
            "name a file that holds events"
        )
    found = ", ".join(group.path for group in groups if not group.problem)
    return (
        f"cannot replay {path}: none of its event groups ({found}) plays on a stream "
        f"of instrument {instrument.name!r}; choose another instrument, or name the "
        "group in `nexus_events` of its record"
    )
