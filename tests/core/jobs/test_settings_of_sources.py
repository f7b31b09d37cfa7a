"""Each source has parameters and auxiliary sources of its own, also after a restart."""

from __future__ import annotations

from typing import Any

import pytest

from livedata_core.contract import (
    AuxChoice,
    SourceChoice,
    SourceConfigurationAdapter,
    SourceSettings,
    StartCommand,
)
from tests.support.job_parts import VIEW, Edges, JobParts, ViewParams, foreign


@pytest.fixture
def parts() -> JobParts:
    return JobParts()


def settings(bins: int, monitor: str | None = None) -> SourceSettings:
    aux = None if monitor is None else {"monitor": monitor}
    return SourceSettings(ViewParams(edges=Edges(num_bins=bins)), aux)


def form(parts: JobParts) -> SourceConfigurationAdapter:
    adapter = parts.workflows.adapter(VIEW)
    assert isinstance(adapter, SourceConfigurationAdapter)
    return adapter


def started(parts: JobParts) -> dict[str, tuple[int, str]]:
    """Return bins and monitor of each source that was started."""
    commands = [c for c in parts.sink.take() if isinstance(c, StartCommand)]
    return {
        c.job_id.source_name: (
            c.params["edges"]["num_bins"],
            c.aux_source_names["monitor"],
        )
        for c in commands
    }


EACH = {"bank_a": settings(5), "bank_b": settings(7, "m2")}
STARTED = {"bank_a": (5, "m1"), "bank_b": (7, "m2")}


def test_sources_are_started_with_their_own_and_again_after_a_restart(
    parts: JobParts,
) -> None:
    form(parts).apply_each(EACH)
    assert started(parts) == STARTED
    again = JobParts(saved=parts.saved)
    assert form(again).initial_of("bank_b")[1] == {"monitor": "m2"}
    again.workflows.start_again(VIEW)
    assert started(again) == STARTED
    # Somebody who says nothing of monitors leaves them as they are.
    again.workflows.start(VIEW, ViewParams(edges=Edges(num_bins=9)))
    assert started(again) == {"bank_a": (9, "m1"), "bank_b": (9, "m2")}


def test_what_is_staged_is_each_source_s_own_and_outlives_a_restart(
    parts: JobParts,
) -> None:
    parts.workflows.stage_each(VIEW, EACH)
    again = JobParts(saved=parts.saved)
    view = again.workflows.workflow(VIEW)
    assert view is not None
    assert [s.staged_aux_sources for s in view.sources] == [{}, {"monitor": "m2"}]
    again.workflows.commit(VIEW)
    assert started(again) == STARTED


def test_auxiliary_sources_to_choose_are_those_of_the_same_kind(
    parts: JobParts,
) -> None:
    choices = (
        SourceChoice("m1", "First monitor", selected=True),
        SourceChoice("m2", "Second monitor"),
    )
    assert form(parts).aux_choices() == (AuxChoice("monitor", "m1", choices),)


@pytest.mark.parametrize(
    ("aux", "reason"),
    [({"monitor": "bank_a"}, "choose one of m1, m2"), ({"moon": "m1"}, "has monitor")],
)
def test_auxiliary_source_that_does_not_fit_is_refused(
    parts: JobParts, aux: dict[str, str], reason: str
) -> None:
    bad = {"bank_a": settings(5), "bank_b": SourceSettings(ViewParams(), aux)}
    with pytest.raises(ValueError, match=reason):
        parts.workflows.stage_each(VIEW, bad)
    assert parts.jobs.staged(VIEW) == {}


def test_form_begins_with_what_others_run(parts: JobParts) -> None:
    params: dict[str, Any] = ViewParams(edges=Edges(num_bins=3)).model_dump()
    parts.beat(foreign(1, "bank_b"), params=params, aux_source_names={"monitor": "m2"})
    assert form(parts).initial_of("bank_b") == (params, {"monitor": "m2"})
