"""**SystemStatusWidget**: broker, workers, server, streams, sessions, plugins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livedata_core.api import DashboardServices, PluginReport, PluginState
from livedata_core.contract import Origin, TopicTraffic
from livedata_panel.context import SessionContext
from livedata_panel.health import broker_chip
from livedata_panel.server_view import server_view
from livedata_panel.titles import cell_title, millis
from livedata_panel.worker_views import (
    job_rows,
    worker_rows,
    worker_streams,
    worker_topics,
)

__all__ = ["SystemStatusWidget"]

PLUGIN_TONES = {
    PluginState.LOADED: "fresh",
    PluginState.FAILED: "error",
    PluginState.DISABLED: "stopped",
}


class SystemStatusWidget:
    """Shows the state of the whole system to one session."""

    def __init__(self, context: SessionContext) -> None:
        self._context = context
        self._services: DashboardServices = context.services

    def view(self) -> dict[str, Any]:
        """Return everything the system page shows."""
        return {
            "kind": "system",
            "version": self._services.version,
            "instrument": self._services.instrument.name,
            "broker": broker_chip(self._services.resources.status()),
            "workers": worker_rows(self._services),
            "arriving": worker_streams(self._services),
            "topics": worker_topics(self._services),
            "jobs": job_rows(self._services),
            "server": server_view(self._context.monitor),
            "histories": {
                "bytes": self._services.data.history_bytes,
                "limit": self._services.data.history_limit_bytes,
            },
            "streams": self._streams(),
            "sessions": self._sessions(),
            "plugins": self._plugins(),
        }

    def _plugins(self) -> list[dict[str, Any]]:
        slow: dict[Origin | None, list[str]] = {}
        services = self._services
        cells = {cell.id: cell for _, cell in services.plots.layout.cells()}
        for found in services.plot_data.slow():
            cell = cells.get(found.cell_id)
            title = "a plot" if cell is None else f"“{cell_title(services, cell)}”"
            for name in found.plotters:
                spec = services.plotters.get(name)
                told = found.told(services.plotting.describe(name), title)
                slow.setdefault(spec.origin if spec else None, []).append(told)
        return [
            _plugin(report, slow.get(report.origin, ()))
            for report in services.plugins.reports
        ]

    def _streams(self) -> list[dict[str, Any]]:
        snapshot = self._services.resources.counters.snapshot()
        by_topic: dict[str, dict[str, Any]] = {}
        for stream, arrived in snapshot.items():
            topic = by_topic.setdefault(
                stream.topic,
                {
                    "topic": stream.topic,
                    "streams": 0,
                    "count": 0,
                    "errors": 0,
                    "last_error": "",
                    "last": 0,
                },
            )
            topic["streams"] += 0 if arrived.errors else 1
            topic["count"] += arrived.count
            topic["errors"] += arrived.errors
            topic["last_error"] = arrived.last_error or topic["last_error"]
            topic["last"] = max(topic["last"], millis(arrived.last_ns) or 0)
        traffic = self._services.resources.traffic()
        return [
            by_topic[name] | _traffic(traffic.get(name)) for name in sorted(by_topic)
        ]

    def _sessions(self) -> list[dict[str, Any]]:
        own = self._context.info.session_id
        return [
            {
                "user": session.info.user,
                "own": session.info.session_id == own,
                "since": millis(session.info.started_ns),
                "plots": len(session.cells),
            }
            for session in self._services.sessions.snapshot().values()
        ]


def _traffic(traffic: TopicTraffic | None) -> dict[str, Any]:
    """Return what the transport counted of a topic; unknown: None."""
    if traffic is None:
        return {"rate": None, "lag": None, "skipped": None}
    return {
        "rate": round(traffic.rate_hz, 1),
        "lag": traffic.lag,
        "skipped": traffic.skipped,
    }


def _plugin(report: PluginReport, slow: Sequence[str]) -> dict[str, Any]:
    """Return a plugin with what is wrong, slow plotters of it among that."""
    problems = [*(problem.message for problem in report.problems), *slow]
    registered = [
        _counted(len(records), kind.replace("_", " "))
        for kind, records in report.records.items()
        if records
    ]
    return {
        "name": report.name,
        "distribution": report.distribution,
        "version": report.version,
        "state": report.state.value,
        "tone": (
            "ageing"
            if report.state is PluginState.LOADED and problems
            else PLUGIN_TONES[report.state]
        ),
        "registers": ", ".join(registered),
        "problems": problems,
    }


def _counted(number: int, kind: str) -> str:
    """Return a number of records; their kinds are plurals in ``s``."""
    return f"{number} {kind.removesuffix('s') if number == 1 else kind}"
