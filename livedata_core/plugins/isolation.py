"""Running code of a plugin so that nothing it raises gets out.

The one place of the core that catches everything. What is caught is returned as data
for a report; `KeyboardInterrupt` alone passes through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Outcome", "attempt", "iterate"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a call gave: a value, or the exception that it raised."""

    value: T | None = None
    error: BaseException | None = None


def attempt(function: Callable[[], T]) -> Outcome[T]:
    """Call `function` and return what it returned or raised.

    Raises
    ------
    KeyboardInterrupt
        As the user wants to leave, not the plugin.

    Examples
    --------
    >>> attempt(lambda: 1 + 1).value
    2
    >>> attempt(lambda: exit(3)).error
    SystemExit(3)
    """
    try:
        return Outcome(value=function())
    except KeyboardInterrupt:
        raise
    # A plugin may call sys.exit() or raise a BaseException of its own; neither may
    # end the program, and each is reported.
    except BaseException as error:  # noqa: BLE001
        return Outcome(error=error)


_END = object()


def iterate(items: Iterable[object]) -> Iterator[Outcome[object]]:
    """Yield the items as outcomes; one with an error is the last.

    Examples
    --------
    >>> [outcome.value for outcome in iterate("ab")]
    ['a', 'b']
    """
    iterator = attempt(lambda: iter(items))
    if iterator.value is None:
        yield Outcome(error=iterator.error)
        return
    source = iterator.value
    while True:
        outcome = attempt(lambda: next(source, _END))
        if outcome.value is _END:
            return
        yield outcome
        if outcome.error is not None:
            return
