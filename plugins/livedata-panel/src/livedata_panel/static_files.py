"""The page's own scripts and styles, and BokehJS, as this process serves them.

All of it is in memory, under a path that changes with the content: a browser asks for
each once. Who may take it compressed gets it so; it is compressed once, off the loop.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import bokeh.util.paths
from tornado.web import HTTPError, RequestHandler

__all__ = ["BOKEH", "SCRIPTS", "STYLESHEETS", "static_patterns", "static_prefix"]

STATIC = Path(__file__).parent / "static"
STYLESHEETS = (
    "tokens.css",
    "frame.css",
    "grid.css",
    "pages.css",
    "form.css",
    "layouts.css",
)
SCRIPTS = (
    "main.js",
    "address.js",
    "bridge.js",
    "dom.js",
    "editing.js",
    "figures.js",
    "form.js",
    "format.js",
    "frame.js",
    "grid.js",
    "holding.js",
    "kiosk.js",
    "labels.js",
    "layouts.js",
    "legends.js",
    "memory.js",
    "notices.js",
    "outputs.js",
    "painting.js",
    "parts.js",
    "plots.js",
    "reference.js",
    "regions.js",
    "releasing.js",
    "saving.js",
    "shortcuts.js",
    "sliders.js",
    "system.js",
    "ticks.js",
    "tips.js",
    "tools.js",
    "workflows.js",
    "zone.js",
)
BOKEH = "js/bokeh.min.js"
"""All that figures need; Panel is loaded where a plugin has widgets."""

# Machines disagree on the type of a script, and browsers are strict about it.
_TYPES = {".css": "text/css", ".js": "text/javascript"}
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def _contents() -> dict[str, bytes]:
    """Return what is served, by its path below the prefix."""
    own = {
        path.relative_to(STATIC).as_posix(): path.read_bytes()
        for folder in ("css", "js")
        for path in sorted((STATIC / folder).iterdir())
    }
    return {**own, BOKEH: (bokeh.util.paths.bokehjs_path() / BOKEH).read_bytes()}


@cache
def static_prefix() -> str:
    """Return the path they are served under; it changes with their content."""
    digest = hashlib.sha256()
    for content in _contents().values():
        digest.update(content)
    return f"livedata-{digest.hexdigest()[:12]}"


def static_patterns() -> list[tuple[str, type[RequestHandler], dict[str, Any]]]:
    """Return the routes for the web server."""
    compressed: dict[str, bytes] = {}
    shared = {"compressed": compressed}
    return [(rf"/{static_prefix()}/(.+)", StaticFile, shared)]


class StaticFile(RequestHandler):
    """Answers with one of the files."""

    def initialize(self, compressed: dict[str, bytes]) -> None:
        """Take what has been compressed so far."""
        self._compressed = compressed

    async def get(self, name: str) -> None:
        """Send a file.

        Raises
        ------
        HTTPError
            404 if there is none of that name.
        """
        content = _contents().get(name)
        if content is None:
            raise HTTPError(404)
        kind = _TYPES[PurePosixPath(name).suffix]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.set_header("Cache-Control", FOR_EVER)
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            content = await self._gzipped(name, content)
            self.set_header("Content-Encoding", "gzip")
        self.finish(content)

    async def _gzipped(self, name: str, content: bytes) -> bytes:
        if name not in self._compressed:
            loop = asyncio.get_running_loop()
            made = await loop.run_in_executor(None, gzip.compress, content, 6)
            self._compressed[name] = made
        return self._compressed[name]
