"""Which workflow's code runs now, for whoever sees that it does not return."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from livedata_core.contract import WorkflowSpec
from livedata_worker.health import named

__all__ = ["Calls"]

PATIENCE_S = 10.0


class Calls:
    """Notes the call of a workflow that is under way. One thread notes, any reads.

    Parameters
    ----------
    clock:
        Seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._now: tuple[WorkflowSpec, str, float] | None = None

    @contextmanager
    def of(self, spec: WorkflowSpec, source: str) -> Iterator[None]:
        """Note that code of a workflow runs for a source within the block."""
        self._now = spec, source, self._clock()
        try:
            yield
        finally:
            self._now = None

    def overdue(self) -> str | None:
        """Return in a sentence which call does not return; None if all is well."""
        now = self._now
        if now is None:
            return None
        spec, source, since = now
        waited = self._clock() - since
        if waited < PATIENCE_S:
            return None
        return (
            f"{named(spec)} on {source} has not returned for {waited:.0f} s, and all "
            "jobs of this worker wait for it; update the plugin or disable it, and "
            "start the worker again."
        )
