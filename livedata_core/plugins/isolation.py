"""Running code of a plugin so that nothing it raises gets out.

What is caught is returned as data for a report. Ctrl-C alone passes through: a
`KeyboardInterrupt` that nobody sent is the plugin's.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Generic, TypeVar

from livedata_core.contract.raised import pass_on

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
        If the user pressed Ctrl-C meanwhile.

    Examples
    --------
    >>> attempt(lambda: 1 + 1).value
    2
    >>> attempt(lambda: exit(3)).error
    SystemExit(3)
    """
    with _interrupts() as interrupted:
        try:
            return Outcome(value=function())
        # A plugin may call sys.exit() or raise a BaseException of its own; neither may
        # end the program, and each is reported.
        except KeyboardInterrupt as error:
            if interrupted.is_set():
                raise
            return Outcome(error=error)
        except BaseException as error:  # noqa: BLE001
            pass_on(error)
            return Outcome(error=error)


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C sets; what it did before, it does as well."""
    pressed = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(
        before
    ):
        yield pressed
        return
    handler = before

    def press(number: int, frame: FrameType | None) -> None:
        pressed.set()
        handler(number, frame)

    signal.signal(signal.SIGINT, press)
    try:
        yield pressed
    finally:
        if signal.getsignal(signal.SIGINT) is press:
            signal.signal(signal.SIGINT, before)


class HangError(TimeoutError):
    """A call that was abandoned because it did not return."""


def within(function: Callable[[], T], timeout_s: float) -> Outcome[T]:
    """Call `function` on a thread of its own, and abandon it after `timeout_s`.

    A thread cannot be ended from outside: an abandoned one stays until it returns, and
    keeps nobody from leaving.

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

    def call() -> None:
        nonlocal outcome
        try:
            outcome = attempt(function)
        finally:
            done.set()

    threading.Thread(target=call, name="livedata-plugin-hook", daemon=True).start()
    if not done.wait(timeout_s):
        return Outcome(error=HangError(f"did not return within {timeout_s:g} s"))
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
