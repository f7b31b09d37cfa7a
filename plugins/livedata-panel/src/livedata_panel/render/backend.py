"""The HoloViews backend: registered, with defaults for live data, and warmed up."""

from __future__ import annotations

import holoviews as hv
import holoviews.plotting.bokeh
import numpy as np

__all__ = ["BACKEND", "prepare_backend", "warm_up"]

BACKEND = "bokeh"


def prepare_backend() -> None:
    """Make Bokeh the current backend, with axes that follow every frame.

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


def warm_up() -> None:
    """Draw an image and a curve once: the first of each imports colour maps, slowly."""
    image = hv.Image(np.zeros((2, 2))).opts(
        clone=False, backend=BACKEND, cmap="viridis", colorbar=True
    )
    curve = hv.Curve(np.zeros(2))
    for element in (image, curve):
        hv.renderer(BACKEND).get_plot(element)
