"""**DashboardBase**: makes the page of each session."""

from __future__ import annotations

import logging
from functools import cache
from importlib.resources import files
from pathlib import Path

import panel as pn
from bokeh.models import Spacer

from livedata_core.api import DashboardServices
from livedata_core.contract import SessionInfo
from livedata_panel.bridge import make_bridge
from livedata_panel.context import SessionContext
from livedata_panel.loop_monitor import LoopMonitor
from livedata_panel.places import plugin_widgets
from livedata_panel.session import SessionUpdater
from livedata_panel.static_files import SCRIPTS, STYLESHEETS, static_prefix

__all__ = ["DashboardBase"]

log = logging.getLogger(__name__)


class DashboardBase:
    """The dashboard of one instrument; `create_layout` is called once per session.

    Parameters
    ----------
    services:
        What all sessions share; running.
    title:
        Title of the browser window.
    monitor:
        Measures the event loop that serves them.
    """

    def __init__(
        self,
        services: DashboardServices,
        title: str | None = None,
        monitor: LoopMonitor | None = None,
    ) -> None:
        self.services = services
        self.monitor = monitor
        self.title = title or f"{services.instrument.title} – livedata"

    def create_layout(self) -> pn.Template:
        """Make the page of the current session and register the session.

        The page's frame is plain HTML; one Bokeh model, the bridge, carries what it
        shows, and figures are attached to it. Event loop, with a current document.
        """
        document = pn.state.curdoc
        if document is None or document.session_context is None:
            raise RuntimeError("create_layout needs a session; serve it with app.serve")
        session_id = document.session_context.id
        # The page sees to a lost connection itself: it says so and loads anew.
        document.config.update(reconnect_session=False, notify_connection_status=False)
        context = SessionContext(
            self.services, self._session_info(session_id), monitor=self.monitor
        )
        bridge = make_bridge()
        anchor = pn.panel(Spacer(width=0, height=0, tags=[bridge]))
        page = pn.Template(_page_template())
        page.add_panel("anchor", anchor)
        places = plugin_widgets(context)
        for place, widgets in places.items():
            page.add_panel(f"place_{place.value}", widgets)
        self._add_variables(page, {place.value for place in places})
        SessionUpdater(context, bridge, document).open()
        return page

    def _add_variables(self, page: pn.Template, places: set[str]) -> None:
        prefix = static_prefix()
        page.add_variable("window_title", self.title)
        page.add_variable("instrument", self.services.instrument.title)
        page.add_variable("scripts", [f"{prefix}/js/{name}" for name in SCRIPTS])
        page.add_variable("styles", [f"{prefix}/css/{name}" for name in STYLESHEETS])
        page.add_variable("places", places)

    def _session_info(self, session_id: str) -> SessionInfo:
        return SessionInfo(
            session_id=session_id,
            instrument=self.services.instrument.name,
            user=pn.state.user or "anonymous",
            started_ns=self.services.clock(),
        )


@cache
def _page_template() -> str:
    page = files("livedata_panel") / "static" / "page.html"
    return Path(str(page)).read_text(encoding="utf-8")
