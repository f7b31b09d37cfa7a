"""The bridge between a session and its browser: one Bokeh model.

Views travel as JSON text, one property each, so that "has it changed" is a comparison
of strings and the browser builds plain text nodes from them. Figures travel as models.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from bokeh.core.properties import Instance, Int, List, String
from bokeh.model import DataModel, Model

__all__ = ["BRIDGE_NAME", "Bridge", "to_json"]

BRIDGE_NAME = "livedata"
"""By which the browser finds the bridge in the document."""


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
    figures: list[Model] = cast(
        "list[Model]", List(Instance(Model), help="The plots of the open grid.")
    )


def to_json(view: Mapping[str, Any] | None) -> str:
    """Return a view as text; an absent one is empty."""
    if view is None:
        return ""
    return json.dumps(view, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
