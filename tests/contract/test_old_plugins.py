"""Plugins written for earlier versions of the contract work with this one, unchanged.

Each version of the contract leaves a sample in ``samples``; none is ever changed.
"""

from __future__ import annotations

import hashlib
import importlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from livedata_authoring.check import check_plugin
from livedata_authoring.check.findings import Level
from livedata_core.contract import (
    JobId,
    JobInfo,
    JobState,
    ServicesInfo,
    SessionInfo,
    WorkflowId,
)
from livedata_core.plugins import Found, PluginManager, discover, is_first_party
from livedata_core.plugins.kinds import HOOKS

SAMPLES = Path(__file__).with_name("samples")
FROZEN = {
    "plugin_0_1": "83aaecced854ae0d3d8fae6fd0b01628ccc9552f05178c7b24cfe8e7542ec3a8",
}
"""Hash of each sample as it was when its version was released."""


@pytest.fixture(params=FROZEN)
def sample(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(f"tests.contract.samples.{request.param}")


@pytest.fixture
def manager(sample: ModuleType) -> Iterator[PluginManager]:
    own = [item for item in discover() if is_first_party(item.origin.distribution)]
    manager = PluginManager([*own, Found.of(sample, "old")])
    yield manager
    manager.close()


def test_samples_are_frozen() -> None:
    found = {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in SAMPLES.glob("plugin_*.py")
    }
    assert found == FROZEN


def test_all_that_it_registers_is_used(manager: PluginManager) -> None:
    manager.open_all_instruments()
    manager.registry.session_widgets(SessionInfo("s1", "old01"))
    report = next(report for report in manager.reports if report.name == "old")
    assert report.problems == ()
    kinds = {hook.kind for hook in HOOKS.values() if hook.record is not None}
    assert report.records.keys() == kinds


def test_it_works_as_it_did(manager: PluginManager) -> None:
    """Its workflow gives what it declares, its plotter draws, its form is made."""
    report = next(report for report in manager.reports if report.name == "old")
    found = check_plugin(manager, report)
    # It is given as a module: a distribution and its documents are not there, nor is
    # a simulator that sends what it decodes.
    known = ("contract-version", "docs", "decoder-round-trip")
    assert [f for f in found if f.rule not in known] == []
    assert not [f for f in found if f.level is Level.ERROR and f.rule == known[-1]]


def test_it_is_told_what_it_observes(
    manager: PluginManager, sample: ModuleType
) -> None:
    sample.SEEN.clear()
    session = SessionInfo("s1", "old01")
    services = ServicesInfo("old01", "null", "9")
    job = JobInfo(
        WorkflowId("old01", "spectrum", 1),
        JobId("panel", uuid.UUID(int=1)),
        JobState.ACTIVE,
    )
    observe = manager.registry.observe
    observe("livedata_services_started", services=services)
    observe("livedata_session_started", session=session)
    observe("livedata_job_changed", job=job)
    observe("livedata_session_closed", session=session)
    observe("livedata_services_stopped", services=services)
    assert manager.close()
    assert sample.SEEN == [
        "up old01 null",
        "started s1 old01 anonymous",
        "job old01/spectrum/1 panel active",
        "closed s1",
        "down old01",
    ]
