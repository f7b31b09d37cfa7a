"""What was asked for is asked for again when a worker comes back, and only then."""

from __future__ import annotations

import pytest

from livedata_core.contract import (
    JobAction,
    JobCommand,
    JobId,
    ServiceState,
    ServiceStatus,
    StartCommand,
)
from livedata_core.jobs import ObservedService
from livedata_core.jobs.repair import AGAIN_NS
from tests.support.job_parts import VIEW, JobParts, foreign

SECOND = 10**9


@pytest.fixture
def parts() -> JobParts:
    return JobParts()


def worker(parts: JobParts, state: str = "running") -> ObservedService:
    """Return a worker that starts now."""
    status = ServiceStatus(
        instrument="toy",
        service_name="data_reduction",
        worker_id="w",
        state=ServiceState(state),
        started_at=parts.clock(),
    )
    return ObservedService(status, parts.clock())


def repaired(parts: JobParts, *workers: ObservedService) -> list[object]:
    parts.jobs.repair(workers)
    return parts.sink.take()


def started(parts: JobParts, source: str = "bank_a") -> JobId:
    """Return a job that was started here and is heard."""
    parts.jobs.commit(VIEW, [source])
    (command,) = parts.sink.take()
    parts.acknowledge(command)
    parts.beat(command.job_id)
    return command.job_id


def test_a_job_whose_worker_was_killed_is_started_again_with_the_same_number(
    parts: JobParts,
) -> None:
    job_id = started(parts)
    parts.clock.advance(3)
    new = worker(parts)
    assert repaired(parts, new) == [], "its heartbeats may be late"
    parts.clock.advance(4)
    (command,) = repaired(parts, new)
    assert isinstance(command, StartCommand)
    assert command.job_id == job_id
    assert command.params["edges"]["num_bins"] == 100
    assert command.aux_source_names == {"monitor": "m1"}
    assert "was started again" in parts.notes.since(0)[-1].title
    assert repaired(parts, new) == [], "not again at once"
    parts.beat(job_id)
    parts.clock.now_ns += AGAIN_NS
    parts.beat(job_id)
    assert repaired(parts, worker(parts)) == []


def test_nothing_is_sent_while_no_new_worker_is_heard(parts: JobParts) -> None:
    old = worker(parts)
    parts.clock.advance(10)
    started(parts)
    parts.clock.advance(60)
    assert repaired(parts) == []
    assert repaired(parts, old) == [], "silent"
    heard = ObservedService(old.status, parts.clock())
    assert repaired(parts, heard) == [], "it began before the job"


@pytest.mark.parametrize("ended", [None, "shutdown"])
def test_a_job_that_ended_with_its_worker_is_started_again(
    parts: JobParts, ended: str | None
) -> None:
    job_id = started(parts)
    parts.beat(job_id, state="stopped", ended=ended)
    parts.clock.advance(1)
    assert repaired(parts, worker(parts, "stopped")) == []
    (command,) = repaired(parts, worker(parts))
    assert command.job_id == job_id


@pytest.mark.parametrize("ended", ["command", "schedule"])
def test_a_job_that_was_stopped_or_is_over_stays_so(
    parts: JobParts, ended: str
) -> None:
    parts.beat(started(parts), state="stopped", ended=ended)
    parts.clock.advance(60)
    assert repaired(parts, worker(parts)) == []


def test_a_start_that_nobody_heard_is_sent_to_a_worker_that_comes_up(
    parts: JobParts,
) -> None:
    parts.jobs.commit(VIEW, ["bank_a"])
    (command,) = parts.sink.take()
    parts.clock.advance(40)
    assert repaired(parts) == []
    assert repaired(parts, worker(parts)) == [command]


def test_a_start_that_was_refused_is_not_repeated(parts: JobParts) -> None:
    parts.jobs.commit(VIEW, ["bank_a"])
    (command,) = parts.sink.take()
    parts.acknowledge(command, error="no such unit")
    parts.clock.advance(40)
    assert repaired(parts, worker(parts)) == []


def test_what_somebody_else_has_taken_over_is_left_alone(parts: JobParts) -> None:
    started(parts)
    parts.clock.advance(60)
    parts.beat(foreign(7), start_time=parts.clock())
    assert parts.active.generation(VIEW, "bank_a") == foreign(7).job_number
    assert repaired(parts, worker(parts)) == []


def test_a_stop_that_got_lost_is_repeated(parts: JobParts) -> None:
    job_id = started(parts)
    parts.jobs.stop(VIEW, ["bank_a"])
    parts.sink.take()
    parts.clock.advance(20)
    parts.beat(job_id)
    assert repaired(parts) == []
    parts.clock.advance(20)
    parts.beat(job_id)
    (command,) = repaired(parts)
    assert isinstance(command, JobCommand)
    assert (command.job_id, command.action) == (job_id, JobAction.STOP)
    assert repaired(parts) == []
    parts.clock.now_ns += AGAIN_NS
    parts.beat(job_id)
    assert len(repaired(parts)) == 1


def test_jobs_of_others_are_never_touched(parts: JobParts) -> None:
    parts.beat(foreign(3))
    parts.clock.advance(60)
    assert repaired(parts, worker(parts)) == []
