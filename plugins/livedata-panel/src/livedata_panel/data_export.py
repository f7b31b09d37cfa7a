"""The route that gives out the data of a plot: ``plot-data?cell=ID&format=csv``.

``frozen=NAME`` asks for those of a frame at which a plot stands still, ``slider=DIM:N``
for those at a position.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from tornado.ioloop import IOLoop
from tornado.web import HTTPError, RequestHandler

from livedata_core.api import (
    CellFrame,
    DashboardServices,
    Layer,
    LayerFrame,
    asked_of,
)
from livedata_core.contract import DataKey, SlicedFrame, View
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
    """Return what the layers of a plot show by title, in full, without settings.

    Takes as long as scipp needs to copy it; any thread but the event loop.

    Parameters
    ----------
    frame:
        Of what the data are: a time window as it was joined, of what is sliced the one
        slice. None: of the present.

    Raises
    ------
    KeyError
        If the plot is gone.
    ValueError
        If it has no data (yet).
    """
    _, cell = services.plots.layout.find(cell_id)
    shown = {} if frame is None else {one.layer_id: one for one in frame.layers}
    found: dict[str, sc.DataArray] = {}
    for layer in cell.layers:
        layer_frame = shown.get(layer.id)
        if layer_frame is not None and layer_frame.data:
            read = _sliced(layer_frame)
        else:
            read = _present(services, layer)
        for key, data in read.items():
            found.setdefault(_title(services, key), data)
    if not found:
        raise ValueError("there are no data yet")
    return found


def _title(services: DashboardServices, key: DataKey) -> str:
    stream = Layer(
        workflow=key.workflow_id,
        sources=(key.source_name,),
        output=key.output_name,
        plotter="",
    )
    return layer_title(services, stream)


def _sliced(frame: LayerFrame) -> dict[DataKey, sc.DataArray]:
    """Return the data of a frame, at the positions of its sliders."""
    read = dict(frame.data)
    for slider in frame.frame.sliders if isinstance(frame.frame, SlicedFrame) else ():
        read = {
            key: data[slider.dim, slider.position] if slider.dim in data.dims else data
            for key, data in read.items()
        }
    return read


def _present(services: DashboardServices, layer: Layer) -> dict[DataKey, sc.DataArray]:
    """Return the data of a layer whose frame nobody has."""
    plotter = services.plotting.create(layer)
    span = asked_of(plotter.spec, plotter.params, plotter.output)
    stream = services.streams.open(
        layer.keys_with(plotter.spec), span.history, span.seconds, span.aggregation
    )
    try:
        return stream.read()
    finally:
        stream.close()


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
