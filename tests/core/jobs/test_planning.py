import uuid
from collections.abc import Sequence
from itertools import count

from livedata_core.contract import JobAction, JobId
from livedata_core.jobs import ObservedJob
from livedata_core.jobs.planning import jobs_to_stop, plan_commit
from livedata_core.jobs.staging import JobSettings
from tests.support.job_parts import SPECS, VIEW
from tests.support.job_statuses import TOTAL, job, status

SECOND = 1_000_000_000
NOW = 1000 * SECOND


Heard = dict[JobId, ObservedJob]


def heard(
    n: int, state: str = "active", source: str = "panel", ago_s: int = 1
) -> Heard:
    seen = ObservedJob(status(n, state, source=source), NOW - ago_s * SECOND, 0)
    return {job(n, source): seen}


def to_stop(
    observed: Heard, expected: Sequence[JobId] = (), asked: Sequence[JobId] = ()
) -> tuple[JobId, ...]:
    return jobs_to_stop(TOTAL, "panel", observed, expected, asked.__contains__, NOW)


def test_one_number_and_message_id_for_all_sources_and_another_for_stops() -> None:
    ids = count(1)
    plan = plan_commit(
        SPECS[VIEW],
        {
            "bank_a": JobSettings({"n": 1}),
            "bank_b": JobSettings({"n": 2}, {"monitor": "m2"}),
        },
        [job(9, "bank_a"), job(8, "bank_b")],
        lambda: uuid.UUID(int=next(ids)),
    )
    assert [start.job_id for start in plan.starts] == [
        JobId("bank_a", plan.job_number),
        JobId("bank_b", plan.job_number),
    ]
    assert [start.params for start in plan.starts] == [{"n": 1}, {"n": 2}]
    assert {start.message_id for start in plan.starts} == {plan.message_id}
    assert {start.identifier for start in plan.starts} == {VIEW}
    assert plan.starts[0].aux_source_names == {"monitor": "m1"}
    assert plan.starts[1].aux_source_names == {"monitor": "m2"}
    stops = plan.stops.commands
    assert [stop.job_id for stop in stops] == [job(9, "bank_a"), job(8, "bank_b")]
    assert {stop.message_id for stop in stops} == {plan.stops.message_id}
    assert {stop.action for stop in stops} == {JobAction.STOP}
    assert plan.stops.message_id != plan.message_id


def test_every_job_of_the_place_that_is_heard_is_stopped() -> None:
    observed = {
        **heard(1),
        **heard(2, "error"),
        **heard(3, "stopped"),
        **heard(4, source="other"),
    }
    assert to_stop(observed) == (job(1), job(2))


def test_jobs_of_other_workflows_run_on() -> None:
    found = jobs_to_stop(VIEW, "panel", heard(1), (), lambda _: False, NOW)
    assert found == ()


def test_a_job_that_was_started_but_not_heard_yet_is_stopped_once() -> None:
    assert to_stop({}, expected=[job(1), job(1)]) == (job(1),)
    assert to_stop({}, expected=[job(1)], asked=[job(1)]) == ()


def test_a_silent_job_is_stopped_once_and_a_speaking_one_again() -> None:
    silent = heard(1, ago_s=60)
    assert to_stop(silent) == (job(1),)
    assert to_stop(silent, asked=[job(1)]) == ()
    assert to_stop(heard(1), asked=[job(1)]) == (job(1),)
