"""What is staged is seen by all; every job that is heard can be reset and stopped."""

from __future__ import annotations

import pytest

from livedata_core.contract import JobAction, JobCommand, StartCommand, WorkflowId
from livedata_core.jobs import SourceState
from tests.support.job_parts import VIEW, JobParts, foreign

ELSEWHERE = WorkflowId("toy", "not_installed_here", 3)


@pytest.fixture
def parts() -> JobParts:
    return JobParts()


def staged(parts: JobParts) -> dict[str, object]:
    view = parts.workflows.workflow(VIEW)
    assert view is not None
    return {s.name: s.staged and s.staged["edges"]["num_bins"] for s in view.sources}


def test_staged_parameters_are_seen_until_they_are_started(parts: JobParts) -> None:
    version = parts.workflows.version
    parts.workflows.stage(VIEW, {"edges": {"num_bins": 5}}, ["bank_a"])
    parts.workflows.stage(VIEW, {"edges": {"num_bins": 7}}, ["bank_b"])
    assert parts.workflows.version > version
    assert staged(parts) == {"bank_a": 5, "bank_b": 7}
    parts.workflows.commit(VIEW)
    first, second = (c for c in parts.sink.take() if isinstance(c, StartCommand))
    assert (first.params["edges"]["num_bins"], second.params["edges"]["num_bins"]) == (
        5,
        7,
    )
    assert first.job_id.job_number == second.job_id.job_number
    assert first.message_id == second.message_id
    assert staged(parts) == {"bank_a": None, "bank_b": None}
    with pytest.raises(ValueError, match="another session"):
        parts.workflows.commit(VIEW)


def test_discarded_parameters_start_nothing(parts: JobParts) -> None:
    parts.workflows.stage(VIEW, {"edges": {"num_bins": 5}}, ["bank_a"])
    parts.workflows.discard(VIEW)
    assert staged(parts) == {"bank_a": None, "bank_b": None}
    assert parts.sink.take() == []


def test_the_form_begins_with_what_is_staged(parts: JobParts) -> None:
    parts.workflows.stage(VIEW, {"edges": {"num_bins": 5}}, ["bank_a"])
    assert parts.workflows.adapter(VIEW).initial()["edges"]["num_bins"] == 5


def test_reset_goes_to_what_runs_and_awaits_its_answer(parts: JobParts) -> None:
    with pytest.raises(ValueError, match="nothing to reset"):
        parts.workflows.reset(VIEW)
    parts.beat(foreign(1))
    parts.beat(foreign(2, "bank_b"))
    parts.workflows.reset(VIEW, ["bank_b"])
    (command,) = parts.sink.take()
    assert isinstance(command, JobCommand)
    assert (command.action, command.job_id) == (JobAction.RESET, foreign(2, "bank_b"))
    (waiting,) = parts.pending.snapshot().values()
    assert waiting.label == "Reset Detector view on Front bank"
    parts.acknowledge(command)
    parts.workflows.reset(VIEW)
    assert len(parts.sink.take()) == 2


def test_jobs_of_workflows_unknown_here_are_seen_and_stopped(parts: JobParts) -> None:
    parts.beat(foreign(1))
    parts.beat(foreign(2, "elsewhere"), ELSEWHERE, params={"n": 3})
    jobs = {view.job_id: view for view in parts.workflows.heard()}
    unknown = jobs[foreign(2, "elsewhere")]
    assert (unknown.title, unknown.installed) == (str(ELSEWHERE), False)
    assert unknown.params == {"n": 3}
    assert jobs[foreign(1)].shown
    parts.workflows.stop_job(unknown.workflow_id, unknown.job_id)
    (command,) = parts.sink.take()
    assert (command.action, command.job_id) == (JobAction.STOP, unknown.job_id)
    parts.beat(unknown.job_id, ELSEWHERE, "stopped")
    assert [view.job_id for view in parts.workflows.heard()] == [foreign(1)]


def test_stop_of_a_stray_job_leaves_the_one_that_is_shown_alone(
    parts: JobParts,
) -> None:
    number = parts.jobs.commit(VIEW, ["bank_a"])
    parts.beat(foreign(number.int))
    parts.beat(foreign(7))
    shown = {view.job_id: view.shown for view in parts.workflows.heard()}
    assert shown == {foreign(number.int): True, foreign(7): False}
    parts.sink.take()
    parts.workflows.stop_job(VIEW, foreign(7))
    (command,) = parts.sink.take()
    assert command.job_id == foreign(7)
    assert parts.state() == SourceState.ACTIVE


def test_silent_jobs_are_listed_for_an_hour(parts: JobParts) -> None:
    parts.beat(foreign(1))
    parts.clock.now_ns += 60 * 10**9
    (view,) = parts.workflows.heard()
    assert view.state is SourceState.SILENT
    parts.clock.now_ns += 3600 * 10**9
    assert parts.workflows.heard() == ()


def test_what_is_staged_outlives_a_restart_if_it_still_fits(parts: JobParts) -> None:
    parts.workflows.stage(VIEW, {"edges": {"num_bins": 5}}, ["bank_a"])
    parts.saved.stage(VIEW, {"bank_b": {"no_longer": 1}, "gone": {}})
    again = JobParts(saved=parts.saved)
    assert staged(again) == {"bank_a": 5, "bank_b": None}
    again.workflows.commit(VIEW)
    assert staged(JobParts(saved=parts.saved)) == {"bank_a": None, "bank_b": None}
