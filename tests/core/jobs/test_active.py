import pytest

from livedata_core.jobs import ActiveJobRegistry
from tests.support.clock import FakeClock
from tests.support.job_statuses import TOTAL, job, number, result, status


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def active(clock: FakeClock) -> ActiveJobRegistry:
    return ActiveJobRegistry(clock)


def test_results_of_the_accepted_generation_alone_count(
    active: ActiveJobRegistry,
) -> None:
    assert not active.is_accepted(result(1))
    active.accept(TOTAL, "panel", number(1))
    assert active.is_accepted(result(1))
    assert not active.is_accepted(result(1, "other"))
    active.accept(TOTAL, "panel", number(2))
    assert not active.is_accepted(result(1))
    assert active.generation(TOTAL, "panel") == number(2)


def test_a_job_heard_where_nothing_is_accepted_is_adopted(
    active: ActiveJobRegistry,
) -> None:
    assert active.adopt(status(1))
    assert active.is_accepted(result(1))
    assert active.snapshot()[(TOTAL, "panel")].adopted


def test_a_stopped_job_is_not_adopted(active: ActiveJobRegistry) -> None:
    assert not active.adopt(status(1, "stopped"))
    assert active.generation(TOTAL, "panel") is None


def test_late_heartbeats_of_a_superseded_job_do_not_bring_it_back(
    active: ActiveJobRegistry, clock: FakeClock
) -> None:
    active.adopt(status(1))
    active.accept(TOTAL, "panel", number(2))
    for _ in range(60):
        clock.advance(2)
        assert not active.adopt(status(1, start_time=clock()))
    assert active.generation(TOTAL, "panel") == number(2)


def test_a_stopped_job_keeps_its_data_until_another_one_runs(
    active: ActiveJobRegistry,
) -> None:
    active.accept(TOTAL, "panel", number(1))
    active.dismiss(TOTAL, [job(1)])
    assert active.is_accepted(result(1))
    assert active.adopt(status(2))
    assert not active.is_accepted(result(1))
    assert not active.adopt(status(1))


def test_somebody_elses_newer_start_is_adopted_when_first_heard(
    active: ActiveJobRegistry,
) -> None:
    active.adopt(status(1, start_time=100))
    active.adopt(status(1, start_time=100))
    assert active.adopt(status(2, "scheduled"))
    active.adopt(status(2, start_time=200))
    assert not active.adopt(status(3, start_time=150))
    assert active.generation(TOTAL, "panel") == number(2)


def test_without_start_times_the_one_first_heard_much_later_is_newer(
    active: ActiveJobRegistry, clock: FakeClock
) -> None:
    active.adopt(status(1))
    clock.advance(2)
    active.adopt(status(1))
    assert not active.adopt(status(2))
    for _ in range(5):
        clock.advance(2)
        active.adopt(status(1))
    assert not active.adopt(status(2))
    assert active.adopt(status(3))


def test_a_late_heard_job_that_started_earlier_is_not_newer(
    active: ActiveJobRegistry, clock: FakeClock
) -> None:
    active.adopt(status(1, start_time=200))
    for _ in range(6):
        clock.advance(2)
        active.adopt(status(1, start_time=200))
    assert not active.adopt(status(2, start_time=100))


def test_a_reset_of_an_older_job_does_not_make_it_the_newest(
    active: ActiveJobRegistry,
) -> None:
    active.adopt(status(1, start_time=100))
    active.adopt(status(2, start_time=200))
    active.adopt(status(1, start_time=300))
    assert active.generation(TOTAL, "panel") == number(2)


def test_a_running_job_takes_over_from_one_that_ended_or_fell_silent(
    active: ActiveJobRegistry, clock: FakeClock
) -> None:
    active.adopt(status(2, start_time=200))
    assert not active.adopt(status(1, start_time=100))
    clock.advance(11)
    assert active.adopt(status(1, start_time=100))
    active.adopt(status(1, "stopped", start_time=100))
    assert active.adopt(status(2, start_time=200))


def test_a_commit_waits_for_its_first_heartbeat_before_it_gives_way(
    active: ActiveJobRegistry, clock: FakeClock
) -> None:
    active.accept(TOTAL, "panel", number(1))
    clock.advance(20)
    assert not active.adopt(status(2, start_time=5))
    clock.advance(20)
    assert active.adopt(status(2, start_time=5))


def test_retired_places_accept_nothing_until_the_next_generation(
    active: ActiveJobRegistry,
) -> None:
    active.accept(TOTAL, "panel", number(1))
    active.retire(TOTAL, "panel")
    active.retire(TOTAL, "panel")
    assert not active.is_accepted(result(1))
    assert not active.adopt(status(1))
    assert active.adopt(status(2))


def test_version_rises_with_changes_alone(active: ActiveJobRegistry) -> None:
    active.accept(TOTAL, "panel", number(1))
    version = active.version
    active.adopt(status(1))
    assert active.version == version
    active.accept(TOTAL, "panel", number(2))
    assert active.version > version


def test_each_source_has_its_own_generation(active: ActiveJobRegistry) -> None:
    active.accept(TOTAL, "a", number(1))
    active.accept(TOTAL, "b", number(2))
    assert active.is_accepted(result(1, "a"))
    assert active.is_accepted(result(2, "b"))
    assert not active.is_accepted(result(1, "b"))


def test_jobs_and_sources_that_are_made_up_do_not_grow_memory(
    clock: FakeClock,
) -> None:
    active = ActiveJobRegistry(clock, limit=10)
    for n in range(50):
        active.adopt(status(n))
        active.adopt(status(n, source=f"made up {n}"))
    assert len(active._known) == 10
    assert len(active.snapshot()) == 10
