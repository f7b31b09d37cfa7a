"""One job: a workflow on one source, from its start to its stop.

A failing workflow never reaches its caller: what went wrong becomes the job's state,
and the next window is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from livedata_core.contract import (
    ArrayData,
    Batch,
    JobState,
    JobStatus,
    Message,
    ResultKey,
    StartCommand,
    Temporality,
    Topics,
    Workflow,
    WorkflowSpec,
)

if TYPE_CHECKING:
    import scipp as sc

__all__ = ["Job"]

log = logging.getLogger(__name__)


class Job:
    """Feeds windows to a workflow and keeps account of what came of it.

    Parameters
    ----------
    command:
        What was asked for.
    workflow:
        None where it could not be made, for the reason `error`.
    backlog:
        Earlier readings of its logs, given to the workflow with the first window.
    """

    def __init__(
        self,
        spec: WorkflowSpec,
        command: StartCommand,
        workflow: Workflow | None,
        error: str | None = None,
        backlog: Mapping[str, Sequence[Message[Any]]] | None = None,
    ) -> None:
        self.spec = spec
        self.command = command
        self._workflow = workflow
        self._backlog = dict(backlog or {})
        self._streams = (
            command.job_id.source_name,
            *(command.aux_source_names.get(n, s) for n, s in spec.aux_sources.items()),
        )
        self._generation_ns: int | None = None
        self._window_ns: int | None = None
        self._end_ns: int | None = None
        self._error = error
        self._failures = 0
        self._last_failure = ""
        self._stopped = False

    @property
    def has_workflow(self) -> bool:
        """Whether its workflow could be made."""
        return self._workflow is not None

    @property
    def status(self) -> JobStatus:
        """What its heartbeat says now."""
        return JobStatus(
            state=self._state,
            error=self._error,
            warning=self._warning,
            job_id=self.command.job_id,
            workflow_id=self.command.identifier,
            start_time=self._generation_ns,
            end_time=self._end_ns,
            params=self.command.params,
            aux_source_names=self.command.aux_source_names,
        )

    def process(self, batch: Batch) -> Sequence[Message[ArrayData]]:
        """Take in a window and return the results; none without data or on failure."""
        workflow = self._workflow
        if workflow is None or not self._is_due(batch):
            return ()
        own = self._own(batch)
        if not own.messages:
            return ()
        if self._generation_ns is None:
            self._generation_ns = own.start_ns
        if self._window_ns is None:
            self._window_ns = own.start_ns
        try:
            workflow.accumulate(own)
            outputs = workflow.finalize()
            results = tuple(self._messages(outputs, own.end_ns))
        except Exception as error:  # noqa: BLE001 -- isolates jobs from each other
            self._fail("failed to update", error)
            return ()
        self._error = None
        self._window_ns, self._end_ns = None, own.end_ns
        return results

    def reset(self) -> None:
        """Begin anew with the next window.

        Raises
        ------
        RuntimeError
            If the workflow fails to, with its reason.
        """
        if self._workflow is None:
            raise RuntimeError(f"job {self.command.job_id} never started")
        try:
            self._workflow.reset()
        except Exception as error:
            self._fail("failed to reset", error)
            raise RuntimeError(
                f"job {self.command.job_id} {self._last_failure}"
            ) from error
        self._generation_ns = self._window_ns = self._end_ns = None
        self._error, self._failures = None, 0

    def stop(self) -> None:
        """Take in no more."""
        self._stopped = True

    @property
    def _state(self) -> JobState:
        if self._stopped:
            return JobState.STOPPED
        if self._error is not None:
            return JobState.ERROR
        if self._warning is not None:
            return JobState.WARNING
        if self._generation_ns is None:
            return JobState.SCHEDULED
        return JobState.ACTIVE

    @property
    def _warning(self) -> str | None:
        if self._error is not None or not self._failures:
            return None
        return (
            f"{self._failures} updates since the start or reset are incomplete or "
            f"missing; the last one {self._last_failure}"
        )

    def _is_due(self, batch: Batch) -> bool:
        schedule = self.command.schedule
        if schedule.end_time is not None and batch.start_ns >= schedule.end_time:
            self.stop()
        begun = schedule.start_time is None or batch.end_ns > schedule.start_time
        return begun and not self._stopped

    def _own(self, batch: Batch) -> Batch:
        """Return the batch with the streams of this job, and the backlog once."""
        messages = {
            name: [*self._backlog.pop(name, ()), *batch.messages.get(name, ())]
            for name in self._streams
        }
        return replace(batch, messages={n: m for n, m in messages.items() if m})

    def _messages(
        self, outputs: Mapping[str, sc.DataArray], end_ns: int
    ) -> Iterator[Message[ArrayData]]:
        from livedata_worker.results import result_message  # imports scipp

        assert self._generation_ns is not None  # set before the first update
        assert self._window_ns is not None
        command = self.command
        for name, data in outputs.items():
            output = self.spec.output(name)
            if output is None:
                declared = ", ".join(output.name for output in self.spec.outputs)
                raise ValueError(
                    f"workflow {self.spec.id} gave the output {name!r}, which it does "
                    f"not declare; declared are {declared}"
                )
            window = output.temporality is Temporality.WINDOW
            yield result_message(
                Topics(command.identifier.instrument).data,
                ResultKey(command.identifier, command.job_id, name),
                output,
                data,
                generation_ns=self._generation_ns,
                start_ns=self._window_ns if window else self._generation_ns,
                end_ns=end_ns,
            )

    def _fail(self, what: str, error: Exception) -> None:
        self._failures += 1
        self._last_failure = f"{what}: {type(error).__name__}: {error}"
        if self._error is None:
            log.warning(
                "job %s of %s %s",
                self.command.job_id,
                self.spec.id,
                self._last_failure,
                exc_info=error,
            )
        self._error = self._last_failure[0].upper() + self._last_failure[1:]
