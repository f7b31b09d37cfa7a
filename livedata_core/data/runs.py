"""Which run the instrument is recording, as run control tells."""

from __future__ import annotations

from dataclasses import dataclass

from livedata_core.contract import RunMark, RunStart, RunStop

__all__ = ["Run", "RunState"]


MARKS = 200
"""So many starts and stops are remembered."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run; times in ns since the epoch, None where they are not known.

    `stop_ns` of a run that goes on is when it is planned to end.
    """

    name: str
    start_ns: int | None
    stop_ns: int | None = None
    running: bool = True


class RunState:
    """The latest run; the ingest thread writes, any thread reads."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._version = 0
        self._marks: tuple[RunMark, ...] = ()

    @property
    def marks(self) -> tuple[RunMark, ...]:
        """The latest starts and stops, as they were told."""
        return self._marks

    @property
    def run(self) -> Run | None:
        """The latest run, going on or ended; None while none has been heard of."""
        return self._run

    @property
    def version(self) -> int:
        """Rises with every change."""
        return self._version

    def started(self, message: RunStart) -> None:
        """Take in that a run began."""
        self._mark(RunMark(message.start_ns, message.run_name, starts=True))
        self._set(Run(message.run_name, message.start_ns, message.stop_ns))

    def stopped(self, message: RunStop) -> None:
        """Take in that a run ended; the end of an earlier run is a mark alone."""
        self._mark(RunMark(message.stop_ns, message.run_name, starts=False))
        if self._run is not None and self._run.name != message.run_name:
            return
        start_ns = None if self._run is None else self._run.start_ns
        self._set(Run(message.run_name, start_ns, message.stop_ns, running=False))

    def _mark(self, mark: RunMark) -> None:
        if mark not in self._marks:
            self._marks = (*self._marks, mark)[-MARKS:]

    def _set(self, run: Run) -> None:
        if run != self._run:
            self._run = run
            self._version += 1
