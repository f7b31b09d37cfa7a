"""The composition root: one `DashboardServices` per process, shared by all sessions.

Only wiring lives here. What each part does is said where it is defined.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from livedata_core.config.state import DOCUMENT as STATES_DOCUMENT
from livedata_core.config.state import ConfigurationState, ConfigurationStates
from livedata_core.config.writer import SettingsWriter
from livedata_core.contract import (
    ConfigStore,
    DataKey,
    Instrument,
    Origin,
    ServicesInfo,
    Topics,
    Transport,
    WorkflowId,
)
from livedata_core.data.service import HISTORY_LIMIT_BYTES, DataService
from livedata_core.data.streams import StreamManager
from livedata_core.jobs.active import ActiveJobRegistry
from livedata_core.jobs.commands import CommandError, CommandService
from livedata_core.jobs.controller import WorkflowController
from livedata_core.jobs.orchestrator import JobOrchestrator
from livedata_core.jobs.pending import PendingCommandTracker
from livedata_core.jobs.regions import DOCUMENT as REGIONS_DOCUMENT
from livedata_core.jobs.regions import RegionService, regions_of
from livedata_core.jobs.status import JobStatusRegistry, ServiceStatusRegistry
from livedata_core.orchestrator import Orchestrator
from livedata_core.plots.controller import PlottingController
from livedata_core.plots.data_service import PlotDataService
from livedata_core.plots.documents import from_document
from livedata_core.plots.frames import FrameRenderer, NullRenderer
from livedata_core.plots.layout import Layout
from livedata_core.plots.orchestrator import PlotOrchestrator
from livedata_core.plugins import LiveMapping, PluginManager, Problem, Reloaded
from livedata_core.sessions.broker_notices import BrokerNotices
from livedata_core.sessions.notifications import Level, NotificationQueue
from livedata_core.sessions.registry import SessionRegistry
from livedata_core.sessions.wakeups import WakeupHub
from livedata_core.transport.codecs import CodecTable
from livedata_core.transport.resources import DashboardResources

__all__ = ["DashboardServices"]

LAYOUT_DOCUMENT = "layout"
HOUSEKEEPING_S = 1.0


class DashboardServices:
    """All parts of one dashboard process, made and joined.

    Built and started off the event loop, since stores are read and the transport is
    opened.

    Parameters
    ----------
    plugins:
        What is installed.
    instrument:
        Whose dashboard it is.
    transport:
        How its broker is reached; stays the caller's to close.
    store:
        Where settings persist.
    renderer:
        Draws frames for the shell.
    clock:
        The present, ns since the epoch, UTC.
    history_bytes:
        Most memory that the histories of all plots take together.
    dev:
        Whether those who look are authors of plugins: errors have tracebacks.

    Attributes
    ----------
    broken_edits:
        Why edited plugins are shown as they were, by plugin.
    """

    def __init__(
        self,
        *,
        plugins: PluginManager,
        instrument: Instrument,
        transport: Transport,
        store: ConfigStore,
        renderer: FrameRenderer | None = None,
        clock: Callable[[], int] = time.time_ns,
        history_bytes: int = HISTORY_LIMIT_BYTES,
        dev: bool = False,
    ) -> None:
        self.dev = dev
        self.broken_edits: Mapping[Origin, Problem] = {}
        self.plugins = plugins
        self.registry = plugins.registry
        self.instrument = instrument
        self.clock = clock
        self.version = version("livedata-core")
        self.topics = Topics(instrument.name)
        self.specs = LiveMapping(self.registry.workflows(instrument))
        self.plotters = LiveMapping(self.registry.plotters)
        self._adapters = LiveMapping(self.registry.adapters)
        self.templates = self.registry.grid_templates(instrument)

        self.notifications = NotificationQueue(clock)
        plugins.on_set_aside(
            lambda problem: self._warn("A plugin is set aside", problem.message)
        )
        self.wakeups = WakeupHub()
        self.writer = SettingsWriter(store, self._not_saved)
        self.codecs = CodecTable(
            self.registry.decoders, self.registry.encoders, self.topics
        )
        self.resources = DashboardResources(transport, self.codecs, self.topics)
        self._wire_jobs(store, history_bytes)
        self._wire_regions(store)
        self._wire_plots(store, renderer or NullRenderer())
        self._stopping = threading.Event()
        self._housekeeper = threading.Thread(
            target=self._keep_house, name="livedata-housekeeping", daemon=True
        )

    def _wire_jobs(self, store: ConfigStore, history_bytes: int) -> None:
        saved = self._load_states(store)
        self.data = DataService(history_bytes)
        self.active = ActiveJobRegistry(self.clock)
        self.job_status = JobStatusRegistry(self.registry.observe)
        self.service_status = ServiceStatusRegistry()
        self.pending = PendingCommandTracker(self.clock, self.notifications)
        self.orchestrator = Orchestrator(
            self.resources.messages,
            self.data,
            self.active,
            self.job_status,
            self.service_status,
            self.pending,
        )
        self.jobs = JobOrchestrator(
            self.specs,
            self.active,
            CommandService(self.resources.commands, self.topics),
            self.pending,
            self.job_status,
            self.notifications,
            self.orchestrator.post,
            saved,
            source_title=self.source_title,
            clock=self.clock,
        )
        self.workflows = WorkflowController(
            self.instrument,
            self.specs,
            self.jobs,
            self.job_status,
            self.active,
            self.pending,
            saved,
            self.notifications,
            self._adapters,
            clock=self.clock,
        )

    def _wire_plots(self, store: ConfigStore, renderer: FrameRenderer) -> None:
        self.plotting = PlottingController(self.plotters, self.specs)
        self.plots = PlotOrchestrator(
            self._load_layout(store),
            lambda document: self.writer.save(LAYOUT_DOCUMENT, document),
            self._look,
        )
        self.sessions = SessionRegistry(self.registry.observe, self.wakeups, self.clock)
        self.streams = StreamManager(self.data)
        self.plot_data = PlotDataService(
            layout=lambda: self.plots.layout,
            viewed=self.sessions.viewed,
            streams=self.streams,
            plotting=self.plotting,
            renderer=renderer,
            title=self.source_title,
            runs=lambda: self.orchestrator.runs.marks,
            regions=self._region_names,
            wake=self.wakeups.wake_all,
        )

    def _wire_regions(self, store: ConfigStore) -> None:
        document = self._load(store, REGIONS_DOCUMENT, "Stored regions")
        stored, problems = regions_of(document)
        for problem in problems:
            self._warn("Some regions of interest are lost", problem)
        if problems:
            self.writer.save(f"{REGIONS_DOCUMENT}-set-aside", document)
        self.regions = RegionService(
            self.active,
            self.data,
            self.resources.roi,
            self.topics,
            save=lambda document: self.writer.save(REGIONS_DOCUMENT, document),
            changed=self._regions_changed,
            stored=stored,
            clock=self.clock,
        )

    def _region_names(self, key: DataKey) -> dict[int, str]:
        regions = self.regions.of(key.workflow_id, key.source_name)
        return {region.index: region.name for region in regions}

    def _regions_changed(self) -> None:
        self.plot_data.look()
        self.wakeups.wake_all()

    def source_title(self, name: str) -> str:
        """Return what people call a source; its name where it is unknown."""
        try:
            return self.instrument.source(name).title
        except KeyError:
            return name

    def start(self) -> None:
        """Start all threads and open the default layout if there is none yet."""
        self.writer.start()
        self.orchestrator.start()
        self.plot_data.start()
        self._housekeeper.start()
        if not self.plots.layout.grids and not self.plots.layout.unreadable:
            for template in self.templates.values():
                if template.default:
                    self.plots.add_template(template)
        self.registry.observe("livedata_services_started", services=self.info())

    def stop(self) -> None:
        """Stop all threads; what was changed is on disk afterwards."""
        self.registry.observe("livedata_services_stopped", services=self.info())
        self._stopping.set()
        self._housekeeper.join(timeout=5)
        self.plot_data.stop()
        self.orchestrator.stop()
        self.resources.close()
        self.writer.stop()
        self.plugins.close()

    def start_default_workflows(self) -> None:
        """Start the workflows that the default templates show, as last configured."""
        wanted: dict[object, dict[str, None]] = {}
        for template in self.templates.values():
            layers = [layer for cell in template.cells for layer in cell.layers]
            for layer in layers if template.default else ():
                if layer.workflow in self.specs:
                    names = wanted.setdefault(layer.workflow, {})
                    names.update(dict.fromkeys(layer.sources))
        for workflow_id, spec in self.specs.items():
            if workflow_id in wanted:
                sources = [name for name in spec.sources if name in wanted[workflow_id]]
                self.jobs.commit(workflow_id, sources)

    def use_plugins(self, reloaded: Reloaded) -> None:
        """Show plots and run workflows of edited plugins as they are now. Any thread.

        Sessions, layouts and settings stay. Jobs of their workflows are started anew,
        with the parameters that they have. What could not be loaded stays as it was.
        """
        origins, problem = reloaded.origins, reloaded.problem
        kept = {o: p for o, p in self.broken_edits.items() if o not in origins}
        if problem is not None:
            self.broken_edits = {**kept, **dict.fromkeys(origins, problem)}
            self._warn("An edit is not in use", problem.message, key=problem.message)
        else:
            self.broken_edits = kept
            self._take_over(reloaded)
        self._look()

    def _take_over(self, reloaded: Reloaded) -> None:
        old = {**self.plotters}, {**self.specs}
        self.plugins, self.registry = reloaded.manager, reloaded.manager.registry
        self.plotters.replace(self.registry.plotters)
        self.specs.replace(self.registry.workflows(self.instrument))
        self._adapters.replace(self.registry.adapters)
        self.templates = self.registry.grid_templates(self.instrument)
        self.workflows.forget_adapters()
        known = [*old[0].values(), *self.plotters.values()]
        plotters = {p.name for p in known if p.origin in reloaded.origins}
        specs = [*old[1].values(), *self.specs.values()]
        workflows = {s.id for s in specs if s.origin in reloaded.origins}
        self.plot_data.rebuild(
            lambda layer: layer.plotter in plotters or layer.workflow in workflows
        )
        for workflow_id in workflows:
            self._run_anew(workflow_id)
        names = ", ".join(sorted(str(origin) for origin in reloaded.origins))
        title = f"{names}: loaded anew after an edit"
        if not reloaded.stays:
            self.notifications.push(Level.INFO, title, "")
            return
        told = (
            f"As before until livedata is started again: {', '.join(reloaded.stays)}."
        )
        self._warn(title, told, key=told)

    def _run_anew(self, workflow_id: WorkflowId) -> None:
        view = self.workflows.workflow(workflow_id)
        sources = [] if view is None else [s.name for s in view.sources if s.runs]
        if not sources:
            return
        try:
            self.jobs.commit(workflow_id, sources)
        except (ValueError, CommandError) as error:
            self._warn(f"{workflow_id} runs as before the edit", str(error))

    def info(self) -> ServicesInfo:
        """Return what plugins are told about this process."""
        return ServicesInfo(
            instrument=self.instrument.name,
            transport=self.resources.status().name,
            version=self.version,
            plugins=tuple(report.name for report in self.plugins.reports),
        )

    def _look(self) -> None:
        self.plot_data.look()
        self.wakeups.wake_all()

    def _keep_house(self) -> None:
        """Expire what waits in vain and command again what got lost; none is slow."""
        seen = self.notifications.version
        notices = BrokerNotices(self.resources.status, self.notifications)
        while not self._stopping.wait(HOUSEKEEPING_S):
            self.pending.expire()
            notices.look()
            self.jobs.repair(tuple(self.service_status.snapshot().values()))
            self._send_regions()
            self.sessions.drop_silent()
            if self.notifications.version != seen:
                seen = self.notifications.version
                self.wakeups.wake_all()

    def _send_regions(self) -> None:
        try:
            self.regions.look()
        except (RuntimeError, ValueError) as error:
            self._warn("Regions of interest were not sent", str(error), key="regions")

    def _load_layout(self, store: ConfigStore) -> Layout:
        document = self._load(store, LAYOUT_DOCUMENT, "The stored layout")
        layout, problems = from_document(document)
        for problem in problems:
            self._warn("Part of the stored layout cannot be read", problem)
        if problems:
            self.writer.save(f"{LAYOUT_DOCUMENT}-set-aside", document)
        return layout

    def _load_states(self, store: ConfigStore) -> ConfigurationStates:
        what = "Stored workflow settings"
        document = self._load(store, STATES_DOCUMENT, what)
        try:
            state = ConfigurationState.from_document(document)
        except ValueError as error:
            self._warn(f"{what} cannot be read", str(error))
            self.writer.save(f"{STATES_DOCUMENT}-set-aside", document)
            state = ConfigurationState()
        return ConfigurationStates(self.writer, state)

    def _load(self, store: ConfigStore, name: str, what: str) -> Mapping[str, Any]:
        """Return a stored document; one that cannot be read is told and left."""
        try:
            return store.load(name) or {}
        except ValueError as error:
            self._warn(f"{what} cannot be read", str(error))
            return {}

    def _not_saved(self, name: str, error: Exception) -> None:
        self._warn(f"Changes of “{name}” are not saved", str(error), key=name)

    def _warn(self, title: str, text: str, key: str | None = None) -> None:
        self.notifications.push(Level.WARNING, title, text, key)
