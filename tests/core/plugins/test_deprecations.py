"""Plugins that use what is deprecated work on, and are told by name."""

from __future__ import annotations

import pytest

from livedata_core.contract import Instrument
from livedata_core.plugins import (
    PluginState,
    ProblemKind,
    deprecations,
    load_plugins,
)
from tests.support.plugins import Site, report_of

OLD = """
    from livedata_core.contract import *

    @hookimpl
    def livedata_instruments():
        yield Instrument(name="old", title="Old", description="Of old.")

    @hookimpl
    def livedata_workflows(instrument):
        if instrument.name == "old":
            yield WorkflowSpec(name="flow", id=WorkflowId("old", "flow", 1),
                               title="Flow", sources=(), outputs=(), factory="a:b",
                               service="data_reduction")

    @hookimpl
    def livedata_job_changed(job): ...
"""


@pytest.fixture(autouse=True)
def deprecated(monkeypatch: pytest.MonkeyPatch) -> None:
    soon = deprecations.Deprecation("0.1", "0.3", "write `purpose` instead")
    for name in ("Instrument.description", "WorkflowSpec.service"):
        monkeypatch.setitem(deprecations.FIELDS, name, soon)
    for name in ("livedata_job_changed", "livedata_workflows.instrument"):
        monkeypatch.setitem(deprecations.HOOKS, name, soon)


def test_what_is_deprecated_is_told_with_the_plugins_name_and_works(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.install("old_words", OLD, version="3.2")
    manager = load_plugins()
    instrument = manager.registry.instruments["old"]
    assert isinstance(instrument, Instrument)
    assert len(manager.registry.workflows(instrument)) == 1
    report = report_of(manager, "old_words")
    assert report.state is PluginState.LOADED
    assert {problem.kind for problem in report.problems} == {ProblemKind.DEPRECATED}
    said = sorted(problem.message for problem in report.problems)
    for message, name in zip(
        said,
        (
            "Instrument.description",
            "WorkflowSpec.service",
            "livedata_job_changed",
            "livedata_workflows.instrument",
        ),
        strict=True,
    ):
        assert message == (
            f"plugin 'old_words' (old_words 3.2) uses {name}, which is deprecated "
            "since livedata-core 0.1 and gone in 0.3; write `purpose` instead"
        )
    logged = [r.message for r in caplog.records if "old_words" in r.message]
    assert sorted(logged) == said


def test_who_does_not_use_it_is_not_told(site: Site) -> None:
    manager = load_plugins()
    assert report_of(manager, "good").problems == ()
