"""Leaving out what lies outside of a span of data time, pulse by pulse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from livedata_core.contract import EventData, Message
from livedata_worker.pulses import split

__all__ = ["cut"]


def cut(
    messages: Iterable[Message[Any]], since_ns: int | None, until_ns: int | None
) -> list[Message[Any]]:
    """Return what is from the half-open span ``[since_ns, until_ns)``.

    Events go with their pulse. An end that is None is open. Messages that lie within
    are returned as they are.
    """
    if since_ns is None and until_ns is None:
        return list(messages)

    def inside(time_ns: int) -> bool:
        return (since_ns is None or time_ns >= since_ns) and (
            until_ns is None or time_ns < until_ns
        )

    def parts(message: Message[Any]) -> Iterator[Message[Any]]:
        if isinstance(message.payload, EventData):
            for kept, part in split(message, lambda time_ns: int(inside(time_ns))):
                if kept:
                    yield part
        elif inside(message.timestamp_ns):
            yield message

    return [part for message in messages for part in parts(message)]
