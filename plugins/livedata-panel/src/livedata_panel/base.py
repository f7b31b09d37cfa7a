"""**DashboardBase**: makes the page of each session."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

import panel as pn
from jinja2 import Environment, Template

from livedata_core.api import DashboardServices
from livedata_core.contract import SessionInfo, WidgetPlace
from livedata_panel.bridge import make_bridge
from livedata_panel.context import SessionContext
from livedata_panel.loop_monitor import LoopMonitor
from livedata_panel.places import add_plugin_widgets
from livedata_panel.session import SessionUpdater
from livedata_panel.static_files import BOKEH, SCRIPTS, STYLESHEETS, static_prefix
from livedata_panel.turns import Turns

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
    turns:
        Lets sessions that were woken look one after the other on that loop.
    """

    def __init__(
        self,
        services: DashboardServices,
        title: str | None = None,
        monitor: LoopMonitor | None = None,
        turns: Turns | None = None,
    ) -> None:
        self.services = services
        self.monitor = monitor
        self.turns = turns or Turns()
        self.title = title or f"{services.instrument.title} – livedata"

    def create_layout(self) -> None:
        """Make the page of the current session and register the session.

        The page's frame is plain HTML; one Bokeh model, the bridge, carries what it
        shows. Event loop, with a current document.
        """
        document = pn.state.curdoc
        if document is None or document.session_context is None:
            raise RuntimeError("create_layout needs a session; serve it with app.serve")
        session_id = document.session_context.id
        # The page sees to a lost connection itself: it says so and loads anew.
        document.config.update(reconnect_session=False, notify_connection_status=False)
        context = SessionContext(
            self.services,
            self._session_info(session_id),
            monitor=self.monitor,
            turns=self.turns,
        )
        bridge = make_bridge()
        document.add_root(bridge)
        places = add_plugin_widgets(document, context)
        document.title = self.title
        document.template = _page_template()
        document.template_variables.update(self._variables(places))
        SessionUpdater(context, bridge, document).open()

    def _variables(self, places: Iterable[WidgetPlace]) -> dict[str, object]:
        prefix = static_prefix()
        return {
            "window_title": self.title,
            "instrument": self.services.instrument.title,
            "bokeh": f"{prefix}/{BOKEH}",
            "scripts": [f"{prefix}/js/{name}" for name in SCRIPTS],
            "styles": [f"{prefix}/css/{name}" for name in STYLESHEETS],
            "places": {place.value for place in places},
        }

    def _session_info(self, session_id: str) -> SessionInfo:
        return SessionInfo(
            session_id=session_id,
            instrument=self.services.instrument.name,
            user=pn.state.user or "anonymous",
            started_ns=self.services.clock(),
        )


@cache
def _page_template() -> Template:
    """Return the page, compiled once for all sessions."""
    page = Path(str(files("livedata_panel") / "static" / "page.html"))
    # Titles are escaped in the page; what Bokeh puts in is markup.
    environment = Environment()  # noqa: S701
    return environment.from_string(page.read_text(encoding="utf-8"))
