"""A workflow that does not return is named, and keeps no worker from ending."""

from __future__ import annotations

import threading
import time

import pytest

from livedata_core.contract import (
    Batch,
    Origin,
    ServiceState,
    ServiceStatus,
    WorkflowContext,
)
from livedata_worker import worker
from livedata_worker.calls import PATIENCE_S, Calls
from tests.plugins.worker.probe import PROBE, Probe
from tests.plugins.worker.rig import Rig, service_statuses

ENTERED, RELEASED = threading.Event(), threading.Event()


class Stuck(Probe):
    """Does not return until it is released."""

    def __init__(self, context: WorkflowContext) -> None:
        super().__init__(context)
        ENTERED.set()
        RELEASED.wait(60)

    def accumulate(self, batch: Batch) -> None: ...


STUCK = PROBE.model_copy(
    update={
        "title": "Stuck",
        "factory": f"{__name__}:Stuck",
        "origin": Origin(plugin="acme", distribution="livedata-acme", version="1.4.2"),
    }
)


def test_only_a_call_that_takes_too_long_is_told() -> None:
    now = 100.0
    calls = Calls(lambda: now)
    assert calls.overdue() is None
    with calls.of(STUCK, "left"):
        now += PATIENCE_S - 0.1
        assert calls.overdue() is None
        now += 20.1
        assert str(calls.overdue()).startswith(
            "Stuck (livedata-acme 1.4.2) on left has not returned for 30 s"
        )
    assert calls.overdue() is None


def test_a_stuck_workflow_is_named_and_the_worker_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("livedata_worker.calls.PATIENCE_S", 0.0)
    monkeypatch.setattr(worker, "LAST_STEP_S", 0.0)
    rig = Rig(workflows=(STUCK,))
    rig.start("left", STUCK)
    rig.worker.start()
    try:
        assert ENTERED.wait(60)
        status = told(rig)
        assert "Stuck (livedata-acme 1.4.2) on left has not" in str(status.warning)
        rig.worker.stop()
        (last,) = service_statuses(rig.seen())[-1:]
        assert last.state is ServiceState.STOPPED
    finally:
        RELEASED.set()


def told(rig: Rig) -> ServiceStatus:
    """Return the first status with a warning."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        rig.clock.advance(2)  # a heartbeat is due
        for status in service_statuses(rig.seen()):
            if status.warning:
                return status
        time.sleep(0.02)
    raise AssertionError("no warning")
