"""A dashboard without server or threads: every step is a call."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from bokeh.document import Document

from livedata_core.api import DashboardServices, InProcessBroker, InProcessTransport
from livedata_core.config import MemoryConfigStore
from livedata_core.contract import (
    ArrayData,
    JobId,
    ResultKey,
    SessionInfo,
    Variable,
    WorkflowId,
)
from livedata_core.plugins import PluginManager, load_plugins
from livedata_panel.bridge import make_bridge
from livedata_panel.context import SessionContext
from livedata_panel.loop_monitor import LoopMonitor
from livedata_panel.render.master import HoloViewsRenderer
from livedata_panel.session import SessionUpdater
from livedata_panel.turns import Turns
from tests.support.page import Page

PANEL = WorkflowId("dummy", "panel_0_xy", 1)


@pytest.fixture(scope="session")
def plugins() -> PluginManager:
    return load_plugins()


@pytest.fixture
def services(plugins: PluginManager) -> DashboardServices:
    made = DashboardServices(
        plugins=plugins,
        instrument=plugins.registry.instruments["dummy"],
        transport=InProcessTransport(InProcessBroker()),
        store=MemoryConfigStore(),
        renderer=HoloViewsRenderer(),
    )
    made.plots.add_template(made.templates["overview"])
    return made


class Browser:
    """One session as its browser sees it."""

    def __init__(
        self,
        services: DashboardServices,
        name: str = "s1",
        monitor: LoopMonitor | None = None,
        turns: Turns | None = None,
    ) -> None:
        self.services = services
        self.document = Document()
        self.bridge = make_bridge()
        self.page = Page()
        self.document.add_root(self.bridge)
        self.context = SessionContext(
            services,
            SessionInfo(name, "dummy"),
            monitor=monitor,
            turns=turns or Turns(),
        )
        self.updater = SessionUpdater(self.context, self.bridge, self.document)
        self.updater.outbox.deliver = self.page.receive
        self.updater.open()
        self._sent = 0

    def send(self, kind: str, **payload: object) -> None:
        self._sent += 1
        self.bridge.inbox = json.dumps({"kind": kind, "n": self._sent, **payload})

    def hello(self, page: str = "", **payload: object) -> None:
        self.send("hello", page=page, **payload)

    def paint(self) -> None:
        self.bridge.painted = self.bridge.frame

    def look(self) -> None:
        """Let the compute thread and the event loop do what waits for them."""
        for _ in range(3):
            self.services.plot_data.round()
            self.updater.look()

    def view(self, name: str) -> Any:
        text = getattr(self.bridge, name)
        return json.loads(text) if text else None

    def figure(self, title: str = "Panel 0") -> Any:
        """Return the root model of the figure that a cell shows."""
        return self.page.root(self.cell(title)["figure"])

    def cell(self, title: str) -> dict[str, Any]:
        found: dict[str, Any] = next(
            cell for cell in self.view("page")["cells"] if cell["title"] == title
        )
        return found

    def status(self, title: str) -> dict[str, Any]:
        status: dict[str, Any] = self.view("cells")[self.cell(title)["id"]]
        return status


@pytest.fixture
def browser(services: DashboardServices) -> Iterator[Browser]:
    made = Browser(services)
    yield made
    made.updater.close()


JOB = JobId("panel_0", uuid.uuid4())


def put_image(
    services: DashboardServices,
    value: float,
    output: str = "cumulative",
    shape: tuple[int, int] = (4, 4),
) -> None:
    """Have an image of equal pixels arrive from panel 0."""
    now = time.time_ns()
    data = ArrayData(
        (
            Variable("signal", ("y", "x"), np.full(shape, value), "counts", "Image"),
            Variable("start_time", (), np.array(now - 10**9), "ns"),
            Variable("time", (), np.array(now), "ns"),
        )
    )
    with services.data.transaction() as change:
        change.put(ResultKey(PANEL, JOB, output), data, now)
