import pytest

from livedata_core.contract import (
    JobAction,
    JobCommand,
    JobId,
    StartCommand,
    WorkflowId,
)
from livedata_core.jobs import CommandError, Wanted
from livedata_core.sessions import Level
from tests.support.job_parts import TOTAL, VIEW, JobParts, foreign

DEFAULTS = {"edges": {"start": 0.0, "stop": 71.0, "num_bins": 100}}


@pytest.fixture
def parts() -> JobParts:
    return JobParts()


def test_a_commit_starts_one_job_on_each_source(parts: JobParts) -> None:
    number = parts.jobs.commit(VIEW)
    starts = parts.sink.take()
    assert [type(command) for command in starts] == [StartCommand, StartCommand]
    assert [start.job_id for start in starts] == [
        JobId("bank_a", number),
        JobId("bank_b", number),
    ]
    assert starts[0].params == DEFAULTS
    assert starts[0].message_id == starts[1].message_id
    assert parts.sink.topics == {"toy_livedata_commands"}
    assert parts.active.generation(VIEW, "bank_b") == number
    (waiting,) = parts.pending.snapshot().values()
    assert waiting.label == "Start Detector view on Rear bank, Front bank"
    assert waiting.waiting() == ("bank_a", "bank_b")


def test_staged_parameters_are_used_once_and_remembered(parts: JobParts) -> None:
    parts.jobs.stage(VIEW, "bank_b", {"edges": {"num_bins": 5}})
    assert set(parts.jobs.staged(VIEW)) == {"bank_b"}
    parts.jobs.commit(VIEW)
    (start,) = parts.sink.take()
    assert start.job_id.source_name == "bank_b"
    assert start.params["edges"]["num_bins"] == 5
    assert parts.jobs.staged(VIEW) == {}
    assert parts.saved.params(VIEW)["bank_b"]["edges"]["num_bins"] == 5
    parts.jobs.commit(VIEW)
    used = {c.job_id.source_name: c.params["edges"]["num_bins"] for c in starts(parts)}
    assert used == {"bank_a": 100, "bank_b": 5}


def starts(parts: JobParts) -> list[StartCommand]:
    return [c for c in parts.sink.take() if isinstance(c, StartCommand)]


def stops(parts: JobParts) -> list[JobId]:
    taken = [c for c in parts.sink.take() if isinstance(c, JobCommand)]
    assert {c.action for c in taken} <= {JobAction.STOP}
    return [c.job_id for c in taken if c.job_id is not None]


def test_stored_parameters_that_no_longer_fit_give_way_to_defaults(
    parts: JobParts,
) -> None:
    parts.saved.remember(VIEW, {"bank_a": {"no_longer": 1}})
    parts.jobs.commit(VIEW, ["bank_a"])
    assert starts(parts)[0].params == DEFAULTS
    (note,) = parts.notes.since(0)
    assert note.level is Level.WARNING
    assert "no_longer" in note.text


@pytest.mark.parametrize(
    ("workflow", "source", "params", "reason"),
    [
        (WorkflowId("toy", "absent", 1), "bank_a", {}, "no workflow toy/absent/1"),
        (VIEW, "moon", {}, "does not run on moon"),
        (VIEW, "bank_a", {"edges": {"num_bins": 0}}, "edges.num_bins"),
        (TOTAL, "bank_a", {"bins": 1}, "has no parameters"),
    ],
)
def test_what_is_not_valid_is_neither_staged_nor_sent(
    parts: JobParts,
    workflow: WorkflowId,
    source: str,
    params: dict[str, object],
    reason: str,
) -> None:
    with pytest.raises(ValueError, match=reason):
        parts.jobs.stage(workflow, source, params)
    assert parts.jobs.staged(workflow) == {}
    assert parts.sink.sent == []


def test_a_commit_stops_what_it_supersedes_first(parts: JobParts) -> None:
    first = parts.jobs.commit(VIEW, ["bank_a"])
    parts.beat(JobId("bank_a", first))
    parts.sink.take()
    parts.jobs.commit(VIEW, ["bank_a"])
    stop, start = parts.sink.take()
    assert stop.job_id == JobId("bank_a", first)
    assert isinstance(start, StartCommand)
    assert stop.message_id != start.message_id


def test_a_commit_supersedes_jobs_whoever_started_them(parts: JobParts) -> None:
    parts.beat(foreign(1))
    parts.beat(foreign(2), start_time=5)
    parts.beat(foreign(3, "bank_b"))
    parts.beat(foreign(4), workflow_id=TOTAL)
    parts.jobs.commit(VIEW, ["bank_a"])
    assert set(stops(parts)) == {foreign(1), foreign(2)}


def test_a_commit_right_after_another_supersedes_it(parts: JobParts) -> None:
    parts.held = []
    first = parts.jobs.commit(VIEW, ["bank_a"])
    parts.sink.take()
    second = parts.jobs.commit(VIEW, ["bank_a"])
    assert stops(parts) == [JobId("bank_a", first)]
    assert [c.label for c in parts.pending.snapshot().values()] == [
        "Start Detector view on Rear bank"
    ] * 2
    parts.release()
    assert parts.active.generation(VIEW, "bank_a") == second


def test_a_refused_start_needs_no_stop(parts: JobParts) -> None:
    parts.jobs.commit(VIEW, ["bank_a"])
    parts.acknowledge(starts(parts)[0], error="no geometry")
    parts.jobs.commit(VIEW, ["bank_a"])
    assert stops(parts) == []


def test_answers_are_awaited_of_speaking_jobs_alone(parts: JobParts) -> None:
    parts.beat(foreign(1))
    parts.clock.advance(30)
    parts.beat(foreign(2), start_time=1)
    parts.jobs.commit(VIEW, ["bank_a"])
    stop, start = parts.pending.snapshot().values()
    assert stop.label == "Stop the earlier Detector view on Rear bank"
    assert stop.waiting() == (str(foreign(2)),)
    assert start.waiting() == ("bank_a",)


def test_generations_are_accepted_on_the_ingest_thread(parts: JobParts) -> None:
    parts.held = []
    number = parts.jobs.commit(VIEW, ["bank_a"])
    assert parts.active.generation(VIEW, "bank_a") is None
    parts.release()
    assert parts.active.generation(VIEW, "bank_a") == number


def test_a_stop_goes_to_every_job_and_keeps_the_last_data(parts: JobParts) -> None:
    number = parts.jobs.commit(VIEW)
    parts.beat(JobId("bank_a", number))
    parts.beat(foreign(7, "bank_b"))
    parts.sink.take()
    parts.jobs.stop(VIEW)
    assert set(stops(parts)) == {
        JobId("bank_a", number),
        JobId("bank_b", number),
        foreign(7, "bank_b"),
    }
    assert parts.active.generation(VIEW, "bank_a") == number
    desired = parts.jobs.snapshot()
    assert {job.wanted for job in desired.values()} == {Wanted.STOPPED}
    assert desired[(VIEW, "bank_b")].job_id == JobId("bank_b", number)
    assert desired[(VIEW, "bank_a")].params == DEFAULTS


def test_a_stop_may_name_sources(parts: JobParts) -> None:
    number = parts.jobs.commit(VIEW)
    parts.sink.take()
    parts.jobs.stop(VIEW, ["bank_b"])
    assert stops(parts) == [JobId("bank_b", number)]


def test_a_stop_reaches_jobs_of_workflows_that_are_not_installed(
    parts: JobParts,
) -> None:
    absent = WorkflowId("toy", "absent", 1)
    parts.beat(foreign(1), workflow_id=absent)
    parts.jobs.stop(absent)
    assert stops(parts) == [foreign(1)]


def test_a_stop_where_nothing_runs_sends_nothing(parts: JobParts) -> None:
    parts.jobs.stop(VIEW)
    assert parts.sink.sent == []
    assert parts.pending.snapshot() == {}


def test_a_start_that_cannot_be_sent_says_so_and_changes_nothing(
    parts: JobParts,
) -> None:
    parts.jobs.stage(VIEW, "bank_a", {})
    parts.sink.room = 0
    with pytest.raises(CommandError, match="queue is full") as caught:
        parts.jobs.commit(VIEW)
    assert "toy_livedata_commands" in str(caught.value)
    assert parts.active.generation(VIEW, "bank_a") is None
    assert parts.jobs.snapshot() == {}
    assert set(parts.jobs.staged(VIEW)) == {"bank_a"}


def test_starts_that_were_sent_before_a_failure_are_kept_track_of(
    parts: JobParts,
) -> None:
    parts.sink.room = 1
    with pytest.raises(CommandError):
        parts.jobs.commit(VIEW)
    assert parts.active.generation(VIEW, "bank_a") is not None
    assert parts.active.generation(VIEW, "bank_b") is None
    assert set(parts.jobs.snapshot()) == {(VIEW, "bank_a")}


def test_a_stop_that_cannot_be_sent_starts_nothing(parts: JobParts) -> None:
    parts.beat(foreign(1))
    parts.sink.room = 0
    with pytest.raises(CommandError, match="stop bank_a/"):
        parts.jobs.commit(VIEW, ["bank_a"])
    assert parts.active.generation(VIEW, "bank_a") == foreign(1).job_number


def test_version_rises_with_starts_and_stops(parts: JobParts) -> None:
    versions = [parts.jobs.version]
    parts.jobs.stage(VIEW, "bank_a", {})
    parts.jobs.commit(VIEW)
    versions.append(parts.jobs.version)
    parts.jobs.stop(VIEW)
    versions.append(parts.jobs.version)
    assert versions == sorted(set(versions))
