"""Workflows as sessions see and steer them.

Views come from `livedata_core.jobs.views`, commands go through
`livedata_core.jobs.orchestrator`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from livedata_core.config import (
    ConfigurationStates,
    EmptyParams,
    Proof,
    WorkflowConfigurationAdapter,
    resolve_adapter,
)
from livedata_core.contract import (
    AdapterSpec,
    AuxChoice,
    ConfigurationAdapter,
    Instrument,
    JobId,
    SourceChoice,
    SourceSettings,
    WorkflowId,
    WorkflowSpec,
)
from livedata_core.jobs.active import ActiveJobRegistry
from livedata_core.jobs.initial import initial_of, initial_shared, used_settings
from livedata_core.jobs.orchestrator import JobOrchestrator
from livedata_core.jobs.pending import PendingCommandTracker
from livedata_core.jobs.staging import (
    JobSettings,
    checked_aux,
    checked_sources,
    validated,
)
from livedata_core.jobs.status import JobStatusRegistry
from livedata_core.jobs.views import (
    JobView,
    Observations,
    SourceView,
    WorkflowView,
    source_title,
)
from livedata_core.sessions import Level, NotificationQueue

__all__ = ["WorkflowController"]

_TICK_NS = 1_000_000_000


class WorkflowController:
    """Shows, starts and stops the workflows of an instrument. Any thread.

    Views are made anew when something they depend on has changed, and once a second,
    because silence is no event; `version` rises when they differ.
    """

    def __init__(
        self,
        instrument: Instrument,
        specs: Mapping[WorkflowId, WorkflowSpec],
        jobs: JobOrchestrator,
        job_status: JobStatusRegistry,
        active: ActiveJobRegistry,
        pending: PendingCommandTracker,
        saved: ConfigurationStates,
        notifications: NotificationQueue,
        adapters: Mapping[str, AdapterSpec],
        *,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._instrument = instrument
        self._specs = specs
        self._jobs = jobs
        self._observations = Observations(instrument, jobs, job_status, active, pending)
        self._saved = saved
        self._notifications = notifications
        self._adapter_specs = adapters
        self._clock = clock
        self._lock = threading.Lock()
        self._adapters: dict[WorkflowId, ConfigurationAdapter] = {}
        self._made_for: tuple[int, ...] | None = None
        self._views: tuple[WorkflowView, ...] = ()
        self._version = 0

    @property
    def version(self) -> int:
        """Rises when a view changes; reading it looks."""
        self._refresh()
        return self._version

    def workflows(self) -> tuple[WorkflowView, ...]:
        """Return all workflows as they are now, in the order of their records."""
        return self._refresh()

    def workflow(self, workflow_id: WorkflowId) -> WorkflowView | None:
        """Return one workflow as it is now, or None if it is not installed."""
        found = (view for view in self._refresh() if view.spec.id == workflow_id)
        return next(found, None)

    def start(
        self,
        workflow_id: WorkflowId,
        values: BaseModel | Mapping[str, Any],
        sources: Sequence[str] | None = None,
    ) -> None:
        """Start a workflow with the same parameters on each source.

        Parameters
        ----------
        workflow_id:
            Which.
        values:
            Its parameters.
        sources:
            On which; without it, on all.

        Raises
        ------
        ValueError
            With a sentence for the user if it cannot be started.
        CommandError
            If a command cannot be sent.
        """
        spec = self._jobs.spec(workflow_id)
        chosen = checked_sources(spec, spec.sources if sources is None else sources)
        params = validated(spec, values)
        for source in chosen:
            self._jobs.stage(workflow_id, source, params)
        self._jobs.commit(workflow_id, chosen)

    def start_each(
        self, workflow_id: WorkflowId, settings: Mapping[str, SourceSettings]
    ) -> None:
        """Start a workflow with settings of its own on each source.

        Raises
        ------
        ValueError
            With a sentence for the user if it cannot be started.
        CommandError
            If a command cannot be sent.
        """
        self.stage_each(workflow_id, settings)
        self._jobs.commit(workflow_id, tuple(settings))

    def start_again(
        self, workflow_id: WorkflowId, sources: Sequence[str] | None = None
    ) -> None:
        """Start a workflow as it was configured last, on some sources or on all.

        Raises
        ------
        ValueError
            With a sentence for the user if it cannot be started.
        CommandError
            If a command cannot be sent.
        """
        spec = self._jobs.spec(workflow_id)
        chosen = checked_sources(spec, spec.sources if sources is None else sources)
        for source, own in [(source, self._own(spec, source)) for source in chosen]:
            self._jobs.stage(workflow_id, source, own.params, own.aux_sources)
        self._jobs.commit(workflow_id, chosen)

    def stage_each(
        self, workflow_id: WorkflowId, settings: Mapping[str, SourceSettings]
    ) -> None:
        """Set settings of each source aside for the next start.

        Raises
        ------
        ValueError
            With a sentence for the user if they do not fit; nothing is staged.
        """
        spec = self._jobs.spec(workflow_id)
        checked_sources(spec, settings)
        checked = [
            (source, validated(spec, own.values), self._checked_aux(spec, own))
            for source, own in settings.items()
        ]
        for source, params, aux_sources in checked:
            self._jobs.stage(workflow_id, source, params, aux_sources)

    def stage(
        self,
        workflow_id: WorkflowId,
        values: BaseModel | Mapping[str, Any],
        sources: Sequence[str],
    ) -> None:
        """Set parameters aside for the next start, where everyone sees them.

        Raises
        ------
        ValueError
            With a sentence for the user if they do not fit; nothing is staged.
        """
        spec = self._jobs.spec(workflow_id)
        chosen = checked_sources(spec, sources)
        params = validated(spec, values)
        for source in chosen:
            self._jobs.stage(workflow_id, source, params)

    def commit(self, workflow_id: WorkflowId) -> None:
        """Start what is staged of a workflow, each source with its parameters.

        Raises
        ------
        ValueError
            If nothing is staged (any more).
        CommandError
            If a command cannot be sent.
        """
        staged = tuple(self._jobs.staged(workflow_id))
        if not staged:
            title = self._jobs.spec(workflow_id).title
            raise ValueError(
                f"Nothing is prepared for {title} any more; another session may have "
                "started or discarded it."
            )
        self._jobs.commit(workflow_id, staged)

    def discard(self, workflow_id: WorkflowId) -> None:
        """Give up what is staged of a workflow."""
        self._jobs.unstage(workflow_id, tuple(self._jobs.staged(workflow_id)))

    def reset(
        self, workflow_id: WorkflowId, sources: Sequence[str] | None = None
    ) -> None:
        """Have a workflow accumulate anew on some sources, or wherever it runs.

        Raises
        ------
        ValueError
            If nothing runs there.
        CommandError
            If a command cannot be sent.
        """
        self._jobs.reset(workflow_id, sources)

    def heard(self) -> tuple[JobView, ...]:
        """Return every job that is heard, also of workflows unknown here."""
        return self._observations.heard(self._specs, self._clock())

    def stop_job(self, workflow_id: WorkflowId, job_id: JobId) -> None:
        """Stop one job, whoever started it.

        Raises
        ------
        CommandError
            If the command cannot be sent.
        """
        self._jobs.stop_job(workflow_id, job_id)

    def stop(
        self, workflow_id: WorkflowId, sources: Sequence[str] | None = None
    ) -> None:
        """Stop a workflow on some sources, or wherever it runs.

        Raises
        ------
        CommandError
            If a command cannot be sent.
        """
        self._jobs.stop(workflow_id, sources)

    def adapter(
        self, workflow_id: WorkflowId, proof: Proof = lambda adapter: None
    ) -> ConfigurationAdapter:
        """Return how the workflow is configured in a form.

        The first call for a workflow may import a plugin's form; where `proof` cannot
        make a form of it, it is the standard one.

        Raises
        ------
        ValueError
            If the workflow is not installed here.
        """
        known = self._adapters.get(workflow_id)
        if known is None:
            known = self._make_adapter(self._jobs.spec(workflow_id), proof)
            self._adapters[workflow_id] = known
        return known

    def forget_adapters(self) -> None:
        """Make the forms of all workflows anew when they are next opened."""
        self._adapters = {}

    def _refresh(self) -> tuple[WorkflowView, ...]:
        with self._lock:
            now_ns = self._clock()
            made_for = (*self._observations.versions(), now_ns // _TICK_NS)
            if made_for != self._made_for:
                views = self._observations.views(self._specs.values(), now_ns)
                if views != self._views:
                    self._views = views
                    self._version += 1
                self._made_for = made_for
            return self._views

    def _make_adapter(self, spec: WorkflowSpec, proof: Proof) -> ConfigurationAdapter:
        base = WorkflowConfigurationAdapter(
            title=spec.title,
            description=spec.description,
            model=spec.params or EmptyParams,
            action_now=lambda: "Restart" if self._runs(spec) else "Start",
            sources_now=lambda: self._choices(spec),
            initial_now=lambda: self._initial(spec),
            start=lambda values, sources: self.start(spec.id, values, sources),
            aux_now=lambda: self._aux_choices(spec),
            initial_of_now=lambda source: _pair(self._own(spec, source)),
            start_each=lambda settings: self.start_each(spec.id, settings),
        )
        plugins = self._adapter_specs.get(f"workflow:{spec.id}")
        resolved = resolve_adapter(plugins, base, proof)
        if resolved.problem is not None:
            self._notifications.push(
                Level.WARNING,
                f"{spec.title} is shown with the standard form",
                resolved.problem,
            )
        return resolved.adapter

    def _sources(self, spec: WorkflowSpec) -> tuple[SourceView, ...]:
        view = self.workflow(spec.id)
        return () if view is None else view.sources

    def _runs(self, spec: WorkflowSpec) -> bool:
        return any(source.runs for source in self._sources(spec))

    def _choices(self, spec: WorkflowSpec) -> tuple[SourceChoice, ...]:
        """Select what runs; else what ran last; else all."""
        running = {source.name for source in self._sources(spec) if source.runs}
        used = self._saved.params(spec.id).keys() & {*spec.sources}
        selected = running or used or {*spec.sources}
        return tuple(
            SourceChoice(name, source_title(self._instrument, name), name in selected)
            for name in spec.sources
        )

    def _checked_aux(
        self, spec: WorkflowSpec, settings: SourceSettings
    ) -> dict[str, str] | None:
        chosen = settings.aux_sources
        return None if chosen is None else checked_aux(spec, chosen, self._instrument)

    def _initial(self, spec: WorkflowSpec) -> dict[str, Any]:
        used = self._used(spec)
        return dict(initial_shared(spec, self._sources(spec), used).params)

    def _own(self, spec: WorkflowSpec, source: str) -> JobSettings:
        return initial_of(spec, source, self._sources(spec), self._used(spec))

    def _used(self, spec: WorkflowSpec) -> dict[str, JobSettings]:
        saved = self._saved
        return used_settings(saved.params(spec.id), saved.aux_sources(spec.id))

    def _aux_choices(self, spec: WorkflowSpec) -> tuple[AuxChoice, ...]:
        """Return the auxiliary sources for which there is more than one."""
        found = {
            name: (usual, self._instrument.alike(usual))
            for name, usual in spec.aux_sources.items()
        }
        return tuple(
            AuxChoice(
                name,
                usual,
                tuple(
                    SourceChoice(source.name, source.title, source.name == usual)
                    for source in fitting
                ),
            )
            for name, (usual, fitting) in found.items()
            if len(fitting) > 1
        )


def _pair(settings: JobSettings) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    return settings.params, settings.aux_sources
