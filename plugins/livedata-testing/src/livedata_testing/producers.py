"""What is played into a dashboard under test: given messages, in place of a simulator.

A simulator or a recording is a `Producer` already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from livedata_core.contract import EventData, Message

__all__ = ["Messages"]


class Messages:
    """Plays given messages once; the first is sent at once, the others as far apart.

    Times of pulses are moved with those of the messages.

    Parameters
    ----------
    messages:
        In order of their times.
    """

    def __init__(self, messages: Iterable[Message[Any]]) -> None:
        self._messages = tuple(messages)

    def messages(self, start_ns: int) -> Iterator[Message[Any]]:
        """Yield the messages with their times moved to begin at `start_ns`."""
        if not self._messages:
            return
        shift = start_ns - self._messages[0].timestamp_ns
        for message in self._messages:
            yield _moved(message, shift)


def _moved(message: Message[Any], shift_ns: int) -> Message[Any]:
    payload = message.payload
    if isinstance(payload, EventData):
        times = payload.reference_time + shift_ns
        payload = replace(payload, reference_time=times)
    return replace(
        message, timestamp_ns=message.timestamp_ns + shift_ns, payload=payload
    )
