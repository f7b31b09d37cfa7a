"""What browsers say about jobs: what to prepare, start, reset and stop. Checked."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Commit", "Discard", "JobEvent", "Prepare", "Reset", "StopJob"]

Text = Annotated[str, Field(max_length=500)]


class JobEvent(BaseModel):
    """A wish for jobs that all sessions share."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Prepare(JobEvent):
    """Set the parameters of the open form aside for the next start."""

    kind: Literal["prepare"]


class Commit(JobEvent):
    """Start what was prepared of a workflow."""

    kind: Literal["commit"]
    workflow: Text


class Discard(JobEvent):
    """Give up what was prepared of a workflow."""

    kind: Literal["discard"]
    workflow: Text


class Reset(JobEvent):
    """Have a workflow accumulate anew."""

    kind: Literal["reset-jobs"]
    workflow: Text
    sources: tuple[Text, ...] | None = None


class StopJob(JobEvent):
    """Stop one job, whoever started it."""

    kind: Literal["stop-job"]
    workflow: Text
    source: Text
    number: UUID


AnyJobEvent = Prepare | Commit | Discard | Reset | StopJob
