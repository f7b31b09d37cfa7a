"""Instrument, worker and dashboard as programs of their own over a real broker."""

from __future__ import annotations

import os
import re
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from livedata_core.contract import JobId, JobState, needed_topics
from livedata_dummy.instrument import DUMMY
from tests.support.kafka import KafkaBroker
from tests.support.kafka.dashboard import dashboard
from tests.support.programs import LIVEDATA, livedata
from tests.support.serving import free_port, running, wait_for_page
from tests.support.viewer import Viewer

pytestmark = pytest.mark.kafka
PATIENCE_S = 90.0


@pytest.fixture(scope="module")
def facility(
    shared_kafka: KafkaBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Run broker, worker and simulated instrument; return the broker's address."""
    address, folder = shared_kafka.address, tmp_path_factory.mktemp("facility")
    made = livedata("topics", "-i", "dummy", "--kafka", address, "--create")
    assert made.returncode == 0, made.stderr
    with ExitStack() as stack:
        for command in ("worker", "simulate"):
            arguments = [LIVEDATA, command, "-i", "dummy", "--kafka", address]
            stack.enter_context(running(arguments, folder / f"{command}.log"))
        yield address
    shared_kafka.delete(*(topic.name for topic in needed_topics(DUMMY)))


def start_default_workflows(viewer: Viewer) -> frozenset[JobId]:
    """Start them once the worker is heard; return the jobs that run then."""
    services = viewer.services
    viewer.wait_until(lambda: bool(services.service_status.snapshot()))
    services.start_default_workflows()
    wanted = {
        (layer.workflow, source)
        for _, cell in services.plots.layout.cells()
        for layer in cell.layers
        for source in layer.sources
    }
    assert wanted
    viewer.wait_until(lambda: len(active_jobs(viewer)) == len(wanted))
    viewer.wait_until(viewer.all_drawn)
    return active_jobs(viewer)


def active_jobs(viewer: Viewer) -> frozenset[JobId]:
    jobs = viewer.services.job_status.snapshot()
    return frozenset(
        job_id for job_id, job in jobs.items() if job.status.state is JobState.ACTIVE
    )


@contextmanager
def served(address: str, folder: Path) -> Iterator[Callable[[str], float]]:
    """Run ``livedata serve``; give what reads its metrics, and kill it at the end."""
    port = free_port()
    command = [LIVEDATA, "serve", "-i", "dummy", "--kafka", address]
    command += ["--port", str(port), "--settings", str(folder / "settings")]
    url = f"http://127.0.0.1:{port}/metrics"
    output = folder / "serve.log"
    with running(command, output) as process:
        wait_for_page(url, process, output)

        def measure(name: str) -> float:
            with urllib.request.urlopen(url, timeout=30) as response:
                text = response.read().decode()
            found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
            return float(found[1]) if found else 0.0

        yield measure
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def await_value(measure: Callable[[str], float], name: str, least: float) -> float:
    """Wait until a metric is at least that much; return it."""
    deadline = time.monotonic() + PATIENCE_S
    while (value := measure(name)) < least:
        assert time.monotonic() < deadline, (name, value, least)
        time.sleep(0.1)
    return value


def test_every_cell_shows_data_and_a_second_dashboard_finds_the_jobs(
    facility: str,
) -> None:
    with dashboard(facility) as first:
        jobs = start_default_workflows(first)
        with dashboard(facility) as second:
            second.wait_until(second.all_drawn)
            second.wait_until(lambda: active_jobs(second) == jobs)
    # Both are gone; what runs at the worker does not depend on them.
    with dashboard(facility) as third:
        third.wait_until(third.all_drawn)
        third.wait_until(lambda: active_jobs(third) == jobs)


def test_a_killed_dashboard_finds_its_jobs_and_data_again(
    facility: str, tmp_path: Path
) -> None:
    results = 'livedata_messages_total{topic="dummy_livedata_data"}'
    running_jobs = 'livedata_jobs{state="active"}'
    with dashboard(facility) as starter:
        jobs = start_default_workflows(starter)
    for _ in range(2):
        with served(facility, tmp_path) as measure:
            await_value(measure, running_jobs, len(jobs))
            seen = await_value(measure, results, 1)
            await_value(measure, results, seen + 10)
            assert measure("livedata_broker_connected") == 1
