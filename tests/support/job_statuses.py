"""Statuses and identities that the tests of jobs share."""

from __future__ import annotations

import uuid

from livedata_core.contract import JobId, JobState, JobStatus, ResultKey, WorkflowId

TOTAL = WorkflowId("dummy", "total", 1)


def number(n: int) -> uuid.UUID:
    """Return the n-th job number."""
    return uuid.UUID(int=n)


def job(n: int, source: str = "panel") -> JobId:
    """Return the job of the n-th generation on a source."""
    return JobId(source, number(n))


def status(
    n: int,
    state: str = "active",
    *,
    source: str = "panel",
    start_time: int | None = None,
    error: str | None = None,
    warning: str | None = None,
    paused: bool | None = None,
) -> JobStatus:
    """Return a heartbeat of the n-th generation."""
    return JobStatus(
        state=JobState(state),
        job_id=job(n, source),
        workflow_id=TOTAL,
        start_time=start_time,
        error=error,
        warning=warning,
        paused=paused,
    )


def result(n: int, source: str = "panel") -> ResultKey:
    """Return the key of a result of the n-th generation."""
    return ResultKey(TOTAL, job(n, source), "counts")
