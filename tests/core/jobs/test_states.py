import pytest

from livedata_core.jobs import (
    Answer,
    Condition,
    DesiredJob,
    ObservedJob,
    Reply,
    SourceState,
    Wanted,
    source_state,
)
from tests.support.job_statuses import job, status

SECOND = 1_000_000_000
NOW = 1000 * SECOND
WAITING = Answer()
ACCEPTED = Answer(Reply.ACCEPTED)
UNANSWERED = Answer(Reply.UNANSWERED)
REJECTED = Answer(Reply.REJECTED, "no such source")


def wanted(what: Wanted, ago_s: float = 5) -> DesiredJob:
    return DesiredJob(job(1), what, "m", "panel", NOW - int(ago_s * SECOND))


RUN = wanted(Wanted.RUNNING)
STOP = wanted(Wanted.STOPPED)
LONG_AGO_RUN = wanted(Wanted.RUNNING, ago_s=60)
LONG_AGO_STOP = wanted(Wanted.STOPPED, ago_s=60)


def heard(
    state: str = "active",
    ago_s: float = 1,
    error: str | None = None,
    warning: str | None = None,
    paused: bool | None = None,
) -> ObservedJob:
    last_ns = NOW - int(ago_s * SECOND)
    said = status(1, state, error=error, warning=warning, paused=paused)
    return ObservedJob(said, last_ns, 7)


@pytest.mark.parametrize(
    ("desired", "observed", "answer", "state"),
    [
        # never asked for
        (None, None, None, "not_running"),
        (None, heard(), None, "active"),
        (None, heard("scheduled"), None, "scheduled"),
        (None, heard("pending_context"), None, "waiting"),
        (None, heard("warning"), None, "warning"),
        (None, heard("error"), None, "error"),
        (None, heard("finishing"), None, "stopping"),
        (None, heard("warning", paused=True), None, "paused"),
        (None, heard("scheduled", paused=True), None, "paused"),
        (None, heard("error", paused=True), None, "error"),
        (None, heard("warning", paused=True, ago_s=11), None, "silent"),
        (None, heard("stopped"), None, "stopped"),
        (None, heard("stopped", ago_s=3600), None, "stopped"),
        (None, heard(ago_s=10), None, "active"),
        (None, heard(ago_s=11), None, "silent"),
        (None, heard("error", ago_s=11), None, "silent"),
        # started, not heard yet
        (RUN, None, WAITING, "starting"),
        (RUN, None, ACCEPTED, "starting"),
        (RUN, None, None, "starting"),
        (RUN, None, REJECTED, "error"),
        (RUN, None, UNANSWERED, "unknown"),
        (LONG_AGO_RUN, None, ACCEPTED, "silent"),
        (LONG_AGO_RUN, None, REJECTED, "error"),
        # started and heard: heartbeats count, answers do not
        (RUN, heard(), WAITING, "active"),
        (RUN, heard(), UNANSWERED, "active"),
        (RUN, heard("stopped"), ACCEPTED, "stopped"),
        (RUN, heard(ago_s=11), ACCEPTED, "silent"),
        # asked to stop
        (STOP, heard(), WAITING, "stopping"),
        (STOP, heard(), ACCEPTED, "stopping"),
        (STOP, heard(), None, "stopping"),
        (STOP, heard("stopped"), ACCEPTED, "stopped"),
        (STOP, heard(ago_s=11), ACCEPTED, "stopped"),
        (STOP, heard(ago_s=11), UNANSWERED, "stopped"),
        (STOP, None, None, "stopped"),
        (STOP, heard(), REJECTED, "active"),
        (STOP, heard("warning"), UNANSWERED, "warning"),
        (LONG_AGO_STOP, heard(), ACCEPTED, "active"),
    ],
)
def test_desired_and_observed_give_the_state(
    desired: DesiredJob | None,
    observed: ObservedJob | None,
    answer: Answer | None,
    state: str,
) -> None:
    assert source_state(desired, observed, answer, NOW).state == SourceState(state)


@pytest.mark.parametrize(
    ("desired", "observed", "answer", "message"),
    [
        (None, heard("error", error="no geometry"), None, "no geometry"),
        (None, heard("warning", warning="late"), None, "late"),
        (RUN, None, REJECTED, "no such source"),
        (RUN, None, UNANSWERED, "is the worker running?"),
        (RUN, heard(ago_s=20), None, "no heartbeats any more"),
        (STOP, heard(), REJECTED, "no such source"),
        (STOP, heard(), UNANSWERED, "still runs after a stop"),
        (LONG_AGO_STOP, heard(), ACCEPTED, "still runs after a stop"),
        (LONG_AGO_STOP, heard("error", error="no geometry"), ACCEPTED, "no geometry"),
    ],
)
def test_the_message_says_why(
    desired: DesiredJob | None,
    observed: ObservedJob | None,
    answer: Answer | None,
    message: str,
) -> None:
    found = source_state(desired, observed, answer, NOW).message
    assert found is not None
    assert message in found


def test_since_is_when_the_state_began() -> None:
    silent = heard(ago_s=20)
    assert source_state(None, silent, None, NOW).since_ns == silent.last_seen_ns
    assert source_state(RUN, heard(), None, NOW).since_ns == 7
    assert source_state(RUN, None, None, NOW).since_ns == RUN.since_ns
    assert source_state(STOP, heard(), None, NOW).since_ns == STOP.since_ns
    assert source_state(None, None, None, NOW) == Condition(SourceState.NOT_RUNNING)
