"""**WorkflowStatusListWidget**: what can run, what runs, and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from livedata_core.api import SourceView, WorkflowView
from livedata_core.contract import JobId, WorkflowGroup, WorkflowId
from livedata_panel.context import SessionContext
from livedata_panel.job_events import Commit, Discard, JobEvent, Reset, StopJob
from livedata_panel.prepared import prepared_view
from livedata_panel.titles import STATE_TEXT, STATE_TONES, millis, output_titles

__all__ = ["WorkflowStatusListWidget"]

GROUP_TITLES = {
    WorkflowGroup.DETECTORS: "Detectors",
    WorkflowGroup.MONITORS: "Monitors",
    WorkflowGroup.REDUCTION: "Reduction",
    WorkflowGroup.LOGS: "Logs",
}


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
        """Start a workflow as it was configured last."""
        services = self._context.services

        def act() -> None:
            services.workflows.start_again(WorkflowId.parse(workflow), sources)

        self._context.attempt("The workflow was not started", act)

    def stop(self, workflow: str, sources: Sequence[str] | None = None) -> None:
        """Stop a workflow on some sources, or wherever it runs."""
        services = self._context.services

        def act() -> None:
            services.workflows.stop(WorkflowId.parse(workflow), sources)

        self._context.attempt("The workflow was not stopped", act)

    def act_on_jobs(self, event: JobEvent) -> None:
        """Start or give up what was prepared; reset and stop jobs."""
        workflows = self._context.services.workflows
        if isinstance(event, Commit):
            self._try(event, "was not started", workflows.commit)
        elif isinstance(event, Discard):
            self._try(event, "was not changed", workflows.discard)
        elif isinstance(event, Reset):
            sources = event.sources
            self._try(event, "was not reset", lambda w: workflows.reset(w, sources))
        elif isinstance(event, StopJob):
            job_id = _job_id(event)
            self._try(event, "was not stopped", lambda w: workflows.stop_job(w, job_id))

    def _try(
        self,
        event: Commit | Discard | Reset | StopJob,
        failure: str,
        act: Callable[[WorkflowId], None],
    ) -> None:
        self._context.attempt(
            f"The workflow {failure}", lambda: act(WorkflowId.parse(event.workflow))
        )


def _job_id(event: StopJob) -> JobId:
    return JobId(event.source, event.number)


def _workflow(view: WorkflowView) -> dict[str, Any]:
    spec = view.spec
    return {
        "id": str(spec.id),
        "title": spec.title,
        "description": spec.description,
        "runs": view.runs,
        "prepared": prepared_view(view),
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
        "tone": STATE_TONES[source.state],
        "state": STATE_TEXT[source.state],
        "since": millis(source.since_ns),
        "message": source.message or "",
        "runs": source.runs,
    }
