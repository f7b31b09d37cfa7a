"""What a job counts and from when: schedules, logs it waits for, and runs."""

from __future__ import annotations

from livedata_core.contract import JobAction, JobState, ResultKey, Schedule
from tests.plugins.worker.probe import PROBE, probe
from tests.plugins.worker.rig import (
    LOGS,
    PERIOD_NS,
    Rig,
    job_statuses,
    results,
    values,
)

SECOND = 10**9


def covered(rig: Rig, messages: list, output: str) -> list[tuple[int, int]]:
    """Return what each update of an output covers, in periods since the start."""
    begin = 1_800_000_000 * SECOND
    return [
        tuple(
            round((int(message.payload.get(name).values) - begin) / PERIOD_NS)
            for name in ("start_time", "time")
        )
        for key, message in results(messages)
        if key.output_name == output
    ]


def test_a_schedule_cuts_at_its_pulses_not_at_windows() -> None:
    rig = Rig(workflows=[PROBE])
    begin = rig.clock()
    schedule = Schedule(
        start_time=begin + 13 * PERIOD_NS, end_time=begin + 37 * PERIOD_NS
    )
    job_id = rig.start("left", PROBE, schedule=schedule)
    rig.run(11, pixels=[1])
    (status,) = [s for s in job_statuses(rig.seen()) if s.job_id == job_id][-1:]
    assert (status.state, status.schedule) == (JobState.SCHEDULED, schedule)
    rig.run(40, pixels=[1])
    seen = rig.seen()
    assert values(seen, "new") == [7.0, 10.0, 7.0]
    assert covered(rig, seen, "new") == [(13, 20), (20, 30), (30, 37)]
    assert covered(rig, seen, "total") == [(13, 20), (13, 30), (13, 37)]
    last = job_statuses(seen)[-1]
    assert (last.state, last.ended) == (JobState.STOPPED, "schedule")


def test_a_schedule_that_is_over_ends_the_job_without_results() -> None:
    rig = Rig(workflows=[PROBE])
    rig.start("left", PROBE, schedule=Schedule(end_time=rig.clock() - 1))
    rig.run(11)
    seen = rig.seen()
    assert results(seen) == []
    assert job_statuses(seen)[-1].ended == "schedule"


def test_a_job_waits_for_the_logs_it_needs_and_names_them() -> None:
    spec = probe(context=("motor",))
    rig = Rig(workflows=[spec])
    rig.start("left", spec)
    rig.run(11)
    seen = rig.seen()
    assert results(seen) == []
    status = job_statuses(seen)[-1]
    assert status.state is JobState.PENDING_CONTEXT
    assert "motor" in (status.warning or "")
    rig.read(4.0)
    rig.read(5.0)
    rig.run(10)
    rig.read(6.0)
    rig.run(10)
    rig.run(10)
    seen = rig.seen()
    assert values(seen, "new") == [20.0] * 3
    assert values(seen, "readings") == [[5.0], [6.0], [-1.0]]
    assert job_statuses(seen)[-1].state is JobState.ACTIVE


def test_a_log_that_was_read_before_the_start_is_enough() -> None:
    spec = probe(context=("motor",))
    rig = Rig(workflows=[spec])
    for value in (1.0, 2.0):
        rig.read(value)
        rig.run(11)
    rig.start("left", spec)
    rig.run(20)
    assert values(rig.seen(), "readings")[0] == [2.0]


def test_readings_without_events_are_kept_for_the_next_events() -> None:
    spec = probe(context=("motor",))
    rig = Rig(workflows=[spec])
    rig.start("left", spec)
    rig.read(1.0)
    rig.run(11)
    for value in (2.0, 3.0):
        rig.clock.advance(5)
        rig.read(value)
        rig.worker.step()
    rig.clock.advance(5)
    rig.run(12)
    assert values(rig.seen(), "readings")[-1] == [2.0, 3.0]


def test_a_run_start_begins_anew_at_its_pulse() -> None:
    rig = Rig(workflows=[PROBE])
    begin = rig.clock()
    rig.start("left", PROBE)
    rig.run(12, pixels=[1])
    rig.begin_run("r1", begin + 14 * PERIOD_NS)
    rig.run(20, pixels=[1])
    seen = rig.seen()
    assert values(seen, "total") == [10.0, 6.0, 16.0]
    assert covered(rig, seen, "total") == [(0, 10), (14, 20), (14, 30)]


def test_a_run_start_that_is_told_again_is_not_a_new_one() -> None:
    rig = Rig(workflows=[PROBE])
    start = rig.clock() + 10 * PERIOD_NS
    rig.start("left", PROBE)
    rig.run(11, pixels=[1])
    for _ in range(2):
        rig.begin_run("r1", start)
        rig.run(10, pixels=[1])
    rig.begin_run("the same by another writer", start)
    rig.run(10, pixels=[1])
    assert values(rig.seen(), "total") == [10.0, 10.0, 20.0, 30.0]


def test_a_late_run_start_counts_from_the_next_window_and_says_so() -> None:
    rig = Rig(workflows=[PROBE])
    begin = rig.clock()
    rig.start("left", PROBE)
    rig.run(21, pixels=[1])
    rig.begin_run("r1", begin + 5 * PERIOD_NS)
    rig.run(10, pixels=[1])
    seen = rig.seen()
    assert values(seen, "total") == [10.0, 20.0, 10.0]
    assert covered(rig, seen, "total")[-1] == (20, 30)


def test_a_job_that_starts_within_a_run_goes_on() -> None:
    rig = Rig(workflows=[PROBE])
    rig.begin_run("r1", rig.clock() - 100 * PERIOD_NS)
    rig.start("left", PROBE)
    rig.run(21, pixels=[1])
    assert values(rig.seen(), "total") == [10.0, 20.0]


def test_a_run_start_by_another_clock_counts_at_once() -> None:
    rig = Rig(workflows=[PROBE])
    rig.start("left", PROBE)
    rig.run(11, pixels=[1])
    rig.begin_run("r1", rig.clock() + 3600 * SECOND)
    rig.run(20, pixels=[1])
    assert values(rig.seen(), "total") == [10.0, 10.0, 20.0]


def test_a_workflow_may_accumulate_across_runs() -> None:
    spec = probe(on_run_start="accumulate")
    rig = Rig(workflows=[spec, LOGS])
    rig.start("left", spec)
    rig.run(11, pixels=[1])
    rig.begin_run("r1", rig.clock())
    rig.run(10, pixels=[1])
    assert values(rig.seen(), "total") == [10.0, 20.0]


def test_the_control_system_gets_the_newest_generation_of_a_device() -> None:
    rig = Rig(workflows=[PROBE])
    begin = rig.clock()
    rig.start("left", PROBE)
    rig.run(11, pixels=[1])
    second = rig.start("left", PROBE)
    rig.run(10, pixels=[1, 1])
    rig.act(JobAction.STOP, second)
    rig.run(10, pixels=[1])
    seen = rig.seen()
    devices = [m for m in seen if m.topic == rig.topics.nicos_data]
    assert {m.source_name for m in devices} == {"left_new"}
    assert [float(m.payload.get("signal").values) for m in devices] == [10, 19, 11]
    for number, message in enumerate(devices):
        payload = message.payload
        names = [variable.name for variable in payload.variables]
        assert names == ["signal", "start_time", "time", "end_time"]
        end = int(payload.get("end_time").values)
        assert end == int(payload.get("time").values) == begin + (number + 1) * SECOND
    keys = [key for key, _ in results(seen) if key.output_name == "new"]
    assert {type(key) for key in keys} == {ResultKey}
    assert len(keys) == 4, "both generations are on the data topic"
