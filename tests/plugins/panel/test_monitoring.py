"""What supervisors and Prometheus are told, without a server and from one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from livedata_core.api import DashboardServices
from livedata_core.contract import (
    TopicStats,
    TopicTraffic,
    TransportStats,
    TransportStatus,
)
from livedata_panel.loop_monitor import LoopMonitor
from livedata_panel.monitoring import health, metrics, monitoring_patterns
from tests.support.loops import run_loop
from tests.support.samples import SERVICE_STATUS


@pytest.fixture
def monitor() -> Iterator[LoopMonitor]:
    loop = asyncio.new_event_loop()
    yield LoopMonitor(loop)
    loop.close()


@pytest.fixture
def running(services: DashboardServices) -> Iterator[DashboardServices]:
    services.start()
    yield services
    services.stop()


def samples(text: bytes) -> dict[tuple[str, ...], float]:
    """Return the values by name and labels, in the order of their names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): (
            sample.value
        )
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_a_running_dashboard_is_healthy(running: DashboardServices) -> None:
    report = health(running)
    assert report["ok"]
    assert report["problems"] == []
    assert report["instrument"] == "dummy"


def test_one_that_reads_no_messages_is_not(services: DashboardServices) -> None:
    report = health(services)
    assert not report["ok"]
    assert "no longer read" in report["problems"][0]


def test_one_without_its_broker_says_which(
    running: DashboardServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = TransportStatus("kafka", connected=False, detail="broker:9092 refused")
    monkeypatch.setattr(running.resources, "status", lambda: lost)
    assert health(running)["problems"] == ["kafka: not connected; broker:9092 refused"]


def test_metrics_count_topics_and_their_errors(
    services: DashboardServices, monitor: LoopMonitor
) -> None:
    counters = services.resources.counters
    counters.count("dummy_livedata_data", "one", 1_500_000_000)
    counters.count("dummy_livedata_data", "two", 2_500_000_000)
    counters.error("dummy_livedata_data", "not da00", 2_000_000_000)
    found = samples(metrics(services, monitor))
    assert found["livedata_messages_total", "dummy_livedata_data"] == 3
    assert found["livedata_unreadable_messages_total", "dummy_livedata_data"] == 1
    latest = "livedata_last_message_timestamp_seconds"
    assert found[latest, "dummy_livedata_data"] == 2.5
    assert found["livedata_info", "dummy", services.version] == 1
    assert found["livedata_sessions",] == 0


def test_metrics_tell_what_the_transport_counted(
    services: DashboardServices,
    monitor: LoopMonitor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ("livedata_sent_messages_total", "a") not in samples(
        metrics(services, monitor)
    )
    traffic = {
        "a": TopicTraffic(lag=7, skipped=3, sent=2, unsent=1),
        "b": TopicTraffic(),
    }
    monkeypatch.setattr(services.resources, "traffic", lambda: traffic)
    found = samples(metrics(services, monitor))
    assert found["livedata_lag_messages", "a"] == 7
    assert ("livedata_lag_messages", "b") not in found
    assert found["livedata_skipped_messages_total", "a"] == 3
    assert found["livedata_sent_messages_total", "a"] == 2
    assert found["livedata_unsent_messages_total", "a"] == 1


def test_metrics_tell_how_far_behind_workers_are(
    services: DashboardServices, monitor: LoopMonitor
) -> None:
    topic = TopicStats(topic="dummy_detector", lag=12, skipped=3)
    transport = TransportStats(name="kafka", connected=True, topics=(topic,))
    status = SERVICE_STATUS.model_copy(update={"transport": transport})
    services.service_status.update(status, services.clock(), "node1", "1.0")
    found = samples(metrics(services, monitor))
    labels = ("node1", status.service_name, "dummy_detector")
    assert found["livedata_worker_lag_messages", *labels] == 12
    assert found["livedata_worker_skipped_messages_total", *labels] == 3


def test_they_are_served(running: DashboardServices) -> None:
    health_response, metrics_response = run_loop(lambda: _ask(running))
    assert json.loads(health_response.body)["ok"]
    assert health_response.headers["Content-Type"] == "application/json"
    assert metrics_response.headers["Content-Type"].startswith("text/plain")
    assert samples(metrics_response.body)["livedata_broker_connected",] == 1


async def _ask(services: DashboardServices) -> tuple[HTTPResponse, HTTPResponse]:
    monitor = LoopMonitor(asyncio.get_running_loop())
    server = HTTPServer(Application(monitoring_patterns(services, monitor)))
    sock, port = bind_unused_port()
    server.add_socket(sock)
    client = AsyncHTTPClient()
    try:
        return (
            await client.fetch(f"http://127.0.0.1:{port}/health"),
            await client.fetch(f"http://127.0.0.1:{port}/metrics"),
        )
    finally:
        client.close()
        server.stop()
        await server.close_all_connections()
