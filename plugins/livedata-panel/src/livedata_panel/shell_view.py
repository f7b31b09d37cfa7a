"""What is around every page: header, rail, notifications. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from livedata_core.api import DashboardServices, Grid, Notification, SourceState
from livedata_panel.context import SessionContext
from livedata_panel.health import broker_chip, run_chip, worker_chip
from livedata_panel.titles import millis

__all__ = ["Notices", "shell_view"]

KEPT = 50
"""Notifications in the list behind the bell."""


def shell_view(context: SessionContext, grids: Iterable[Grid]) -> dict[str, Any]:
    """Return header and rail."""
    services = context.services
    return {
        "instrument": services.instrument.title,
        "run": run_chip(services),
        "chips": [broker_chip(services.resources.status()), worker_chip(services)],
        "user": context.info.user,
        "page": context.view.page,
        "grids": [
            {"id": f"grid:{grid.id}", "label": grid.title, "badge": 0} for grid in grids
        ],
        "pages": [
            {"id": "workflows", "label": "Workflows", "badge": _troubled(services)},
            {"id": "system", "label": "System", "badge": _failed_plugins(services)},
        ],
    }


def _troubled(services: DashboardServices) -> int:
    """Count the workflows that need a look."""
    bad = {SourceState.ERROR, SourceState.SILENT, SourceState.UNKNOWN}
    return sum(
        any(source.state in bad for source in workflow.sources)
        for workflow in services.workflows.workflows()
    )


def _failed_plugins(services: DashboardServices) -> int:
    return sum(bool(report.problems) for report in services.plugins.reports)


class Notices:
    """The notifications of one session: news as toasts, the latest as a list."""

    def __init__(self, context: SessionContext) -> None:
        self._queue = context.services.notifications
        self._baseline = self._queue.version

    def view(self) -> dict[str, Any]:
        """Return the latest notifications, the newest last."""
        return {
            "baseline": self._baseline,
            "items": [_item(entry) for entry in self._queue.since(0)[-KEPT:]],
        }


def _item(entry: Notification) -> dict[str, Any]:
    return {
        "version": entry.version,
        "level": entry.level.value,
        "title": entry.title,
        "text": entry.text,
        "count": entry.count,
        "time": millis(entry.last_ns),
    }
