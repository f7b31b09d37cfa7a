"""What is around every page: header, rail, notifications. Pure functions."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import asdict
from typing import Any

from livedata_core.api import DashboardServices, Grid, Notification, SourceState
from livedata_panel.bridge import to_json
from livedata_panel.context import SessionContext
from livedata_panel.health import broker_chip, run_chip, worker_chip
from livedata_panel.shared_views import shared_views
from livedata_panel.titles import millis
from livedata_panel.undoing import RESTORE, undoable_ids

__all__ = ["Notices", "shell_view"]

KEPT = 100
"""Notifications in the list behind the bell."""


def shell_view(context: SessionContext, grids: Iterable[Grid]) -> dict[str, Any]:
    """Return header and rail."""
    services = context.services
    common = shared_views(services).value("shell", lambda: _common(services, grids))
    return {**common, "user": context.info.user, "page": context.view.page}


def _common(services: DashboardServices, grids: Iterable[Grid]) -> dict[str, Any]:
    """Return what is the same for all sessions."""
    shared = shared_views(services)
    failed = shared.rare("failed plugins", lambda: _failed_plugins(services))
    return {
        "instrument": services.instrument.title,
        "run": run_chip(services),
        "chips": [broker_chip(services.resources.status()), worker_chip(services)],
        "grids": [
            {"id": f"grid:{grid.id}", "label": grid.title, "badge": 0} for grid in grids
        ],
        "pages": [
            {"id": "workflows", "label": "Workflows", "badge": _troubled(services)},
            {"id": "system", "label": "System", "badge": failed},
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
    """The notifications for one session: news as toasts, the latest as a list.

    News is also the trouble that came while no session was there to show it.
    """

    def __init__(self, context: SessionContext) -> None:
        self._context = context
        self._queue = context.services.notifications
        self._baseline, self._missed = self._queue.version, self._queue.told
        self._text = ""
        self._made_for: tuple[int, ...] = ()

    def text(self) -> str:
        """Return the view as text, made anew when there is news or less to undo."""
        services = self._context.services
        versions = (
            self._queue.version,
            services.plots.version,
            services.regions.version,
        )
        if versions != self._made_for:
            self._text, self._made_for = to_json(self.view()), versions
            self._queue.note_told(versions[0])
        return self._text

    def _entries(self) -> tuple[Notification, ...]:
        return self._queue.since(0, self._context.info.session_id)

    def view(self) -> dict[str, Any]:
        """Return the latest notifications, the newest last."""
        undoable = undoable_ids(self._context.services)
        return {
            "baseline": self._baseline,
            "missed": self._missed,
            "items": [_item(entry, undoable) for entry in self._entries()[-KEPT:]],
        }


def _item(entry: Notification, undoable: Container[str]) -> dict[str, Any]:
    remedy = entry.remedy
    if remedy is not None and remedy.kind == RESTORE and remedy.target not in undoable:
        remedy = None
    return {
        "version": entry.version,
        "level": entry.level.value,
        "title": entry.title,
        "text": entry.text,
        "count": entry.count,
        "time": millis(entry.last_ns),
        "first": millis(entry.first_ns),
        "remedy": None if remedy is None else asdict(remedy),
    }
