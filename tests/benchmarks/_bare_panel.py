"""The yardstick of `startup`: the least that serves three HoloViews plots."""

from __future__ import annotations

import sys

import holoviews as hv
import numpy as np
import panel as pn


def page() -> pn.Column:
    """Build one session: an image and two curves."""
    image = hv.Image(np.random.default_rng(0).random((128, 128)))
    curve = np.linspace(0.0, 1.0, 100)
    return pn.Column(image, hv.Curve(curve), hv.Curve(curve**2))


if __name__ == "__main__":
    pn.extension()
    hv.extension("bokeh")
    pn.serve(page, port=int(sys.argv[1]), show=False)
