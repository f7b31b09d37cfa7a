"""What desired and observed mean together: the state of a source, for people.

A pure function of what was asked for, what heartbeats say, how the command was
answered, and now.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from livedata_core.contract import JobState
from livedata_core.jobs.desired import DesiredJob, Wanted
from livedata_core.jobs.pending import ANSWER_WITHIN_NS, Answer, Reply
from livedata_core.jobs.status import SILENT_NS, ObservedJob

__all__ = ["RUNNING_STATES", "Condition", "SourceState", "source_state"]


class SourceState(StrEnum):
    """The state of a workflow on one source."""

    NOT_RUNNING = "not_running"
    STARTING = "starting"
    SCHEDULED = "scheduled"
    WAITING = "waiting"
    ACTIVE = "active"
    WARNING = "warning"
    PAUSED = "paused"
    """It takes no data in until it is resumed."""
    ERROR = "error"
    STOPPING = "stopping"
    STOPPED = "stopped"
    SILENT = "silent"
    """It should run, and its heartbeats have ceased."""
    UNKNOWN = "unknown"
    """It was asked for, and nobody answered."""


RUNNING_STATES = frozenset(
    {
        SourceState.STARTING,
        SourceState.SCHEDULED,
        SourceState.WAITING,
        SourceState.ACTIVE,
        SourceState.WARNING,
        SourceState.PAUSED,
        SourceState.SILENT,
    }
)
"""States in which a start would replace something."""

_REPORTED = {
    JobState.SCHEDULED: SourceState.SCHEDULED,
    JobState.ACTIVE: SourceState.ACTIVE,
    JobState.FINISHING: SourceState.STOPPING,
    JobState.ERROR: SourceState.ERROR,
    JobState.WARNING: SourceState.WARNING,
    JobState.PENDING_CONTEXT: SourceState.WAITING,
    JobState.STOPPED: SourceState.STOPPED,
}

_PAUSABLE = frozenset(
    {
        SourceState.SCHEDULED,
        SourceState.WAITING,
        SourceState.ACTIVE,
        SourceState.WARNING,
    }
)
"""States that say less than that a job is paused."""

_NO_ANSWER = "No worker answered; is the worker running?"


@dataclass(frozen=True, slots=True)
class Condition:
    """A state, since when (ns since the epoch) and why."""

    state: SourceState
    since_ns: int | None = None
    message: str | None = None


def source_state(
    desired: DesiredJob | None,
    observed: ObservedJob | None,
    answer: Answer | None,
    now_ns: int,
) -> Condition:
    """Say what state a source is in.

    Parameters
    ----------
    desired:
        What was last asked for from here; None for a job that was adopted.
    observed:
        The last heartbeat of that job; None if it was never heard.
    answer:
        How the command of `desired` was answered; None if it is not known.
    now_ns:
        Now, ns since the epoch.
    """
    if desired is not None and desired.wanted is Wanted.STOPPED:
        return _when_stopped(desired, observed, answer, now_ns)
    if observed is not None:
        return _as_reported(observed, now_ns)
    if desired is not None:
        return _when_unheard(desired, answer, now_ns)
    return Condition(SourceState.NOT_RUNNING)


def _as_reported(observed: ObservedJob, now_ns: int) -> Condition:
    status = observed.status
    if status.state is not JobState.STOPPED and observed.is_silent(now_ns):
        return Condition(
            SourceState.SILENT,
            observed.last_seen_ns,
            "Its worker sends no heartbeats any more; is the worker running?",
        )
    state = _REPORTED[status.state]
    if status.paused and state in _PAUSABLE:
        state = SourceState.PAUSED
    return Condition(state, observed.since_ns, status.error or status.warning)


def _when_unheard(desired: DesiredJob, answer: Answer | None, now_ns: int) -> Condition:
    reply = Reply.WAITING if answer is None else answer.reply
    if answer is not None and reply is Reply.REJECTED:
        message = answer.message or "The worker refused to start it."
        return Condition(SourceState.ERROR, desired.since_ns, message)
    if reply is Reply.UNANSWERED:
        return Condition(SourceState.UNKNOWN, desired.since_ns, _NO_ANSWER)
    if now_ns - desired.since_ns > ANSWER_WITHIN_NS + SILENT_NS:
        return Condition(
            SourceState.SILENT,
            desired.since_ns,
            "The start was sent, but no heartbeat of it has come.",
        )
    return Condition(SourceState.STARTING, desired.since_ns)


def _when_stopped(
    desired: DesiredJob,
    observed: ObservedJob | None,
    answer: Answer | None,
    now_ns: int,
) -> Condition:
    if observed is None or not observed.is_running(now_ns):
        return Condition(SourceState.STOPPED, desired.since_ns)
    if answer is not None and answer.reply is Reply.REJECTED:
        reason = answer.message or "The worker refused to stop it."
    elif answer is not None and answer.reply is Reply.UNANSWERED:
        reason = f"It still runs after a stop. {_NO_ANSWER}"
    elif now_ns - desired.since_ns > ANSWER_WITHIN_NS:
        reason = "It still runs after a stop; stop it again."
    else:
        return Condition(SourceState.STOPPING, desired.since_ns)
    reported = _as_reported(observed, now_ns)
    return Condition(reported.state, reported.since_ns, reported.message or reason)
