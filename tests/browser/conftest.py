"""Headless Chromium, and a dashboard for it to look at."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from livedata_cli.embedded import EmbeddedBackend
from livedata_core.api import DashboardServices, InProcessBroker, InProcessTransport
from livedata_core.config import MemoryConfigStore
from livedata_core.contract import ConfigStore, resolve
from livedata_core.plugins import PluginManager, load_plugins
from livedata_panel.app import RunningServer, start
from livedata_panel.render.master import HoloViewsRenderer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


class Window:
    """A page in a browser of its own that notes what goes wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                self.errors.append(message.text) if message.type == "error" else None
            ),
        )
        page.on("request", lambda request: self.requests.append(request.url))
        page.set_default_timeout(20_000)

    def open(self, url: str, page: str = "") -> Window:
        """Open a page of the dashboard and wait until it is there."""
        self.page.goto(f"{url}#{page}" if page else url)
        self.page.wait_for_selector("#rail .rail-item")
        return self

    def painted(self, frames: int) -> None:
        """Wait until so many frames have been painted."""
        self.page.wait_for_function(
            "n => Bokeh.documents[0].get_model_by_name('livedata').painted >= n",
            arg=frames,
        )


OpenWindow = Callable[..., Window]


@pytest.fixture
def window(chromium: Browser) -> Iterator[OpenWindow]:
    """Return a maker of windows; at the end none of them may have seen an error."""
    made: list[Window] = []

    def make(**options: object) -> Window:
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        made.append(Window(context.new_page()))
        return made[-1]

    yield make
    for item in made:
        item.page.context.close()
    assert [item.errors for item in made] == [[] for _ in made]


@pytest.fixture(scope="session")
def plugins() -> PluginManager:
    """Load the plugins once."""
    return load_plugins()


@contextmanager
def serving(services: DashboardServices) -> Iterator[str]:
    """Serve on a thread of its own; gives the URL."""
    ready = threading.Event()
    made: list[RunningServer] = []

    def run() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        made.append(start(services, port=0))
        ready.set()
        made[0].run()
        made[0].close()

    thread = threading.Thread(target=run, name="server", daemon=True)
    thread.start()
    assert ready.wait(30), "the server did not start"
    try:
        yield made[0].url
    finally:
        made[0].stop()
        thread.join(10)


class Dashboard:
    """A dashboard without worker: tests put its data."""

    def __init__(self, services: DashboardServices, url: str) -> None:
        self.services = services
        self.url = url


@pytest.fixture
def dashboard(plugins: PluginManager) -> Iterator[Dashboard]:
    """Serve the dummy instrument without anything that sends data."""
    with dashboard_of(plugins, "dummy") as made:
        yield made


@contextmanager
def dashboard_of(
    plugins: PluginManager,
    instrument: str,
    store: ConfigStore | None = None,
    *,
    prepare: Callable[[DashboardServices], None] = lambda services: None,
    live: bool = False,
) -> Iterator[Dashboard]:
    """Serve an instrument.

    Parameters
    ----------
    store:
        Of its settings; None: one that is empty.
    prepare:
        Called before the dashboard starts.
    live:
        Whether worker and simulator of the instrument send data; else nothing does.
    """
    transport = InProcessTransport(InProcessBroker())
    record = plugins.registry.instruments[instrument]
    services = DashboardServices(
        plugins=plugins,
        instrument=record,
        transport=transport,
        store=store or MemoryConfigStore(),
        renderer=HoloViewsRenderer(),
    )
    prepare(services)
    with ExitStack() as stack:
        services.start()
        stack.callback(services.stop)
        if live:
            simulator = resolve(str(record.simulator))(record)
            backend = EmbeddedBackend(services, transport, simulator, speed=1.0)
            backend.start()
            stack.callback(backend.stop)
        yield Dashboard(services, stack.enter_context(serving(services)))
