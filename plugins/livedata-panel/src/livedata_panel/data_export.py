"""The route that gives out the data of a plot: ``plot-data?cell=ID&format=csv``.

``frozen=NAME`` asks for those of a frame at which a plot stands still, ``slider=DIM:N``
for those at a position.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from tornado.ioloop import IOLoop
from tornado.web import HTTPError, RequestHandler

from livedata_core.api import (
    CellFrame,
    DashboardServices,
    Layer,
    Shown,
    asked_of,
    what_is_shown,
)
from livedata_core.contract import OVERVIEW, DataKey, PlotInput, View
from livedata_panel.frozen_frames import frozen_frames
from livedata_panel.titles import layer_title

if TYPE_CHECKING:
    import scipp as sc

__all__ = ["export_patterns", "plot_data"]

_ONE_AT_A_TIME: Final = ThreadPoolExecutor(1, "livedata-export")
"""However many ask: memory and processor are the plots'."""


def export_patterns(
    services: DashboardServices,
) -> list[tuple[str, type[RequestHandler], dict[str, Any]]]:
    """Return the route for the web server."""
    return [(r"/plot-data", _Export, {"services": services})]


def plot_data(
    services: DashboardServices, cell_id: str, frame: CellFrame | None = None
) -> dict[str, sc.DataArray]:
    """Return what the layers of a plot show by title, in full.

    As settings have it (rates, time windows, slices), before anything is thinned out
    for the screen. Takes its time; any thread but the event loop.

    Parameters
    ----------
    frame:
        Of what the data are. None: nobody has one; of the present.

    Raises
    ------
    KeyError
        If the plot is gone.
    ValueError
        If it has no data (yet), or they cannot be shown as the settings ask.
    """
    _, cell = services.plots.layout.find(cell_id)
    frames = {} if frame is None else {one.layer_id: one for one in frame.layers}
    found: dict[str, sc.DataArray] = {}
    errors: list[str] = []
    for layer in cell.layers:
        there = frames.get(layer.id)
        made = _present(services, layer) if there is None else there.shown
        if there is not None and there.error:
            errors.append(there.error)
        for entry in made() if made is not None else ():
            title = _title(services, entry.key)
            found[_free(title, found)] = entry.data
    if not found:
        raise ValueError(errors[0] if errors else "there are no data yet")
    return found


def _title(services: DashboardServices, key: DataKey) -> str:
    stream = Layer(
        workflow=key.workflow_id,
        sources=(key.source_name,),
        output=key.output_name,
        plotter="",
    )
    return layer_title(services, stream)


def _free(title: str, taken: Container[str]) -> str:
    """Return a title that is not taken: two layers may show the same otherwise."""
    name, number = title, 2
    while name in taken:
        name, number = f"{title} ({number})", number + 1
    return name


def _present(services: DashboardServices, layer: Layer) -> Shown:
    """Return the data of a layer whose frame nobody has."""
    made = services.plotting.create(layer)
    span = asked_of(made.spec, made.params, made.output)
    stream = services.streams.open(
        layer.keys_with(made.spec), span.history, span.seconds, span.aggregation
    )
    try:
        read = stream.read()
    finally:
        stream.close()
    inputs = [
        PlotInput(
            key,
            data,
            services.source_title(key.source_name),
            services.plotting.declared(key),
        )
        for key, data in read.items()
    ]
    return what_is_shown(made, inputs, OVERVIEW) if inputs else list


class _Export(RequestHandler):
    """Answers with a file, or says in a sentence why there is none."""

    def initialize(self, services: DashboardServices) -> None:
        self.services = services

    async def get(self) -> None:
        kind = self.get_query_argument("format", "csv")
        cell_id = self.get_query_argument("cell", "")
        if kind not in _MAKERS:
            raise HTTPError(400, f"format {kind!r} is none of {', '.join(_MAKERS)}")
        content_type, make = _MAKERS[kind]
        self.set_header("Cache-Control", "no-store")
        try:
            frame = self._frame(cell_id)

            def work() -> bytes:
                return make(plot_data(self.services, cell_id, frame))

            content = await IOLoop.current().run_in_executor(_ONE_AT_A_TIME, work)
        except (KeyError, ValueError) as error:
            self.set_status(404 if isinstance(error, KeyError) else 409)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(str(error.args[0]))
            return
        self._send(content, content_type, cell_id, kind)

    def _frame(self, cell_id: str) -> CellFrame | None:
        """Return the frame that the browser shows; None: nobody has it.

        Raises
        ------
        ValueError
            If the plot does not stand still any more, or a slider is none.
        """
        name = self.get_query_argument("frozen", "")
        if name:
            frame = frozen_frames(self.services).get(name)
            if frame is None or frame.cell_id != cell_id:
                raise ValueError("the plot does not stand still any more")
            return frame
        sliders = []
        for text in self.get_query_arguments("slider"):
            dim, _, position = text.rpartition(":")
            if not position.isdecimal():
                raise ValueError(f"slider {text!r} is not DIM:POSITION")
            sliders.append((dim, int(position)))
        return self.services.plot_data.cell(cell_id, View(tuple(sorted(sliders))))

    def _send(self, content: bytes, content_type: str, cell_id: str, kind: str) -> None:
        name = re.sub(r"[^\w-]+", "_", cell_id, flags=re.ASCII)[:80]
        self.set_header("Content-Type", content_type)
        self.set_header(
            "Content-Disposition", f'attachment; filename="plot_{name}.{kind}"'
        )
        self.finish(content)


def _csv(data: dict[str, sc.DataArray]) -> bytes:
    # Imported here: scipp is slow to import, and few save anything.
    from livedata_panel.csv_files import csv_text

    return csv_text(data).encode()


def _hdf5(data: dict[str, sc.DataArray]) -> bytes:
    from io import BytesIO

    import scipp

    buffer = BytesIO()
    group = scipp.DataGroup({title.replace("/", "∕"): d for title, d in data.items()})
    scipp.io.save_hdf5(group, buffer)
    return buffer.getvalue()


_MAKERS: Final[dict[str, tuple[str, Callable[[dict[str, sc.DataArray]], bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "h5": ("application/x-hdf5", _hdf5),
}
