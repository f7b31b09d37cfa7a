"""The HoloViews backend: registered, with defaults for live data, and warmed up."""

from __future__ import annotations

from functools import cache
from typing import Any

import holoviews as hv
import holoviews.plotting.bokeh
import numpy as np
from bokeh.document import Document
from panel.io.state import set_curdoc

__all__ = ["BACKEND", "headless_renderer", "prepare_backend", "warm_up"]

BACKEND = "bokeh"


@cache
def prepare_backend() -> None:
    """Make Bokeh the current backend, with axes that follow every frame; once.

    HoloViews otherwise keeps the limits of the first frame of a `DynamicMap`.
    """
    hv.Store.set_current_backend(BACKEND)
    tree = hv.Store.options(BACKEND)
    keywords = ["framewise", "axiswise"]
    for element in hv.Store.registry[BACKEND]:
        groups = tree[element.__name__].groups
        groups["norm"] = hv.Options(
            "norm", framewise=True, axiswise=False, allowed_keywords=keywords
        )


@cache
def headless_renderer() -> Any:
    """Return a renderer whose plots belong to no session.

    The usual one gives a plot to the document that Bokeh calls current, which is that
    of whichever session the event loop happens to serve.
    """
    prepare_backend()
    renderer = hv.renderer(BACKEND).instance()
    renderer.notebook_context = True
    return renderer


def warm_up() -> None:
    """Draw an image and a curve once: the first of each imports colour maps, slowly."""
    renderer = headless_renderer()
    image = hv.Image(np.zeros((2, 2))).opts(
        clone=False, backend=BACKEND, cmap="viridis", colorbar=True
    )
    curve = hv.Curve(np.zeros(2))
    for element in (image, curve):
        with set_curdoc(Document()):
            renderer.get_plot(element)
