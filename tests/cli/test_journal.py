"""The journal: what happened, in the log, told by observing hooks."""

from __future__ import annotations

import logging
import uuid

import pytest

from livedata_core.contract import (
    JobId,
    JobInfo,
    JobState,
    ServicesInfo,
    SessionInfo,
    WorkflowId,
)
from livedata_core.plugins import load_plugins

SERVICES = ServicesInfo("acme", "null", "0.1.0", ("core", "cli"))
SESSION = SessionInfo("s1", "acme", user="ada")
NUMBER = uuid.UUID(int=7)
JOB = JobInfo(
    WorkflowId("acme", "total", 1), JobId("panel", NUMBER), JobState.ERROR, "no beam"
)


def test_what_happens_is_logged_in_order(caplog: pytest.LogCaptureFixture) -> None:
    manager = load_plugins()
    observe = manager.registry.observe
    with caplog.at_level(logging.INFO, logger="livedata.journal"):
        observe("livedata_services_started", services=SERVICES)
        observe("livedata_session_started", session=SESSION)
        observe("livedata_job_changed", job=JOB)
        observe("livedata_session_closed", session=SESSION)
        observe("livedata_services_stopped", services=SERVICES)
        assert manager.close(timeout_s=10)
    assert [record.getMessage() for record in caplog.records] == [
        "serves acme over null, livedata-core 0.1.0, plugins: core, cli",
        "session s1 of ada begins",
        f"acme/total/1, job panel/{NUMBER} is error: no beam",
        "session s1 of ada ends",
        "stops serving acme",
    ]
