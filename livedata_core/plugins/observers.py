"""Hooks that observe: called from one thread of their own, over a bounded queue.

Whoever reports a change hands it over and goes on: an observer can neither hold up
nor break the caller. What the queue cannot hold is dropped and counted; what an
observer raises is logged and counted. One that is slow is reported. One that fails
several times in a row, or does not return, is set aside: it is not called again in this
process.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from livedata_core.contract import Origin
from livedata_core.plugins.checks import Implementation
from livedata_core.plugins.collecting import hook_error
from livedata_core.plugins.isolation import HangError, attempt
from livedata_core.plugins.kinds import Hook
from livedata_core.plugins.reports import Problem, ProblemKind, label
from livedata_core.plugins.tracing import traced

__all__ = ["MOST_FAILURES", "QUEUE_LENGTH", "SLOW_S", "TIMEOUT_S", "Observers"]

QUEUE_LENGTH = 1000
"""Changes that may wait; at some tens per second far more than a hook needs."""

MOST_FAILURES = 5
"""An observer that fails so often in a row is set aside."""
SLOW_S = 1.0
"""An observer that takes longer is reported: others wait for it."""
TIMEOUT_S = 10.0
"""An observer that takes longer is set aside, and others are called again."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Failure:
    """How often an observer failed, in all and since it last worked, and how."""

    count: int
    in_a_row: int
    last: Problem


_Key = tuple[Origin, str]
_Change = tuple[str, Mapping[str, Any], deque[tuple[Origin, Implementation]]]
"""A hook, what it is called with, and the observers that are still to be called."""


@dataclass(frozen=True, slots=True)
class _Call:
    """The call that runs now, and since when."""

    key: _Key
    hook: Hook
    began: float


class Observers:
    """The implementations of observing hooks and the thread that calls them.

    Parameters
    ----------
    implementations:
        Each with the plugin that it belongs to.
    timeout_s:
        After how long one that does not return is set aside. This is seen when the
        next change or a report is asked for.

    Attributes
    ----------
    on_set_aside:
        Called with the problem when one is set aside, on any thread.
    """

    def __init__(
        self,
        implementations: Sequence[tuple[Origin, Implementation]],
        queue_length: int = QUEUE_LENGTH,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.on_set_aside: Callable[[Problem], None] = lambda problem: None
        self._timeout_s = timeout_s
        self._aside: set[_Key] = set()
        self._slow: dict[_Key, Problem] = {}
        self._running: _Call | None = None
        self._by_hook: dict[str, list[tuple[Origin, Implementation]]] = {}
        for origin, implementation in implementations:
            name = implementation.hook.name
            self._by_hook.setdefault(name, []).append((origin, implementation))
        self._queue: queue.Queue[tuple[str, Mapping[str, Any]] | None]
        self._queue = queue.Queue(queue_length)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._change: _Change | None = None
        self._dropped = 0
        self._failures: dict[tuple[Origin, str], _Failure] = {}

    @property
    def dropped(self) -> int:
        """Changes that the queue could not hold."""
        return self._dropped

    def observe(self, hook_name: str, values: Mapping[str, Any]) -> None:
        """Hand over a change. Any thread; never blocks, never raises."""
        if hook_name not in self._by_hook:
            return
        self._abandon_if_it_hangs()
        self._start()
        try:
            self._queue.put_nowait((hook_name, values))
        except queue.Full:
            with self._lock:
                self._dropped += 1

    def problems(self, origin: Origin) -> tuple[Problem, ...]:
        """Return how the observers of a plugin failed, or that they are slow."""
        self._abandon_if_it_hangs()
        with self._lock:
            failures = [
                failure for key, failure in self._failures.items() if key[0] == origin
            ]
            slow = [problem for key, problem in self._slow.items() if key[0] == origin]
        return (*(_counted(failure) for failure in failures), *slow)

    def close(self, timeout_s: float = 2.0) -> bool:
        """Call the observers of what still waits, then end the thread.

        Returns
        -------
        :
            Whether all were called within `timeout_s`.
        """
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is None:
            return True
        try:
            self._queue.put(None, timeout=timeout_s)
        except queue.Full:
            return False
        thread.join(timeout_s)
        return not thread.is_alive()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._take_over()

    def _take_over(self) -> None:
        """Have a new thread go on where another is left behind. Under the lock."""
        self._thread = threading.Thread(target=self._run, name="observers", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (change := self._taken()) is not None:
            hook_name, values, observers = change
            while observers:
                origin, implementation = observers.popleft()
                if (origin, hook_name) not in self._aside:
                    self._call(origin, implementation, values)
                if self._replaced():
                    return  # another thread took over while this one hung

    def _taken(self) -> _Change | None:
        """Return what another thread has left of a change, or the next one."""
        if self._change is None or not self._change[2]:
            waiting = self._queue.get()
            if waiting is None:
                return None
            hook_name, values = waiting
            self._change = hook_name, values, deque(self._by_hook[hook_name])
        return self._change

    def _replaced(self) -> bool:
        with self._lock:
            return self._thread not in (None, threading.current_thread())

    def _call(
        self, origin: Origin, implementation: Implementation, values: Mapping[str, Any]
    ) -> None:
        hook = implementation.hook
        key = (origin, hook.name)
        call = _Call(key, hook, time.monotonic())
        with self._lock:
            self._running = call
        with traced(origin, hook.name):
            error = attempt(partial(implementation.call, values)).error
        took_s = time.monotonic() - call.began
        with self._lock:
            if self._running is not call:
                return  # it was set aside meanwhile
            self._running = None
            if took_s > SLOW_S:
                self._slow[key] = _slowness(hook, origin, took_s)
            if error is None and key in self._failures:
                self._failures[key] = replace(self._failures[key], in_a_row=0)
        if error is not None:
            self._failed(key, hook_error(hook, origin, error), error)

    def _failed(self, key: _Key, problem: Problem, error: BaseException) -> None:
        _log.warning("%s", problem.message, exc_info=error)
        with self._lock:
            before = self._failures.get(key)
            count = before.count + 1 if before else 1
            in_a_row = before.in_a_row + 1 if before else 1
            aside = in_a_row >= MOST_FAILURES
            if aside:
                self._aside.add(key)
                problem = _set_aside(problem, f"{in_a_row} failures in a row")
            self._failures[key] = _Failure(count, in_a_row, problem)
        if aside:
            attempt(lambda: self.on_set_aside(problem))

    def _abandon_if_it_hangs(self) -> None:
        """Set the running observer aside if it takes too long, and go on without it."""
        with self._lock:
            call = self._running
            if call is None or time.monotonic() - call.began < self._timeout_s:
                return
            error = HangError(f"did not return within {self._timeout_s:g} s")
            problem = _set_aside(hook_error(call.hook, call.key[0], error), "")
            self._aside.add(call.key)
            self._failures[call.key] = _Failure(1, 1, problem)
            self._running = None
            self._take_over()
        _log.warning("%s", problem.message)
        attempt(lambda: self.on_set_aside(problem))


def _set_aside(problem: Problem, why: str) -> Problem:
    after = f" after {why}" if why else ""
    text = (
        f"{problem.message}; it is set aside{after} and not called again until restart"
    )
    return replace(problem, message=text)


def _slowness(hook: Hook, origin: Origin, took_s: float) -> Problem:
    return Problem(
        ProblemKind.SLOW_HOOK,
        f"{label(origin)}: {hook.name} took {took_s:.1f} s, and other observers wait "
        "for it; have it hand over what is slow to a thread of its own",
        hook=hook.name,
    )


def _counted(failure: _Failure) -> Problem:
    if failure.count == 1:
        return failure.last
    times = f"{failure.last.message} ({failure.count} times so far)"
    return replace(failure.last, message=times)
