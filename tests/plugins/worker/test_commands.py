"""Commands: in any order and number, for some or all, and in the right hands."""

from __future__ import annotations

import uuid

import pytest

from livedata_core.contract import (
    JobAction,
    JobId,
    JobState,
    Message,
    Polygon,
    Rectangle,
    Region,
    RegionKind,
    Schedule,
    regions_to_wire,
)
from tests.plugins.worker.probe import PROBE, probe
from tests.plugins.worker.rig import (
    MONITORS,
    Rig,
    answers,
    job_statuses,
    results,
    values,
)


def ask(rig: Rig, job_id: JobId, kind: RegionKind, *regions: Region) -> None:
    """Request regions for a job, numbered as on the wire."""
    first = 0 if kind == "rectangle" else 4
    payload = regions_to_wire(kind, dict(enumerate(regions, first)))
    rig.send(Message(rig.topics.roi, f"{job_id}/roi_{kind}", 0, payload))


BOX = Rectangle((0.0, 1.0), (0.0, 1.0))


def test_a_paused_job_takes_nothing_in_and_says_so() -> None:
    rig = Rig(workflows=[PROBE])
    job_id = rig.start("left", PROBE)
    rig.run(11)
    rig.act(JobAction.PAUSE, job_id)
    rig.act(JobAction.PAUSE, job_id)
    rig.run(10)
    seen = rig.seen()
    assert values(seen, "new") == [20.0]
    last = job_statuses(seen)[-1]
    assert (last.state, last.paused) == (JobState.WARNING, True)
    assert "Paused" in (last.warning or "")
    rig.act(JobAction.RESUME, job_id)
    rig.run(10)
    seen = rig.seen()
    assert values(seen, "total") == [40.0]
    assert [a.response for a in answers(seen)] == ["ACK"]
    last = job_statuses(seen)[-1]
    assert (last.state, last.paused) == (JobState.ACTIVE, False)


def test_a_stop_that_comes_before_its_start_wins() -> None:
    rig = Rig(workflows=[PROBE])
    number = uuid.uuid4()
    job_id = JobId("left", number)
    rig.act(JobAction.STOP, job_id)
    rig.worker.step()
    assert answers(rig.seen()) == [], "it may be another worker's"
    rig.start("left", PROBE, number)
    rig.run(11)
    seen = rig.seen()
    (answer,) = answers(seen)
    assert answer.response == "ACK"
    assert "stopped before" in (answer.message or "")
    assert [(s.job_id, s.state) for s in job_statuses(seen)] == [
        (job_id, JobState.STOPPED)
    ]
    assert results(seen) == []


def test_a_start_that_is_repeated_after_the_stop_does_not_start_again() -> None:
    rig = Rig(workflows=[PROBE])
    number = uuid.uuid4()
    job_id = rig.start("left", PROBE, number)
    rig.act(JobAction.STOP, job_id)
    rig.act(JobAction.STOP, job_id)
    rig.start("left", PROBE, number)
    rig.run(11)
    seen = rig.seen()
    assert [a.response for a in answers(seen)] == ["ACK"] * 4
    assert {s.state for s in job_statuses(seen)} == {JobState.STOPPED}
    assert {s.ended for s in job_statuses(seen)} == {"command"}
    assert results(seen) == []


@pytest.mark.parametrize("action", [JobAction.RESET, JobAction.PAUSE])
def test_what_is_asked_of_a_stopped_job_is_refused(action: JobAction) -> None:
    rig = Rig(workflows=[PROBE])
    job_id = rig.start("left", PROBE)
    rig.act(JobAction.STOP, job_id)
    rig.act(action, job_id)
    rig.worker.step()
    *_, answer = answers(rig.seen())
    assert (answer.response, answer.message) == ("ERR", f"job {job_id} has stopped")


def test_a_job_whose_worker_ends_says_so_in_its_last_words() -> None:
    rig = Rig(workflows=[PROBE])
    rig.start("left", PROBE)
    rig.run(2)
    rig.seen()
    rig.worker.stop()
    (status,) = job_statuses(rig.seen())
    assert (status.state, status.ended) == (JobState.STOPPED, "shutdown")


def test_a_further_source_is_checked_by_name() -> None:
    spec = probe(aux_sources={"monitor": "m1"})
    rig = Rig(workflows=[spec])
    rig.start("left", spec, aux={"monitor": "nobody", "roi_polygon": "roi_polygon"})
    rig.start("right", spec, aux={"monitor": "m1", "roi_polygon": "roi_polygon"})
    rig.worker.step()
    bad, good = answers(rig.seen())
    assert bad.response == "ERR"
    assert "aux_source_names.monitor: 'nobody'" in (bad.message or "")
    assert good.response == "ACK"


def test_a_schedule_that_ends_before_it_begins_is_refused() -> None:
    rig = Rig(workflows=[PROBE])
    rig.start("left", PROBE, schedule=Schedule(start_time=5, end_time=5))
    rig.worker.step()
    (answer,) = answers(rig.seen())
    assert "schedule.end_time" in (answer.message or "")


def test_a_worker_of_some_sources_leaves_the_others_alone() -> None:
    rig = Rig(workflows=[PROBE, MONITORS], sources=["left"])
    assert rig.worker.subscription.data == ("acme_detector",)
    rig.start("right", PROBE)
    rig.start("nowhere", PROBE)
    ours = rig.start("left", PROBE)
    rig.run(11)
    seen = rig.seen()
    assert [a.device for a in answers(seen)] == ["left"]
    assert {status.job_id for status in job_statuses(seen)} == {ours}


def test_two_workers_share_the_sources_of_a_start() -> None:
    left = Rig(workflows=[PROBE], sources=["left"])
    right = Rig(workflows=[PROBE], sources=["right"])
    number = uuid.uuid4()
    answered = []
    for rig in (left, right):
        for source in ("left", "right"):
            rig.start(source, PROBE, number)
        rig.worker.step()
        answered += [a.device for a in answers(rig.seen())]
    assert answered == ["left", "right"]


def test_regions_reach_their_job_at_once() -> None:
    rig = Rig(workflows=[PROBE])
    job_id = rig.start("left", PROBE)
    other = rig.start("right", PROBE)
    rig.worker.step()
    ask(rig, job_id, "rectangle", BOX, BOX)
    rig.run(11)
    seen = rig.seen()
    assert values(seen, "regions", "left") == [2.0]
    assert values(seen, "regions", "right") == [0.0]
    ask(rig, job_id, "rectangle")
    ask(rig, other, "polygon", Polygon((0, 1, 1), (0, 0, 1)))
    rig.run(10)
    seen = rig.seen()
    assert values(seen, "regions", "left") == [0.0]
    assert values(seen, "regions", "right") == [1.0]


def test_regions_wait_for_their_job() -> None:
    rig = Rig(workflows=[PROBE])
    number = uuid.uuid4()
    for count in (1, 3):
        ask(rig, JobId("left", number), "rectangle", *[BOX] * count)
        rig.worker.step()
    rig.start("left", PROBE, number)
    rig.run(11)
    assert values(rig.seen(), "regions") == [3.0]


@pytest.mark.parametrize(
    ("unit", "reason"), [("furlong", "unit furlong"), ("bug", "ZeroDivisionError")]
)
def test_regions_that_cannot_be_used_become_a_warning(unit: str, reason: str) -> None:
    rig = Rig(workflows=[PROBE])
    job_id = rig.start("left", PROBE)
    rig.worker.step()
    ask(rig, job_id, "rectangle", Rectangle((0, 1), (0, 1), unit, unit))
    rig.run(11)
    seen = rig.seen()
    assert values(seen, "new") == [20.0]
    status = job_statuses(seen)[-1]
    assert status.state is JobState.WARNING
    assert reason in (status.warning or "")
    ask(rig, job_id, "rectangle", BOX)
    rig.run(30)
    assert job_statuses(rig.seen())[-1].state is JobState.ACTIVE


def test_requests_that_are_none_harm_nobody() -> None:
    rig = Rig(workflows=[PROBE])
    job_id = rig.start("left", PROBE)
    rig.worker.step()
    shape = regions_to_wire("polygon", {4: Polygon((0, 1, 1), (0, 0, 1))})
    names = ("", "left", "left/x/roi_rectangle", f"{job_id}/roi_circle")
    for name in (*names, f"{job_id}/roi_rectangle"):
        rig.send(Message(rig.topics.roi, name, 0, shape))
    rig.publish(rig.topics.roi, b"nothing of the kind")
    rig.run(11)
    seen = rig.seen()
    assert values(seen, "new") == [20.0]
    assert "'bounds' was expected" in (job_statuses(seen)[-1].warning or "")


def test_what_is_kept_of_early_regions_is_bounded() -> None:
    rig = Rig(workflows=[PROBE])
    first, last = uuid.uuid4(), uuid.uuid4()
    for number in (first, *(uuid.uuid4() for _ in range(200)), last):
        ask(rig, JobId("left", number), "rectangle", BOX)
    rig.worker.step()
    rig.start("left", PROBE, first)
    second = rig.start("left", PROBE, last)
    rig.run(11)
    found = {
        key.job_id: float(message.payload.get("signal").values)
        for key, message in results(rig.seen())
        if key.output_name == "regions"
    }
    assert found == {JobId("left", first): 0.0, second: 1.0}
