"""The bridge between a session and its browser: one Bokeh model.

Views travel as JSON text, one property each, so that "has it changed" is a comparison
of strings and the browser builds plain text nodes from them. What changes in figures
travels through it as well, past Bokeh's events; see `livedata_panel.outbox`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bokeh.core.properties import Any as AnyValue
from bokeh.core.properties import Int, String
from bokeh.core.types import ID
from bokeh.model import DataModel

__all__ = ["BRIDGE_NAME", "Bridge", "make_bridge", "to_json"]

BRIDGE_NAME = "livedata"
"""Name and id of the bridge of every session: what all get can be addressed once."""


def _text(meaning: str) -> Any:
    return String("", help=meaning)


def _count(meaning: str) -> Any:
    return Int(0, help=meaning)


class Bridge(DataModel):
    """What a session's browser shows and says.

    The browser writes `inbox`, `beat` and `painted`; the server writes the rest.
    """

    shell: str = _text("Header, rail and the page that is open.")
    page: str = _text("What the open page shows.")
    cells: str = _text("Age and state of each plot of the open grid.")
    drawer: str = _text("The form beside the page; empty: closed.")
    notices: str = _text("The latest notifications.")
    clock: str = _text("Time of the server, ms since the epoch.")
    inbox: str = _text("The latest thing the user did.")
    frame: int = _count("Number of the latest frame that was sent.")
    painted: int = _count("Number of the latest frame that the browser painted.")
    beat: int = _count("Counts up while the browser lives.")
    plots: Any = AnyValue(None, help="What changed in a figure, as a `WirePatch`.")


def make_bridge() -> Bridge:
    """Return the bridge of a new session."""
    bridge = Bridge(name=BRIDGE_NAME)
    # Bokeh takes an id only for what it reads from elsewhere.
    bridge._id = ID(BRIDGE_NAME)  # type: ignore[attr-defined]
    return bridge


def to_json(view: Mapping[str, Any] | None) -> str:
    """Return a view as text; an absent one is empty."""
    if view is None:
        return ""
    return json.dumps(view, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
