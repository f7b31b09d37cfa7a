"""Prepared starts, resets, jobs of others, and workers on the system page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from livedata_core.api import DashboardServices
from livedata_core.contract import (
    JobId,
    JobState,
    JobStatus,
    ServiceState,
    ServiceStatus,
    StreamCount,
    StreamStats,
    TopicStats,
    TransportStats,
    WorkflowId,
)
from tests.plugins.panel.conftest import PANEL, Browser

ELSEWHERE = WorkflowId("dummy", "not_installed_here", 3)


@pytest.fixture
def other(services: DashboardServices) -> Iterator[Browser]:
    made = Browser(services, "s2")
    made.hello("workflows")
    yield made
    made.updater.close()


def beat(services: DashboardServices, workflow_id: WorkflowId, n: int) -> JobId:
    """Have a job of somebody else be heard."""
    job_id = JobId("panel_0", uuid.UUID(int=n))
    status = JobStatus(state=JobState.ACTIVE, job_id=job_id, workflow_id=workflow_id)
    services.job_status.update(status, services.clock())
    services.active.adopt(status)
    return job_id


def panel(browser: Browser) -> dict[str, Any]:
    browser.updater.look()
    found: dict[str, Any] = next(
        workflow
        for group in browser.view("page")["groups"]
        for workflow in group["workflows"]
        if workflow["id"] == str(PANEL)
    )
    return found


def test_prepared_settings_are_seen_by_all_and_started_by_any(
    browser: Browser, other: Browser
) -> None:
    browser.hello("workflows")
    browser.send("configure-workflow", workflow=str(PANEL))
    assert browser.view("drawer")["replaces"] == []
    browser.send("change", path=["toa_edges", "num_bins"], value="77")
    browser.send("prepare")
    assert browser.view("drawer") is None
    (prepared,) = panel(other)["prepared"]
    assert prepared["changes"] == ["toa_edges.num_bins: 100 → 77"]
    assert not panel(other)["runs"]
    other.send("commit", workflow=str(PANEL))
    assert panel(browser)["prepared"] == []
    assert panel(browser)["runs"]
    browser.send("configure-workflow", workflow=str(PANEL))
    assert browser.view("drawer")["replaces"] == ["Panel 0"]
    browser.send("commit", workflow=str(PANEL))
    browser.updater.look()
    notice = browser.view("notices")["items"][-1]
    assert "Nothing is prepared" in notice["text"]


def test_settings_that_do_not_fit_are_not_prepared(browser: Browser) -> None:
    browser.hello("workflows")
    browser.send("configure-workflow", workflow=str(PANEL))
    browser.send("change", path=["toa_edges", "num_bins"], value="many")
    browser.send("prepare")
    assert browser.view("drawer") is not None
    assert panel(browser)["prepared"] == []
    browser.send("change", path=["toa_edges", "num_bins"], value="5")
    browser.send("prepare")
    browser.send("discard", workflow=str(PANEL))
    assert panel(browser)["prepared"] == []


def test_jobs_of_unknown_workflows_are_listed_first_and_stopped(
    browser: Browser, services: DashboardServices
) -> None:
    known = beat(services, PANEL, 1)
    unknown = beat(services, ELSEWHERE, 2)
    browser.hello("system")
    first, second = browser.view("page")["jobs"]["rows"]
    assert first["remark"] == "its workflow is not installed here"
    assert second["number"] == str(known.job_number)
    browser.send(
        "stop-job",
        workflow=first["workflow"],
        source=first["source"],
        number=first["number"],
    )
    (waiting,) = services.pending.snapshot().values()
    assert waiting.waiting() == (str(unknown),)


def test_reset_is_sent_to_what_runs_and_refused_elsewhere(
    browser: Browser, services: DashboardServices
) -> None:
    browser.hello("workflows")
    browser.send("reset-jobs", workflow=str(PANEL))
    browser.updater.look()
    assert "nothing to reset" in browser.view("notices")["items"][-1]["text"]
    beat(services, PANEL, 1)
    browser.send("reset-jobs", workflow=str(PANEL), sources=["panel_0"])
    (waiting,) = services.pending.snapshot().values()
    assert waiting.label.startswith("Reset Panel 0")


def test_system_page_tells_of_workers_and_their_streams(
    browser: Browser, services: DashboardServices
) -> None:
    streams = (
        StreamCount(topic="t", source_name="a", stream="panel_0", count=60),
        StreamCount(topic="t", source_name="stray", stream=None, count=3, late=1),
        StreamCount(topic="dummy_livedata_commands", source_name="", count=5),
    )
    topics = (
        TopicStats(topic="fine", rate_hz=14.0, bytes_per_s=5e6, lag=0),
        TopicStats(topic="waits", lag=7),
        TopicStats(topic="lost", skipped=3, unsent=2),
    )
    status = ServiceStatus(
        instrument="dummy",
        service_name="detector_data",
        worker_id="w",
        state=ServiceState.RUNNING,
        batch_interval_s=2.0,
        lag_s=1.25,
        warning="It is behind.",
        stream_stats=StreamStats(window_seconds=30.0, streams=streams),
        transport=TransportStats(
            name="kafka", connected=False, detail="no route", topics=topics
        ),
    )
    services.service_status.update(status, services.clock(), "host", "1.2.3")
    browser.hello("system")
    page = browser.view("page")
    (worker,) = page["workers"]
    assert (worker["lag_s"], worker["batch_s"], worker["version"]) == (1.25, 2, "1.2.3")
    assert worker["error"] == "It is behind.; broker: no route"
    arriving = page["arriving"]
    assert arriving["unmapped"] == 1
    assert [row["source"] for row in arriving["rows"]] == ["stray", "a"]
    assert [row["rate"] for row in arriving["rows"]] == [0.1, 2.0]
    by_topic = page["topics"]["rows"]
    assert [row["topic"] for row in by_topic] == ["lost", "waits", "fine"]
    assert [row["lag"] for row in by_topic] == [None, 7, 0]
    assert [by_topic[0][key] for key in ("skipped", "unsent")] == [3, 2]
    assert [by_topic[2][key] for key in ("rate", "mb_per_s")] == [14.0, 5.0]
    assert page["histories"]["limit"] > page["histories"]["bytes"] >= 0
