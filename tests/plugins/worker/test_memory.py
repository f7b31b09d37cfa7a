"""A workflow that grows past the limit of memory costs its own job alone."""

from __future__ import annotations

import uuid

import numpy as np
import pytest

from livedata_core.contract import (
    Batch,
    EventData,
    JobId,
    JobState,
    JobStatus,
    Message,
    Origin,
    StartCommand,
    WorkflowContext,
    WorkflowId,
    WorkflowSpec,
)
from livedata_worker.jobs import JobManager
from livedata_worker.memory import MemoryLimit, default_limit_bytes, resident_bytes
from livedata_worker.pieces import Piece
from tests.plugins.worker.probe import PROBE, Probe, probe
from tests.plugins.worker.rig import ACME

MIB = 2**20
GROWS = 16 * MIB
LIMIT_BYTES = 48 * MIB
"""By so much the process may grow in these tests."""


class Hoarder(Probe):
    """Keeps more with every window."""

    def __init__(self, context: WorkflowContext) -> None:
        super().__init__(context)
        self.kept: list[np.ndarray] = []

    def accumulate(self, batch: Batch) -> None:
        super().accumulate(batch)
        self.kept.append(np.ones(GROWS, dtype=np.uint8))


HOARDER = probe(
    name="hoarder",
    id=WorkflowId("acme", "hoarder", 1),
    title="Hoarder",
    factory=f"{__name__}:Hoarder",
).model_copy(
    update={
        "origin": Origin(plugin="acme", distribution="livedata-acme", version="1.4.2")
    }
)


def start(jobs: JobManager, spec: WorkflowSpec) -> JobId:
    job_id = JobId("left", uuid.uuid4())
    jobs.handle(StartCommand(identifier=spec.id, job_id=job_id))
    return job_id


def window(number: int) -> Piece:
    begin = number * 10**9
    zeros = np.zeros(1, dtype=np.int32)
    message = Message(
        "acme_detector",
        "banks",
        begin,
        EventData(np.array([begin]), zeros, zeros, zeros),
    )
    return Piece(Batch(begin, begin + 10**9, {"left": [message]}), True, 1)


def run(jobs: JobManager, windows: int) -> None:
    for number in range(1, windows + 1):
        for _ in jobs.process([window(number)]):
            pass


def status(jobs: JobManager, job_id: JobId) -> JobStatus:
    (found,) = (status for status in jobs.statuses if status.job_id == job_id)
    return found


@pytest.fixture
def jobs() -> JobManager:
    resident = resident_bytes()
    if resident is None:
        pytest.skip("this system does not tell resident memory")
    limit = MemoryLimit(resident + LIMIT_BYTES)
    specs = {spec.id: spec for spec in (PROBE, HOARDER)}
    return JobManager(ACME, specs, memory=limit)


def test_its_job_is_ended_and_named_and_the_others_go_on(
    jobs: JobManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In a process of tests a tenth of the limit is more than the growth allowed.
    monkeypatch.setattr("livedata_worker.memory.LEAST_SHARE", 0.01)
    good, bad = start(jobs, PROBE), start(jobs, HOARDER)
    run(jobs, 8)
    ended = status(jobs, bad)
    assert ended.state is JobState.ERROR
    assert ended.error is not None
    for words in ("Stopped", "Hoarder", "livedata-acme 1.4.2", "--memory-limit", "MiB"):
        assert words in ended.error
    assert status(jobs, good).state is JobState.ACTIVE
    resident = resident_bytes()
    assert resident is not None
    assert jobs._memory.limit_bytes is not None
    assert resident < jobs._memory.limit_bytes, "what it kept is given back"


def test_it_can_be_started_again(
    jobs: JobManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livedata_worker.memory.LEAST_SHARE", 0.01)
    bad = start(jobs, HOARDER)
    run(jobs, 8)
    assert status(jobs, bad).state is JobState.ERROR
    jobs.handle(StartCommand(identifier=HOARDER.id, job_id=bad))
    run(jobs, 1)
    assert status(jobs, bad).state is JobState.ACTIVE


def test_nobody_is_blamed_for_what_is_not_a_jobs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    limit = MemoryLimit(1000, resident=lambda: 2000)
    with limit.call("job"):
        pass
    assert limit.excess() is None
    assert limit.excess() is None
    (record,) = caplog.records
    assert "no job is to blame alone" in record.message


def test_the_job_that_grew_most_is_blamed() -> None:
    sizes = iter([100, 300, 300, 900, 900, 1000])
    now = 1000
    limit = MemoryLimit(500, resident=lambda: next(sizes, now))
    for job in ("small", "large", "other"):
        with limit.call(job):
            pass
    excess = limit.excess()
    assert excess is not None
    assert excess[0] == "large"
    limit.forget("large")
    assert limit.excess()[0] == "small"  # type: ignore[index]


def test_without_a_limit_nothing_is_measured() -> None:
    def fail() -> int:
        raise AssertionError("measured")

    limit = MemoryLimit(None, resident=fail)
    with limit.call("job"):
        pass
    assert limit.excess() is None


def test_the_default_limit_is_below_what_the_machine_has() -> None:
    limit, resident = default_limit_bytes(), resident_bytes()
    assert limit is None or (resident is not None and resident < limit)
