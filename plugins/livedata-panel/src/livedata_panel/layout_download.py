"""The route that gives out layouts as files: ``layout.yaml?grid=ID``."""

from __future__ import annotations

import re
from typing import Any

from tornado.ioloop import IOLoop
from tornado.web import HTTPError, RequestHandler

from livedata_core.api import DashboardServices, layout_text

__all__ = ["layout_patterns"]

ROUTE = "layout.yaml"


def layout_patterns(
    services: DashboardServices,
) -> list[tuple[str, type[RequestHandler], dict[str, Any]]]:
    """Return the route for the web server."""
    return [(rf"/{re.escape(ROUTE)}", _Download, {"services": services})]


class _Download(RequestHandler):
    """Answers with one grid, or with all of them."""

    def initialize(self, services: DashboardServices) -> None:
        self.services = services

    async def get(self) -> None:
        layout = self.services.plots.layout
        grid_id = self.get_query_argument("grid", "")
        grids = [grid for grid in layout.grids if grid_id in ("", grid.id)]
        if not grids and grid_id:
            raise HTTPError(404, "there is no such grid any more")
        title = grids[0].title if grid_id else self.services.instrument.name
        # Far slower than all else that the loop does.
        text = await IOLoop.current().run_in_executor(None, layout_text, layout, grids)
        name = re.sub(r"[^\w.-]+", "_", title, flags=re.ASCII).strip("_") or "layout"
        self.set_header("Content-Type", "application/yaml; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header(
            "Content-Disposition", f'attachment; filename="{name[:80]}.yaml"'
        )
        self.write(text)
