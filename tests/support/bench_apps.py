"""What is served to be measured: the real dashboard, without a worker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from tests.support.bench_data import CURVE, IMAGE, OUTPUT, Frames, Load
from tests.support.bench_feed import Feed, publish_to

__all__ = ["App", "shell"]


class App(Protocol):
    """Something that listens on the event loop and is fed by a thread."""

    url: str
    feed: Feed

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def counts(self) -> dict[str, float]: ...
    def at_rest(self) -> AbstractContextManager[None]: ...


class Shell:
    """The dashboard with one grid and no worker; results come from the feed."""

    def __init__(self, load: Load) -> None:
        from livedata_core.api import (
            DashboardServices,
            InProcessBroker,
            InProcessTransport,
        )
        from livedata_core.config import MemoryConfigStore
        from livedata_core.plugins import Found, PluginManager, discover
        from livedata_panel.app import start, warm_up_later
        from livedata_panel.process_tuning import tune_process
        from livedata_panel.render.master import HoloViewsRenderer
        from tests.support import bench_plugin

        plugins = PluginManager((*discover(), Found.of(bench_plugin, "bench")))
        self.transport = InProcessTransport(InProcessBroker())
        self.services = DashboardServices(
            plugins=plugins,
            instrument=plugins.registry.instruments["bench"],
            transport=self.transport,
            store=MemoryConfigStore(),
            renderer=HoloViewsRenderer(),
        )
        add_grids(self.services.plots, load)
        self.services.start()
        self.running = start(self.services, port=0)
        self.url = self.running.url
        warm_up_later(self.running.loop, self.services)
        tune_process()
        frames = Frames(load)
        self.feed = Feed(frames, publish_to(self.services, self.transport, frames))

    def start(self) -> None:
        self.feed.start()

    def stop(self) -> None:
        self.feed.stop()
        self.running.close()
        self.services.stop()

    def counts(self) -> dict[str, float]:
        """Return how much there is of what sessions hold."""
        sessions = self.running.server.get_sessions()
        return {
            "sessions": len(self.services.sessions.snapshot()),
            "bokeh_sessions": len(sessions),
            "models": sum(len(session.document.models) for session in sessions),
            "wakes": len(self.services.wakeups),
            "subscriptions": self.services.data.subscribers,
            "history_mb": self.services.data.history_bytes / 1e6,
        }

    def keep_histories(self) -> None:
        """Ask for the history of every image, as long as memory allows.

        Those of curves would go on to take the place of images for hours.
        """
        for key in self.feed.frames.streams():
            if key.workflow_id == IMAGE:
                self.services.data.want_history(key)

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Hold the compute thread; the event loop's calls this.

        Objects that are looked at while another thread makes them break: CPython takes
        a tuple that somebody else refers to for finished.
        """
        resting, go_on = threading.Event(), threading.Event()

        def rest() -> None:
            resting.set()
            go_on.wait()

        self.services.plot_data.submit(rest)
        resting.wait()
        try:
            yield
        finally:
            go_on.set()


def add_grids(plots: Any, load: Load) -> None:
    """Lay out the load as one grid, and a small second one as another tab."""
    from livedata_core.plots.layout import Layer

    columns = max(1, round(load.cells**0.5))
    first = plots.add_grid("Bench", -(-load.cells // columns), columns)
    second = plots.add_grid("Other", 1, 1)
    for number, (workflow, source) in enumerate(load.sources):
        plotter = "lines" if workflow == CURVE else "image"
        layer = {
            "workflow": workflow,
            "sources": (source,),
            "output": OUTPUT,
            "plotter": plotter,
        }
        place = divmod(number, columns)
        plots.add_cell(first, [Layer(**layer)], title=source, place=place)
        if number == 0:
            plots.add_cell(second, [Layer(**layer)], title=source)


def shell(load: Load) -> App:
    """Serve the real dashboard."""
    return Shell(load)
