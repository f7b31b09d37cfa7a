"""Running code of a plugin so that nothing it raises gets out.

The one place of the core that catches everything. What is caught is returned as data
for a report; `KeyboardInterrupt` alone passes through.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["HangError", "Outcome", "attempt", "iterate", "within"]

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


class HangError(TimeoutError):
    """A call that was abandoned because it did not return."""


def within(function: Callable[[], T], timeout_s: float) -> Outcome[T]:
    """Call `function` on a thread of its own, and abandon it after `timeout_s`.

    A thread cannot be ended from outside: an abandoned one stays until it returns, and
    keeps nobody from leaving.

    Raises
    ------
    KeyboardInterrupt
        If `function` raised it.

    Examples
    --------
    >>> within(lambda: 1 + 1, timeout_s=10).value
    2
    >>> import threading
    >>> within(threading.Event().wait, timeout_s=0.01).error
    HangError('did not return within 0.01 s')
    """
    done = threading.Event()
    outcome: Outcome[T] = Outcome()
    interrupts: list[KeyboardInterrupt] = []

    def call() -> None:
        nonlocal outcome
        try:
            outcome = attempt(function)
        except KeyboardInterrupt as error:
            interrupts.append(error)
        finally:
            done.set()

    threading.Thread(target=call, name="livedata-plugin-hook", daemon=True).start()
    if not done.wait(timeout_s):
        return Outcome(error=HangError(f"did not return within {timeout_s:g} s"))
    if interrupts:
        raise interrupts[0]
    return outcome


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
