"""**WorkflowStatusListWidget**: what can run, what runs, and its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livedata_core.api import SourceState, SourceView, WorkflowView
from livedata_core.contract import WorkflowGroup, WorkflowId
from livedata_panel.context import SessionContext
from livedata_panel.titles import STATE_TEXT, millis, output_titles

__all__ = ["WorkflowStatusListWidget"]

GROUP_TITLES = {
    WorkflowGroup.DETECTORS: "Detectors",
    WorkflowGroup.MONITORS: "Monitors",
    WorkflowGroup.REDUCTION: "Reduction",
    WorkflowGroup.LOGS: "Logs",
}

TONES = {
    SourceState.ACTIVE: "fresh",
    SourceState.STARTING: "waiting",
    SourceState.SCHEDULED: "waiting",
    SourceState.WAITING: "waiting",
    SourceState.STOPPING: "waiting",
    SourceState.WARNING: "ageing",
    SourceState.PAUSED: "ageing",
    SourceState.SILENT: "stale",
    SourceState.UNKNOWN: "stale",
    SourceState.ERROR: "error",
    SourceState.STOPPED: "stopped",
    SourceState.NOT_RUNNING: "stopped",
}
"""The colour of each state: the same as for the freshness of plots."""


class WorkflowStatusListWidget:
    """Lists workflows in their groups with the state of each source."""

    def __init__(self, context: SessionContext) -> None:
        self._context = context

    def view(self) -> dict[str, Any]:
        """Return all groups that have a workflow."""
        by_group: dict[WorkflowGroup, list[WorkflowView]] = {}
        for workflow in self._context.services.workflows.workflows():
            by_group.setdefault(workflow.spec.group, []).append(workflow)
        return {
            "kind": "workflows",
            "groups": [
                {
                    "name": group.value,
                    "title": title,
                    "workflows": [_workflow(view) for view in by_group[group]],
                }
                for group, title in GROUP_TITLES.items()
                if group in by_group
            ],
        }

    def start(self, workflow: str, sources: Sequence[str] | None = None) -> None:
        """Start a workflow with the parameters it was started with last."""
        services = self._context.services

        def act() -> None:
            workflow_id = WorkflowId.parse(workflow)
            values = services.workflows.adapter(workflow_id).initial()
            services.workflows.start(workflow_id, values, sources)

        self._context.attempt("The workflow was not started", act)

    def stop(self, workflow: str, sources: Sequence[str] | None = None) -> None:
        """Stop a workflow on some sources, or wherever it runs."""
        services = self._context.services

        def act() -> None:
            services.workflows.stop(WorkflowId.parse(workflow), sources)

        self._context.attempt("The workflow was not stopped", act)


def _workflow(view: WorkflowView) -> dict[str, Any]:
    spec = view.spec
    return {
        "id": str(spec.id),
        "title": spec.title,
        "description": spec.description,
        "runs": view.runs,
        "configurable": spec.params is not None,
        "outputs": [
            {"name": name, "title": title}
            for name, title in output_titles(spec).items()
        ],
        "sources": [_source(source) for source in view.sources],
    }


def _source(source: SourceView) -> dict[str, Any]:
    return {
        "name": source.name,
        "title": source.title,
        "tone": TONES[source.state],
        "state": STATE_TEXT[source.state],
        "since": millis(source.since_ns),
        "message": source.message or "",
        "runs": source.runs,
    }
