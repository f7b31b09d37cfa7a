"""What the shell is compared with: `floor` and `naive`, fed with the same frames.

`floor` is the least that Bokeh can do: in each session a figure for each cell whose
changed column is replaced. `naive` is what HoloViews' documentation shows: a `Pipe` and
a `DynamicMap` for each cell and session, all of a session's sent inside one hold and
freeze, which is the best that is known of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from tests.support.bench_apps import App
from tests.support.bench_data import CURVE, Frames, Load
from tests.support.bench_feed import Feed

__all__ = ["floor", "naive"]


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

    def counts(self) -> dict[str, float]:
        return {"sessions": len(self._sessions)}

    def at_rest(self) -> AbstractContextManager[None]:
        """Nothing to hold: no thread makes models."""
        return nullcontext()

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
        # Without the freeze, each pipe has Bokeh walk over all models of the page
        # twice: 70 ms a plot, where this takes about 13.
        with pn.io.hold(), document.models.freeze():
            for pipe, element in zip(pipes, rival.elements, strict=True):
                pipe.send(element)

    return update
