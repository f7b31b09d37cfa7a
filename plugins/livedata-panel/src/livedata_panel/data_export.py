"""The route that gives out the data of a plot: ``plot-data?cell=ID&format=csv``."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from tornado.ioloop import IOLoop
from tornado.web import HTTPError, RequestHandler

from livedata_core.api import DashboardServices, Layer
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


def plot_data(services: DashboardServices, cell_id: str) -> dict[str, sc.DataArray]:
    """Return what the layers of a plot show by title, in full, without settings.

    Takes as long as scipp needs to copy it; any thread but the event loop.

    Raises
    ------
    KeyError
        If the plot is gone.
    ValueError
        If it has no data (yet).
    """
    _, cell = services.plots.layout.find(cell_id)
    found: dict[str, sc.DataArray] = {}
    for layer in cell.layers:
        for title, data in _layer_data(services, layer):
            found.setdefault(title, data)
    if not found:
        raise ValueError("there are no data yet")
    return found


def _layer_data(
    services: DashboardServices, layer: Layer
) -> list[tuple[str, sc.DataArray]]:
    plotter = services.registry.plotters.get(layer.plotter)
    stream = services.streams.open(
        layer.keys, history=plotter is not None and plotter.history
    )
    try:
        read = stream.read()
    finally:
        stream.close()
    return [
        (
            layer_title(
                services, layer.model_copy(update={"sources": (key.source_name,)})
            ),
            data,
        )
        for key, data in read.items()
    ]


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

        def work() -> bytes:
            return make(plot_data(self.services, cell_id))

        self.set_header("Cache-Control", "no-store")
        try:
            content = await IOLoop.current().run_in_executor(_ONE_AT_A_TIME, work)
        except (KeyError, ValueError) as error:
            self.set_status(404 if isinstance(error, KeyError) else 409)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(str(error.args[0]))
            return
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
