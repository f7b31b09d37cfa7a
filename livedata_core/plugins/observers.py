"""Hooks that observe: called from one thread of their own, over a bounded queue.

Whoever reports a change hands it over and goes on: an observer can neither hold up
nor break the caller. What the queue cannot hold is dropped and counted; what an
observer raises is logged and counted.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from livedata_core.contract import Origin
from livedata_core.plugins.checks import Implementation
from livedata_core.plugins.collecting import hook_error
from livedata_core.plugins.isolation import attempt
from livedata_core.plugins.reports import Problem

__all__ = ["QUEUE_LENGTH", "Observers"]

QUEUE_LENGTH = 1000
"""Changes that may wait; at some tens per second far more than a hook needs."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Failure:
    """How often an observer raised, and the problem of the last time."""

    count: int
    last: Problem


class Observers:
    """The implementations of observing hooks and the thread that calls them.

    Parameters
    ----------
    implementations:
        Each with the plugin that it belongs to.
    """

    def __init__(
        self,
        implementations: Sequence[tuple[Origin, Implementation]],
        queue_length: int = QUEUE_LENGTH,
    ) -> None:
        self._by_hook: dict[str, list[tuple[Origin, Implementation]]] = {}
        for origin, implementation in implementations:
            name = implementation.hook.name
            self._by_hook.setdefault(name, []).append((origin, implementation))
        self._queue: queue.Queue[tuple[str, Mapping[str, Any]] | None]
        self._queue = queue.Queue(queue_length)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
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
        self._start()
        try:
            self._queue.put_nowait((hook_name, values))
        except queue.Full:
            with self._lock:
                self._dropped += 1

    def problems(self, origin: Origin) -> tuple[Problem, ...]:
        """Return what the observers of a plugin raised, one problem for each hook."""
        with self._lock:
            failures = [
                failure for key, failure in self._failures.items() if key[0] == origin
            ]
        return tuple(_counted(failure) for failure in failures)

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
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="observers", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        while (change := self._queue.get()) is not None:
            hook_name, values = change
            for origin, implementation in self._by_hook[hook_name]:
                self._call(origin, implementation, values)

    def _call(
        self, origin: Origin, implementation: Implementation, values: Mapping[str, Any]
    ) -> None:
        error = attempt(partial(implementation.call, values)).error
        if error is None:
            return
        problem = hook_error(implementation.hook, origin, error)
        _log.warning("%s", problem.message, exc_info=error)
        key = (origin, implementation.hook.name)
        with self._lock:
            before = self._failures.get(key)
            count = before.count + 1 if before else 1
            self._failures[key] = _Failure(count, problem)


def _counted(failure: _Failure) -> Problem:
    if failure.count == 1:
        return failure.last
    times = f"{failure.last.message} ({failure.count} times so far)"
    return replace(failure.last, message=times)
