from typing import Any

import pytest

from livedata_core.config import EmptyParams
from livedata_core.contract import AdapterSpec, ConfigurationAdapter, JobId
from livedata_core.jobs import SourceState
from tests.support.job_parts import (
    SPECS,
    TOTAL,
    VIEW,
    Edges,
    JobParts,
    ViewParams,
    foreign,
)


@pytest.fixture
def parts() -> JobParts:
    return JobParts()


def test_workflows_are_shown_with_the_titles_of_people(parts: JobParts) -> None:
    view, total = parts.workflows.workflows()
    assert view.spec is SPECS[VIEW]
    assert [source.title for source in view.sources] == ["Rear bank", "Front bank"]
    assert {source.state for source in view.sources} == {SourceState.NOT_RUNNING}
    assert [source.name for source in total.sources] == ["bank_a"]
    assert not view.runs


def test_the_life_of_a_job_from_start_to_stop(parts: JobParts) -> None:
    parts.workflows.start(VIEW, ViewParams(edges=Edges(num_bins=5)), ["bank_a"])
    (start,) = parts.sink.take()
    assert parts.state() == "starting"
    assert parts.state("bank_b") == "not_running"
    parts.acknowledge(start)
    parts.clock.advance(2)
    parts.beat(start.job_id, state="scheduled")
    assert parts.state() == "scheduled"
    parts.clock.advance(2)
    parts.beat(start.job_id)
    assert parts.state() == "active"
    parts.workflows.stop(VIEW)
    (stop,) = parts.sink.take()
    assert parts.state() == "stopping"
    parts.acknowledge(stop)
    parts.clock.advance(2)
    assert parts.state() == "stopping"
    parts.clock.advance(10)
    assert parts.state() == "stopped"
    assert parts.active.generation(VIEW, "bank_a") == start.job_id.job_number
    assert parts.pending.expire() == ()
    assert parts.notes.since(0) == ()


def test_a_refused_start_shows_why(parts: JobParts) -> None:
    parts.workflows.start(TOTAL, {})
    parts.acknowledge(parts.sink.take()[0], error="no geometry")
    (source,) = parts.workflows.workflows()[1].sources
    assert (source.state, source.message) == (SourceState.ERROR, "no geometry")
    assert not source.runs
    (note,) = parts.notes.since(0)
    assert note.title == "Start Total counts on Rear bank was refused"


def test_a_start_that_nobody_answers_is_unknown(parts: JobParts) -> None:
    parts.workflows.start(TOTAL, {})
    parts.clock.advance(31)
    parts.pending.expire()
    assert parts.state("bank_a", TOTAL) == "unknown"


def test_an_adopted_job_is_shown_with_its_parameters(parts: JobParts) -> None:
    params = ViewParams(edges=Edges(num_bins=9)).model_dump()
    parts.beat(foreign(1), params=params)
    rear, front = parts.workflows.workflows()[0].sources
    assert (rear.state, rear.job_id) == (SourceState.ACTIVE, foreign(1))
    assert rear.params == params
    assert front.job_id is None
    assert parts.workflows.adapter(VIEW).initial() == params


def test_a_job_of_somebody_else_takes_the_place_of_ours(parts: JobParts) -> None:
    parts.workflows.start(VIEW, {}, ["bank_a"])
    ours = parts.sink.take()[0].job_id
    parts.beat(ours, start_time=100)
    parts.clock.advance(2)
    parts.beat(foreign(1), start_time=200, params={"edges": {"num_bins": 3}})
    rear = parts.workflows.workflows()[0].sources[0]
    assert rear.job_id == foreign(1)
    assert rear.params == {"edges": {"num_bins": 3}}


def test_a_job_on_a_source_that_no_record_names_is_shown(parts: JobParts) -> None:
    parts.beat(foreign(1, "elsewhere"))
    extra = parts.workflows.workflows()[0].sources[2]
    assert (extra.name, extra.title) == ("elsewhere", "elsewhere")
    assert extra.state is SourceState.ACTIVE


def test_what_was_committed_is_shown_before_the_ingest_thread_knows(
    parts: JobParts,
) -> None:
    parts.beat(foreign(1))
    parts.clock.advance(1)
    parts.held = []
    parts.workflows.start(VIEW, {}, ["bank_a"])
    rear = parts.workflows.workflows()[0].sources[0]
    assert rear.state is SourceState.STARTING
    assert rear.job_id != foreign(1)


def test_version_rises_when_heartbeats_cease_but_not_with_each(
    parts: JobParts,
) -> None:
    parts.beat(foreign(1))
    version = parts.workflows.version
    for _ in range(5):
        parts.clock.advance(2)
        parts.beat(foreign(1))
        assert parts.workflows.version == version
    parts.clock.advance(11)
    assert parts.workflows.version == version + 1
    assert parts.state() == "silent"
    parts.clock.advance(60)
    assert parts.workflows.version == version + 1
    parts.beat(foreign(1))
    assert parts.workflows.version == version + 2


def test_views_are_shared_until_something_changes(parts: JobParts) -> None:
    views = parts.workflows.workflows()
    parts.clock.advance(5)
    assert parts.workflows.workflows() is views


@pytest.mark.parametrize(
    ("values", "sources", "reason"),
    [
        ({"edges": {"num_bins": 0}}, None, "edges.num_bins"),
        ({}, ["bank_a", "moon"], "does not run on moon"),
        ({}, [], "at least one source"),
    ],
)
def test_a_start_that_is_not_valid_stages_and_sends_nothing(
    parts: JobParts, values: dict[str, Any], sources: list[str] | None, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        parts.workflows.start(VIEW, values, sources)
    assert parts.jobs.staged(VIEW) == {}
    assert parts.sink.sent == []


def test_the_form_begins_with_defaults_on_all_sources(parts: JobParts) -> None:
    form = parts.workflows.adapter(VIEW)
    assert (form.title, form.description) == ("Detector view", "Counts per pixel.")
    assert form.action == "Start"
    assert form.model is ViewParams
    assert form.initial() == {}
    assert [(c.title, c.selected) for c in form.sources] == [
        ("Rear bank", True),
        ("Front bank", True),
    ]
    assert parts.workflows.adapter(TOTAL).model is EmptyParams


def test_the_form_starts_and_then_offers_a_restart_of_what_runs(
    parts: JobParts,
) -> None:
    form = parts.workflows.adapter(VIEW)
    form.apply(ViewParams(edges=Edges(num_bins=5)), ["bank_b"])
    assert parts.sink.take()[0].params["edges"]["num_bins"] == 5
    assert form.action == "Restart"
    assert form.initial()["edges"]["num_bins"] == 5
    assert [c.name for c in form.sources if c.selected] == ["bank_b"]
    parts.workflows.stop(VIEW)
    parts.clock.advance(20)
    assert form.action == "Start"
    assert form.initial()["edges"]["num_bins"] == 5
    assert [c.name for c in form.sources if c.selected] == ["bank_b"]


def test_the_form_leaves_out_stored_values_that_no_longer_fit(
    parts: JobParts,
) -> None:
    parts.saved.remember(VIEW, {"bank_a": {"gone": 1}})
    assert parts.workflows.adapter(VIEW).initial() == {}


class RearForm:
    def __init__(self, base: ConfigurationAdapter) -> None:
        self._base = base

    title = "Rear bank with beam centre"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._base, name)


def broken(base: ConfigurationAdapter) -> ConfigurationAdapter:
    raise RuntimeError("no geometry")


def form_spec(factory: str) -> dict[str, AdapterSpec]:
    target = f"workflow:{VIEW}"
    factory = f"{__name__}:{factory}"
    return {target: AdapterSpec(name="form", target=target, factory=factory)}


def test_a_plugins_form_is_used_for_its_workflow() -> None:
    parts = JobParts(form_spec("RearForm"))
    form = parts.workflows.adapter(VIEW)
    assert form.title == "Rear bank with beam centre"
    form.apply(ViewParams(), ["bank_a"])
    assert parts.sink.take()[0].job_id.source_name == "bank_a"
    assert parts.workflows.adapter(TOTAL).title == "Total counts"


def test_a_plugins_form_that_fails_is_told_once_and_replaced() -> None:
    parts = JobParts(form_spec("broken"))
    assert parts.workflows.adapter(VIEW).title == "Detector view"
    parts.workflows.adapter(VIEW)
    (note,) = parts.notes.since(0)
    assert note.count == 1
    assert "no geometry" in note.text


def test_an_unknown_workflow_has_no_form(parts: JobParts) -> None:
    with pytest.raises(ValueError, match="is its plugin installed"):
        parts.workflows.adapter(foreign_workflow())
    assert parts.workflows.workflow(foreign_workflow()) is None


def foreign_workflow() -> Any:
    return type(VIEW)("toy", "absent", 1)


def test_a_stop_by_somebody_else_shows_as_stopped(parts: JobParts) -> None:
    parts.beat(foreign(1))
    parts.beat(foreign(1), state="stopped")
    assert parts.state() == "stopped"
    assert parts.workflows.adapter(VIEW).action == "Start"


def test_an_error_of_a_running_job_can_be_stopped(parts: JobParts) -> None:
    parts.beat(foreign(1), state="error", error="unit mismatch")
    rear = parts.workflows.workflows()[0].sources[0]
    assert (rear.state, rear.message) == (SourceState.ERROR, "unit mismatch")
    assert rear.runs
    parts.workflows.stop(VIEW, ["bank_a"])
    assert [c.job_id for c in parts.sink.take()] == [
        JobId("bank_a", foreign(1).job_number)
    ]
