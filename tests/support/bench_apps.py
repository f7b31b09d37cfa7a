"""What is served to be measured: the shell, and two others to compare it with.

`shell` is the real dashboard. `floor` is the least that Bokeh can do: in each session
a figure for each cell whose changed column is replaced. `naive` is what HoloViews'
documentation shows: a `Pipe` and a `DynamicMap` for each cell and session.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tests.support.bench_data import CURVE, OUTPUT, Frames, Load
from tests.support.bench_feed import Feed, publish_to

__all__ = ["App", "floor", "naive", "shell"]


class App(Protocol):
    """Something that listens on the event loop and is fed by a thread."""

    url: str
    feed: Feed

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def counts(self) -> dict[str, int]: ...


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
        frames = Frames(load)
        self.feed = Feed(frames, publish_to(self.services, self.transport, frames))

    def start(self) -> None:
        self.feed.start()

    def stop(self) -> None:
        self.feed.stop()
        self.running.close()
        self.services.stop()

    def counts(self) -> dict[str, int]:
        """Return how much there is of what sessions hold."""
        sessions = self.running.server.get_sessions()
        return {
            "sessions": len(self.services.sessions.snapshot()),
            "bokeh_sessions": len(sessions),
            "models": sum(len(session.document.models) for session in sessions),
        }


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


@dataclass(frozen=True)
class Picture:
    """One cell's frame, computed by the same plotter as in the shell."""

    plotter: Any
    frame: Any

    def element(self) -> Any:
        return self.plotter.draw(self.frame)


class Rival:
    """A server whose sessions are told of each frame by the feed."""

    def __init__(
        self, load: Load, make: Callable[[Any, Rival], Callable[[], None]]
    ) -> None:
        self._frames = Frames(load)
        self._make = make
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[Any, Callable[[], None]]] = {}
        self.pictures: Sequence[Picture] = ()
        self.elements: Sequence[Any] = ()
        self._plotters = [_plotter(workflow) for workflow, _ in load.sources]
        self.compute(0, 0)
        self.feed = Feed(self._frames, self.deliver)
        self.server: Any = None
        self.url = ""

    def start(self) -> None:
        self.feed.start()

    def stop(self) -> None:
        self.feed.stop()
        self.server.unlisten()
        self.server.stop()

    def counts(self) -> dict[str, int]:
        return {"sessions": len(self._sessions)}

    def open(self, document: Any) -> None:
        """Fill the document of a new session."""
        update = self._make(document, self)
        with self._lock:
            self._sessions[document.session_context.id] = (document, update)
        document.on_session_destroyed(self._closed)

    def _closed(self, context: Any) -> None:
        with self._lock:
            self._sessions.pop(context.id, None)

    def compute(self, frame: int, time_ns: int) -> None:
        """Compute a frame once for all sessions, as the shell does."""
        from livedata_core.contract import OVERVIEW, PlotInput
        from livedata_core.data.scipp_io import to_scipp

        pictures = []
        results = self._frames.results(frame, time_ns)
        for (plotter, params), (key, data) in zip(self._plotters, results, strict=True):
            entry = PlotInput(key.data_key, to_scipp(data), key.job_id.source_name)
            pictures.append(
                Picture(plotter, plotter.compute([entry], params, OVERVIEW))
            )
        self.pictures = pictures
        self.elements = [picture.element() for picture in pictures]

    def deliver(self, frame: int, time_ns: int) -> None:
        self.compute(frame, time_ns)
        with self._lock:
            sessions = list(self._sessions.values())
        for document, update in sessions:
            document.add_next_tick_callback(update)


def _plotter(workflow: Any) -> tuple[Any, Any]:
    from livedata_plotters.image import ImagePlotter
    from livedata_plotters.lines import LinesPlotter
    from livedata_plotters.params import ImageParams, LinesParams

    if workflow == CURVE:
        return LinesPlotter(), LinesParams()
    return ImagePlotter(), ImageParams()


def shell(load: Load) -> App:
    """Serve the real dashboard."""
    return Shell(load)


def floor(load: Load) -> App:
    """Serve plain figures from a bare Bokeh server."""
    from bokeh.application import Application
    from bokeh.application.handlers import FunctionHandler
    from bokeh.server.server import Server

    from tests.support.serving import free_port

    rival, port = Rival(load, _plain_figures), free_port()
    applications = {"/": Application(FunctionHandler(rival.open))}
    origins = [f"127.0.0.1:{port}"]
    rival.server = Server(
        applications, port=port, address="127.0.0.1", allow_websocket_origin=origins
    )
    rival.server.start()
    rival.url = f"http://127.0.0.1:{port}/"
    return rival


def _plain_figures(document: Any, rival: Rival) -> Callable[[], None]:
    from bokeh.layouts import gridplot
    from bokeh.plotting import figure

    sources: list[Any] = []
    figures: list[Any] = []
    for picture in rival.pictures:
        plot: Any = figure(width=300, height=250)
        columns = _columns(picture.frame)
        if "image" in columns:
            plot.image("image", x=0, y=0, dw=1, dh=1, source=columns)
        else:
            plot.line("x", "y", source={"x": picture.frame.curves[0].x, **columns})
        sources.append(plot.renderers[0].data_source)
        figures.append(plot)
    document.add_root(gridplot(figures, ncols=4))

    def update() -> None:
        document.hold("combine")
        for source, picture in zip(sources, rival.pictures, strict=True):
            source.data.update(_columns(picture.frame))
        document.unhold()

    return update


def _columns(frame: Any) -> dict[str, Any]:
    """Return the columns that change from frame to frame."""
    if hasattr(frame, "values"):
        return {"image": [frame.values]}
    return {"y": frame.curves[0].y}


def naive(load: Load) -> App:
    """Serve HoloViews plots, each session with pipes of its own."""
    import panel as pn
    from panel.io.server import get_server

    from tests.support.serving import free_port

    pn.config.autoreload = False
    pn.extension()
    rival, port = Rival(load, _pipes), free_port()

    def page() -> Any:
        document: Any = pn.state.curdoc
        rival.open(document)
        return document.template_variables.pop("bench_page")

    rival.server = get_server(
        {"/": page},
        port=port,
        address="127.0.0.1",
        websocket_origin=f"127.0.0.1:{port}",
    )
    rival.server.start()
    rival.url = f"http://127.0.0.1:{port}/"
    return rival


def _pipes(document: Any, rival: Rival) -> Callable[[], None]:
    import holoviews as hv
    import panel as pn

    hv.extension("bokeh")
    pipes = [hv.streams.Pipe(data=element) for element in rival.elements]
    maps = [hv.DynamicMap(lambda data: data, streams=[pipe]) for pipe in pipes]
    pane: Any = pn.pane.HoloViews
    page = pn.GridBox(*map(pane, maps), ncols=4)
    document.template_variables["bench_page"] = page

    def update() -> None:
        with pn.io.hold():
            for pipe, element in zip(pipes, rival.elements, strict=True):
                pipe.send(element)

    return update
