"""What machines ask of a dashboard: ``/health`` and, for Prometheus, ``/metrics``.

Neither makes a session, and neither shows more than the system page. Pages for people
live in `livedata_panel.system`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from tornado.web import RequestHandler

from livedata_core.api import DashboardServices
from livedata_panel.loop_monitor import LoopMonitor
from livedata_panel.process_memory import resident_bytes

__all__ = ["health", "metrics", "monitoring_patterns"]

NS = 1e-9


def health(services: DashboardServices) -> dict[str, Any]:
    """Return the state in a few words; ``ok`` is false where people should look.

    Workers do not count: a dashboard without them is healthy, and shows it.
    """
    broker = services.resources.status()
    problems = []
    if not broker.connected:
        problems.append(f"{broker.name}: not connected; {broker.detail}".rstrip("; "))
    if not services.orchestrator.is_alive:
        problems.append("messages are no longer read; restart the dashboard")
    return {
        "ok": not problems,
        "problems": problems,
        "instrument": services.instrument.name,
        "version": services.version,
        "sessions": len(services.sessions.snapshot()),
    }


def metrics(services: DashboardServices, monitor: LoopMonitor) -> bytes:
    """Return all measures in Prometheus' text format. The loop's thread."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Measures(services, monitor))
    return generate_latest(registry)


def monitoring_patterns(
    services: DashboardServices, monitor: LoopMonitor
) -> list[tuple[str, type[RequestHandler], dict[str, Any]]]:
    """Return the routes for the web server."""
    shared = {"services": services, "monitor": monitor}
    return [(r"/health", _Health, shared), (r"/metrics", _Metrics, shared)]


class _Measures(Collector):
    """Reads the shared state when it is asked; nothing is kept."""

    def __init__(self, services: DashboardServices, monitor: LoopMonitor) -> None:
        self._services = services
        self._monitor = monitor

    def collect(self) -> Iterator[Metric]:
        """Yield every measure."""
        services = self._services
        yield InfoMetricFamily(
            "livedata",
            "This dashboard.",
            value={
                "instrument": services.instrument.name,
                "version": services.version,
            },
        )
        yield GaugeMetricFamily(
            "livedata_broker_connected",
            "1 while the broker can be reached.",
            value=int(services.resources.status().connected),
        )
        yield GaugeMetricFamily(
            "livedata_sessions",
            "Browser sessions.",
            value=len(services.sessions.snapshot()),
        )
        yield from self._process()
        yield from self._workers()
        yield from self._streams()
        yield from self._traffic()

    def _process(self) -> Iterator[Metric]:
        memory = resident_bytes()
        if memory is not None:
            yield GaugeMetricFamily(
                "livedata_resident_memory_bytes", "Resident memory.", value=memory
            )
        delay = GaugeMetricFamily(
            "livedata_event_loop_delay_seconds",
            "Delay of the event loop in the last minute.",
            labels=["quantile"],
        )
        recent = self._monitor.report().recent
        for quantile, value in (
            ("0.5", recent.p50),
            ("0.95", recent.p95),
            ("1", recent.max),
        ):
            delay.add_metric([quantile], value)
        yield delay

    def _workers(self) -> Iterator[Metric]:
        now_ns = self._services.clock()
        workers = GaugeMetricFamily(
            "livedata_worker_services",
            "Worker services by what they last said; silent: nothing for 10 s.",
            labels=["service", "state"],
        )
        counted = Counter(
            (
                worker.status.service_name,
                "silent" if worker.is_silent(now_ns) else worker.status.state.value,
            )
            for worker in self._services.service_status.snapshot().values()
        )
        for labels, number in sorted(counted.items()):
            workers.add_metric(labels, number)
        yield workers
        yield from self._reading(now_ns)
        jobs = GaugeMetricFamily(
            "livedata_jobs", "Jobs by what they last said.", labels=["state"]
        )
        states = Counter(
            "silent" if job.is_silent(now_ns) else job.status.state.value
            for job in self._services.job_status.snapshot().values()
        )
        for state, number in sorted(states.items()):
            jobs.add_metric([state], number)
        yield jobs

    def _reading(self, now_ns: int) -> Iterator[Metric]:
        """Yield what workers that are heard say of the topics that they read."""
        lag = GaugeMetricFamily(
            "livedata_worker_lag_messages",
            "Messages that the broker has and that a worker has not read yet.",
            labels=["host", "service", "topic"],
        )
        skipped = CounterMetricFamily(
            "livedata_worker_skipped_messages",
            "Messages that were gone before a worker read them.",
            labels=["host", "service", "topic"],
        )
        lags, lost = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
        for worker in self._services.service_status.snapshot().values():
            transport = worker.status.transport
            if transport is None or worker.is_silent(now_ns):
                continue
            for topic in transport.topics:
                reader = (worker.host_name, worker.status.service_name, topic.topic)
                lags[reader] += topic.lag or 0
                lost[reader] += topic.skipped
        for reader in sorted(lags):
            lag.add_metric(reader, lags[reader])
            skipped.add_metric(reader, lost[reader])
        yield from (lag, skipped)

    def _streams(self) -> Iterator[Metric]:
        arrived = CounterMetricFamily(
            "livedata_messages", "Messages that arrived.", labels=["topic"]
        )
        unreadable = CounterMetricFamily(
            "livedata_unreadable_messages",
            "Messages that could not be read.",
            labels=["topic"],
        )
        latest = GaugeMetricFamily(
            "livedata_last_message_timestamp_seconds",
            "When the latest message arrived, since the epoch.",
            labels=["topic"],
        )
        counts, errors, last = Counter[str](), Counter[str](), dict[str, int]()
        for stream, seen in self._services.resources.counters.snapshot().items():
            counts[stream.topic] += seen.count
            errors[stream.topic] += seen.errors
            last[stream.topic] = max(last.get(stream.topic, 0), seen.last_ns)
        for topic in sorted(counts):
            arrived.add_metric([topic], counts[topic])
            unreadable.add_metric([topic], errors[topic])
            latest.add_metric([topic], last[topic] * NS)
        yield from (arrived, unreadable, latest)

    def _traffic(self) -> Iterator[Metric]:
        lag = GaugeMetricFamily(
            "livedata_lag_messages",
            "Messages that the broker has and that were not read yet.",
            labels=["topic"],
        )
        counted = {
            "skipped": CounterMetricFamily(
                "livedata_skipped_messages",
                "Messages passed over: newer ones had come, or they were gone.",
                labels=["topic"],
            ),
            "sent": CounterMetricFamily(
                "livedata_sent_messages",
                "Messages that the broker took.",
                labels=["topic"],
            ),
            "unsent": CounterMetricFamily(
                "livedata_unsent_messages",
                "Messages that the broker did not take.",
                labels=["topic"],
            ),
        }
        for topic, traffic in sorted(self._services.resources.traffic().items()):
            if traffic.lag is not None:
                lag.add_metric([topic], traffic.lag)
            for name, metric in counted.items():
                metric.add_metric([topic], getattr(traffic, name))
        yield from (lag, *counted.values())


class _Asked(RequestHandler):
    """A request of a machine; nothing about it is kept."""

    def initialize(self, services: DashboardServices, monitor: LoopMonitor) -> None:
        self.services = services
        self.monitor = monitor
        self.set_header("Cache-Control", "no-store")


class _Health(_Asked):
    def get(self) -> None:
        report = health(self.services)
        self.set_status(200 if report["ok"] else 503)
        self.set_header("Content-Type", "application/json")
        self.write(json.dumps(report) + "\n")


class _Metrics(_Asked):
    def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.write(metrics(self.services, self.monitor))
