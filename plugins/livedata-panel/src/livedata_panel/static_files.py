"""The page's own scripts and styles, served by this process under a versioned path."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

__all__ = ["SCRIPTS", "STATIC", "STYLESHEETS", "static_prefix"]

STATIC = Path(__file__).parent / "static"
STYLESHEETS = ("tokens.css", "frame.css", "grid.css", "pages.css", "form.css")
SCRIPTS = (
    "main.js",
    "bridge.js",
    "dom.js",
    "figures.js",
    "format.js",
    "frame.js",
    "grid.js",
    "painting.js",
    "plots.js",
    "workflows.js",
    "system.js",
    "form.js",
    "notices.js",
)


@cache
def static_prefix() -> str:
    """Return the path they are served under; it changes with their content."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*.*")):
        digest.update(path.read_bytes())
    return f"livedata-{digest.hexdigest()[:12]}"
