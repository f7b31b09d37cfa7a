"""**SessionUpdater**: brings one browser session up to date with the shared state.

Woken without data, it compares versions in the session's own callback, computes what
the page should show, and sends what differs. All of it on the event loop.
"""

from __future__ import annotations

import logging
import time
from functools import singledispatchmethod

from bokeh.document import Document

from livedata_core.api import Level
from livedata_panel import inbox
from livedata_panel.bridge import Bridge, to_json
from livedata_panel.context import SessionContext
from livedata_panel.drawer import Drawer
from livedata_panel.figure_theme import figure_theme
from livedata_panel.heartbeat import HeartbeatWidget
from livedata_panel.job_events import JobEvent, Prepare
from livedata_panel.layout_events import LayoutEvent
from livedata_panel.layouts import LayoutWidget
from livedata_panel.missing import missing_view
from livedata_panel.outbox import Outbox
from livedata_panel.plot_events import PlotEvent
from livedata_panel.plot_grid import PlotGridTabs
from livedata_panel.region_events import RegionEvent
from livedata_panel.regions import RegionWidget
from livedata_panel.session_plots import SessionPlotManager
from livedata_panel.shared_views import shared_views
from livedata_panel.shell_view import Notices, shell_view
from livedata_panel.system import SystemStatusWidget
from livedata_panel.workflows import WorkflowStatusListWidget

__all__ = ["SessionUpdater"]

log = logging.getLogger(__name__)

TICK_MS = 1000
"""Ages and silence are no events: look at least this often."""


class SessionUpdater:
    """One session: registered on `open`, gone without trace after `close`.

    Parameters
    ----------
    context:
        The session.
    bridge:
        Its browser.
    document:
        Its Bokeh document.
    """

    def __init__(
        self, context: SessionContext, bridge: Bridge, document: Document
    ) -> None:
        self._context = context
        self._bridge = bridge
        self._document = document
        self._closed = False
        self._wake_pending = False
        self.plots = SessionPlotManager(context, self.wake)
        self.grids = PlotGridTabs(context, self.plots)
        self.workflows = WorkflowStatusListWidget(context)
        self.system = SystemStatusWidget(context)
        self.layouts = LayoutWidget(context)
        self.drawer = Drawer(
            context, lambda cell_id: self.plots.paused(cell_id) is not None
        )
        self.regions = RegionWidget(context)
        self.notices = Notices(context)
        self.outbox = Outbox(document, bridge)
        self._shared = shared_views(context.services)
        self.heartbeat = HeartbeatWidget(
            context, bridge, self.outbox, reopen=self._reopen, painted=self.look
        )

    def open(self) -> None:
        """Register the session; nothing is sent before the browser says hello."""
        services = self._context.services
        services.sessions.open(self._context.info, self.wake)
        self._bridge.on_change("inbox", self._on_inbox)
        self._document.add_periodic_callback(self._tick, TICK_MS)
        self._document.on_session_destroyed(self._on_destroyed)

    def _reopen(self) -> None:
        """Register again: the browser slept and lives."""
        self._context.services.sessions.open(self._context.info, self.wake)
        self.plots.announce()

    def _on_destroyed(self, _context: object) -> None:
        self.close()

    def close(self) -> None:
        """Unregister and let go of everything."""
        if self._closed:
            return
        self._closed = True
        self._context.services.sessions.close(self._context.info.session_id)
        self._context.services.plot_data.look()
        self.plots.close()

    # --- Looking ---------------------------------------------------------------

    def wake(self) -> None:
        """Have the session look soon. Any thread; many wakes make one look."""
        if self._wake_pending or self._closed:
            return
        self._wake_pending = True
        self._context.turns.ask(self._take_turn)

    def _take_turn(self) -> None:
        if not self._closed:
            self._document.add_next_tick_callback(self._woken)

    def _woken(self) -> None:
        self._wake_pending = False
        self.look()

    def _tick(self) -> None:
        view = self._context.view
        if view.loaded and view.visible:
            self._set_clock()
        self.look()

    def _set_clock(self) -> None:
        self.outbox.set("clock", str(time.time_ns() // 1_000_000))

    def look(self) -> None:
        """Compute what the page should show and send what differs."""
        if self._closed or not self._context.view.loaded:
            return
        self._choose_page()
        view = self._context.view
        self.plots.view(self.grids.cell_ids(), seen=view.visible)
        if view.visible:
            self._send_plots()
            self._send_views()
        self.outbox.flush()

    def _send_plots(self) -> None:
        # A slow browser skips frames: it gets the newest when it has painted the last.
        if self.heartbeat.is_ready and self.plots.apply(self.outbox):
            self.heartbeat.sent()

    def _send_views(self) -> None:
        send, text, view = self.outbox.set, self._shared.text, self._context.view
        user = self._context.info.user
        send("shell", text(("shell", user, view.page), self._shell))
        send("page", self._page())
        send("cells", text(("cells", view.page, self.plots.looks), self.grids.statuses))
        send("drawer", to_json(self.drawer.view()))
        send("notices", self.notices.text())

    def _shell(self) -> dict[str, object]:
        return shell_view(self._context, self.grids.tabs)

    def _page(self) -> str:
        view = self._context.view
        if view.cell_id is not None and self.grids.active() is None:
            return to_json(missing_view(self._context.services, view.cell_id))
        if view.page == "workflows":
            return to_json(self.workflows.view())
        if view.page == "system":
            return to_json(self.system.view())
        if view.page == "layouts":
            return self._shared.text("layouts", self.layouts.view)
        # Figures are the same for all sessions of one theme, which even share this.
        figures = self.plots.figures
        key = ("page", view.page, self.plots.looks, *figures.items())
        return self._shared.text(key, lambda: self.grids.view(figures))

    def _choose_page(self) -> None:
        """Open the first grid where the session has no page or its grid is gone.

        That a grid went is told to all; that there never was one, to this session.
        """
        view = self._context.view
        named = view.page in ("workflows", "system", "layouts")
        if named or view.cell_id is not None:
            return
        if self.grids.active() is not None:
            view.last_grid = view.grid_id
            return
        asked = view.page
        was_open = view.grid_id is not None and view.grid_id == view.last_grid
        grids = self.grids.tabs
        view.page = f"grid:{grids[0].id}" if grids else ""
        if asked and not was_open:
            self._context.tell(
                Level.WARNING,
                "There is no grid at this address",
                f"“#{asked[:80]}” may have been removed; the first grid is shown.",
            )

    # --- What the user does ----------------------------------------------------

    def _on_inbox(self, _attr: str, _old: object, new: str) -> None:
        event = inbox.parse_event(new)
        harmless = isinstance(event, inbox.HARMLESS)
        if self._context.view.read_only and not harmless:
            return
        if event is not None and not self._closed:
            self._act(event)
            self.look()

    @singledispatchmethod
    def _act(self, event: object) -> None:
        log.warning("nobody acts on %r", event)

    @_act.register
    def _hello(self, event: inbox.Hello) -> None:
        view = self._context.view
        view.loaded = True
        view.visible = event.visible
        view.large = event.large
        view.read_only = view.read_only or event.kiosk
        view.page = event.page
        self._set_clock()
        self._use_theme(event.theme)

    @_act.register
    def _recall(self, event: inbox.Recall) -> None:
        self.plots.restore(event.sliders, event.paused)

    @_act.register
    def _navigate(self, event: inbox.Navigate) -> None:
        self._context.view.page = event.page
        self.drawer.close()

    @_act.register
    def _visible(self, event: inbox.Visible) -> None:
        self._context.view.visible = event.visible
        self._set_clock()

    @_act.register
    def _theme(self, event: inbox.Theme) -> None:
        self._use_theme(event.theme)

    @_act.register
    def _zoom(self, event: inbox.Zoom) -> None:
        self.plots.zoom(event.cell, event.region)

    @_act.register
    def _slide(self, event: inbox.Slide) -> None:
        self.plots.slide(event.cell, event.dim, event.position)

    @_act.register
    def _pause(self, event: inbox.Pause) -> None:
        self.plots.pause(event.cell, on=event.on)

    @_act.register
    def _start(self, event: inbox.Start) -> None:
        self.workflows.start(event.workflow, event.sources)

    @_act.register
    def _stop(self, event: inbox.Stop) -> None:
        self.workflows.stop(event.workflow, event.sources)

    @_act.register
    def _configure_workflow(self, event: inbox.ConfigureWorkflow) -> None:
        self.drawer.configure_workflow(event.workflow)

    @_act.register
    def _configure_plot(self, event: inbox.ConfigurePlot) -> None:
        self.drawer.configure_plot(event.cell)

    @_act.register
    def _choose_plotter(self, event: inbox.ChoosePlotter) -> None:
        self.drawer.choose_plotter(event.plotter)

    @_act.register
    def _choose_layer(self, event: inbox.ChooseLayer) -> None:
        self.drawer.choose_layer(event.layer)

    @_act.register
    def _change(self, event: inbox.Change) -> None:
        self.drawer.change(event.path, event.value)

    @_act.register
    def _choose_source(self, event: inbox.ChooseSource) -> None:
        self.drawer.choose_source(event.source, selected=event.selected)

    @_act.register
    def _choose_scope(self, event: inbox.ChooseScope) -> None:
        self.drawer.choose_scope(event.source)

    @_act.register
    def _reset(self, event: inbox.ResetField) -> None:
        self.drawer.reset(event.path)

    @_act.register
    def _apply(self, _event: inbox.ApplyForm) -> None:
        self.drawer.apply()

    @_act.register
    def _act_on_jobs(self, event: JobEvent) -> None:
        if isinstance(event, Prepare):
            self.drawer.prepare()
        else:
            self.workflows.act_on_jobs(event)

    @_act.register
    def _change_layout(self, event: LayoutEvent) -> None:
        self.layouts.act(event)

    @_act.register
    def _change_regions(self, event: RegionEvent) -> None:
        self.regions.act(event)

    @_act.register
    def _change_plots(self, event: PlotEvent) -> None:
        self.drawer.act_on_plots(event)

    @_act.register
    def _discard_draft(self, _event: inbox.DiscardDraft) -> None:
        self.drawer.discard_draft()

    @_act.register
    def _close_form(self, _event: inbox.CloseForm) -> None:
        self.drawer.close()

    def _use_theme(self, name: str) -> None:
        view = self._context.view
        view.theme = name
        # For what plugins put on the page; figures have theirs when they are opened.
        self._document.theme = figure_theme(name, large=view.large)
