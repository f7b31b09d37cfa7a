"""Jobs that have stopped, and those whose stop came before their start.

Commands may arrive twice and in any order. A job number that was stopped never starts
again: who wants the job back starts a new one.
"""

from __future__ import annotations

from collections import OrderedDict

from livedata_core.contract import JobId, JobState, JobStatus, StartCommand

__all__ = ["StoppedJobs"]

REMEMBERED = 2000


class StoppedJobs:
    """Remembers job ids that must not start; the oldest are forgotten. One thread."""

    def __init__(self) -> None:
        self._stopped: OrderedDict[JobId, JobStatus | None] = OrderedDict()

    def __contains__(self, job_id: JobId) -> bool:
        return job_id in self._stopped

    def last_status(self, job_id: JobId) -> JobStatus | None:
        """Return the last status of a job that ran here; None if none did."""
        return self._stopped.get(job_id)

    def note(self, job_id: JobId, status: JobStatus | None = None) -> None:
        """Remember a stop, with the last status where the job ran here."""
        self._stopped[job_id] = status or self._stopped.get(job_id)
        self._stopped.move_to_end(job_id)
        while len(self._stopped) > REMEMBERED:
            self._stopped.popitem(last=False)

    def refuse(self, command: StartCommand) -> JobStatus:
        """Return the status with which a start after the stop is told off."""
        status = self._stopped.get(command.job_id) or JobStatus(
            state=JobState.STOPPED,
            job_id=command.job_id,
            workflow_id=command.identifier,
            params=command.params,
            aux_source_names=command.aux_source_names,
            schedule=command.schedule,
            ended="command",
        )
        self.note(command.job_id, status)
        return status
