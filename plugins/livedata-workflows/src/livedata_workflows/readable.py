"""Going through messages of which some cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from livedata_core.contract import Message

__all__ = ["readable"]

T = TypeVar("T")


def readable(
    messages: Iterable[Message[Any]], read: Callable[[Message[Any]], T]
) -> Iterator[T]:
    """Yield what is read of each message; one that cannot be read costs no other.

    Raises
    ------
    ValueError
        After the last message, what `read` raised first.
    """
    first: ValueError | None = None
    for message in messages:
        try:
            value = read(message)
        except ValueError as error:
            first = first or error
            continue
        yield value
    if first is not None:
        raise first
