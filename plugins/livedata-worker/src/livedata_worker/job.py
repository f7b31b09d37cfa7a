"""One job: a workflow on one source, from its start to its stop.

A failing workflow never reaches its caller: what went wrong becomes the job's state,
and the next window is tried again.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from livedata_core.contract import (
    ArrayData,
    Batch,
    JobState,
    JobStatus,
    Message,
    Region,
    RegionKind,
    StartCommand,
    TakesRegions,
    Workflow,
    WorkflowSpec,
)
from livedata_core.contract.raised import pass_on, text_of
from livedata_worker.cut import cut
from livedata_worker.health import JobHealth, failure, named
from livedata_worker.runs import RunsAhead

__all__ = ["BACKLOG", "Ended", "Job"]

log = logging.getLogger(__name__)

BACKLOG = 1000
"""Readings of a log that are kept for a job at most."""

MAX_TOLD_PARAMS = 1 << 19
"""Letters of parameters that a heartbeat tells; it must stay below 1 MiB."""

Ended = Literal["command", "schedule", "shutdown"]


class Job:
    """Feeds windows to a workflow and keeps account of what came of it. One thread.

    Parameters
    ----------
    command:
        What was asked for.
    workflow:
        None where it could not be made, for the reason `error`.
    readings:
        Earlier readings of logs. Those of its own streams are given to the workflow
        with the first window, and of those it waits for the latest.
    tracebacks:
        Whether its errors say where they came from, for authors of workflows.
    """

    def __init__(
        self,
        spec: WorkflowSpec,
        command: StartCommand,
        workflow: Workflow | None,
        error: str | None = None,
        readings: Mapping[str, Sequence[Message[Any]]] | None = None,
        tracebacks: bool = False,
    ) -> None:
        self.spec = spec
        self.command = command
        size = len(json.dumps(command.params, default=str))
        self._told_params = command.params if size <= MAX_TOLD_PARAMS else None
        self._workflow = workflow
        self._streams = (
            command.job_id.source_name,
            *(command.aux_source_names.get(n, s) for n, s in spec.aux_sources.items()),
        )
        known = readings or {}
        self._backlog = {n: tuple(known[n]) for n in self._streams if n in known}
        self._context = {
            name: deque([known[name][-1]] if known.get(name) else [], BACKLOG)
            for name in spec.context
        }
        self._began = False
        self._runs = RunsAhead()
        self._since_ns = command.schedule.start_time
        self._until_ns = command.schedule.end_time
        self._generation_ns: int | None = None
        self._window_ns: int | None = None
        self._taken_ns: int | None = None
        self._end_ns: int | None = None
        self._skip_until_ns: int | None = None
        self._ending = False
        self._ended: Ended | None = None
        self._health = JobHealth(spec, error, tracebacks=tracebacks)
        self._note_missing()

    @property
    def has_workflow(self) -> bool:
        """Whether its workflow could be made."""
        return self._workflow is not None

    @property
    def is_over(self) -> bool:
        """Whether it has stopped."""
        return self._ended is not None

    @property
    def status(self) -> JobStatus:
        """What its heartbeat says now."""
        command, health = self.command, self._health
        return JobStatus(
            state=self._state,
            error=health.error,
            warning=health.warning,
            job_id=command.job_id,
            workflow_id=command.identifier,
            start_time=self._generation_ns,
            end_time=self._end_ns,
            params=self._told_params,
            aux_source_names=command.aux_source_names,
            schedule=command.schedule,
            paused=health.paused,
            ended=self._ended,
        )

    def take(self, window: Batch) -> None:
        """Take in a window."""
        if self._workflow is None or self.is_over:
            return
        if self._until_ns is not None and window.end_ns >= self._until_ns:
            self._ending = True
        self._take_context(window)
        if self._health.paused or self._is_skipped(window):
            return
        self._meet_run(window)
        own = self._own(window)
        if own is None:
            return
        if self._generation_ns is None:
            self._generation_ns = own.start_ns
        if self._window_ns is None:
            self._window_ns = own.start_ns
        try:
            self._workflow.accumulate(own)
        except BaseException as error:  # noqa: BLE001 -- isolates jobs from each other
            pass_on(error)
            self._fail("failed to update", error)
            return
        self._taken_ns = own.end_ns

    def finish(self) -> Sequence[Message[ArrayData]]:
        """Return the results of what was taken in; none without data or on failure."""
        results = self._results()
        if self._ending:
            self.stop("schedule")
        return results

    def reset(self) -> None:
        """Begin anew with the next window.

        Raises
        ------
        RuntimeError
            If the workflow fails to, with its reason.
        """
        if self._workflow is None:
            raise RuntimeError(f"job {self.command.job_id} does not run; start it")
        try:
            self._workflow.reset()
        except BaseException as error:
            pass_on(error)
            self._fail("failed to reset", error)
            raise RuntimeError(
                f"job {self.command.job_id} {self._health.last_failure}"
            ) from error
        self._generation_ns = self._window_ns = self._taken_ns = self._end_ns = None
        self._health.forget()

    def pause(self) -> None:
        """Take no data in until `resume`."""
        self._health.paused = True

    def resume(self) -> bool:
        """Go on with the next window; return whether it was paused."""
        was_paused, self._health.paused = self._health.paused, False
        return was_paused

    def skip(self, until_ns: int | None) -> None:
        """Leave out what is left of a window that other jobs have in part already."""
        self._skip_until_ns = until_ns

    def not_published(self, output: str, why: str) -> None:
        """Show that a result could not be published, until the next update."""
        self._health.not_published(output, why)

    def stop(self, why: Ended) -> None:
        """Take in no more."""
        if self._ended is None:
            self._ended = why

    def give_up(self, why: str) -> None:
        """Let go of the workflow with all its data; the job shows why, and stays."""
        self._workflow = None
        self._backlog.clear()
        self._context.clear()
        self._health.error = (
            f"Stopped: {why}. Start {named(self.spec)} again with less to keep, "
            "raise --memory-limit of the worker, or update the plugin."
        )
        log.error("job %s of %s: %s", self.command.job_id, self.spec.id, why)

    def run_started(self, start_ns: int) -> None:
        """Begin anew with the data from that time on, if the workflow wants that."""
        if self.spec.on_run_start == "reset":
            self._runs.add(start_ns)

    def set_regions(
        self, kind: RegionKind, regions: Mapping[int, Region] | ValueError
    ) -> None:
        """Hand regions to the workflow; an error is what made them unreadable."""
        if not isinstance(self._workflow, TakesRegions):
            return
        if isinstance(regions, ValueError):
            self._health.regions[kind] = str(regions)
            return
        try:
            self._workflow.set_regions(kind, regions)
        except ValueError as error:
            self._health.regions[kind] = text_of(error)
        except BaseException as error:
            pass_on(error)
            log.exception("job %s failed to take regions", self.command.job_id)
            self._health.regions[kind] = failure(self.spec, "failed", error)
        else:
            self._health.regions.pop(kind, None)

    @property
    def _state(self) -> JobState:
        health = self._health
        if self.is_over:
            return JobState.STOPPED
        if health.error is not None:
            return JobState.ERROR
        if health.missing and not health.paused:
            return JobState.PENDING_CONTEXT
        if health.warning is not None:
            return JobState.WARNING
        return JobState.SCHEDULED if self._generation_ns is None else JobState.ACTIVE

    def _take_context(self, window: Batch) -> None:
        """Keep what is new of the logs it needs; before its first window the latest."""
        for name, kept in self._context.items():
            new = window.messages.get(name, ())
            kept.extend(new if self._began else new[-1:])
            while not self._began and len(kept) > 1:
                kept.popleft()
        self._note_missing()

    def _note_missing(self) -> None:
        if not self._began:
            self._health.missing = tuple(
                n for n, kept in self._context.items() if not kept
            )

    def _is_skipped(self, window: Batch) -> bool:
        return self._skip_until_ns is not None and window.start_ns < self._skip_until_ns

    def _meet_run(self, window: Batch) -> None:
        start_ns = self._runs.met(window.start_ns, window.end_ns)
        if start_ns is None:
            return
        if self._generation_ns is not None:
            if start_ns <= self._generation_ns:
                return  # all it has is of that run
            try:
                self.reset()
            except RuntimeError:
                return  # it shows as the job's error
        self._since_ns = max(start_ns, self._since_ns or start_ns)

    def _own(self, window: Batch) -> Batch | None:
        """Return what is for this job; None if nothing is, or it is too soon."""
        since_ns, until_ns = self._since_ns, self._until_ns
        if self._health.missing or (since_ns is not None and window.end_ns <= since_ns):
            return None
        messages = {}
        for name in self._streams:
            new = [*self._backlog.pop(name, ()), *window.messages.get(name, ())]
            if kept := cut(new, since_ns, until_ns):
                messages[name] = kept
        start_ns = max(window.start_ns, since_ns or window.start_ns)
        end_ns = min(window.end_ns, until_ns or window.end_ns)
        if not messages or end_ns <= start_ns:
            return None
        for name, news in self._context.items():
            if news and name not in self._streams:
                messages[name] = list(news)
                news.clear()
        self._began = True
        return Batch(start_ns, end_ns, messages)

    def _results(self) -> Sequence[Message[ArrayData]]:
        end_ns, self._taken_ns = self._taken_ns, None
        if self._workflow is None or end_ns is None or self.is_over:
            return ()
        from livedata_worker.results import results  # imports scipp

        assert self._generation_ns is not None  # set before the first update
        assert self._window_ns is not None
        try:
            made = results(
                self.spec,
                self.command,
                self._workflow.finalize(),
                generation_ns=self._generation_ns,
                window_ns=self._window_ns,
                end_ns=end_ns,
            )
        except BaseException as error:  # noqa: BLE001 -- isolates jobs from each other
            pass_on(error)
            self._fail("failed to update", error)
            return ()
        self._health.recovered()
        self._window_ns, self._end_ns = None, end_ns
        return made

    def _fail(self, what: str, error: BaseException) -> None:
        first = self._health.error is None
        self._health.failed(what, error)
        if first:
            log.warning(
                "job %s of %s %s",
                self.command.job_id,
                self.spec.id,
                self._health.last_failure,
                exc_info=error,
            )
