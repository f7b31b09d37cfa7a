"""HoloViews images that differ in values alone, each a copy of the first of its kind.

Making an image, HoloViews checks its axes and sets up some forty parameters. For an
image that is the next of a live plot all that comes out as for the one before, and is
more than half of what drawing it takes.
"""

from __future__ import annotations

from copy import copy
from functools import lru_cache

import holoviews as hv
import numpy as np
import numpy.typing as npt

from livedata_plotters.axes import dimensions

__all__ = ["Bounds", "image_of"]

Bounds = tuple[float, float, float, float]
"""Left, bottom, right and top."""

ANY_LIMITS = (0.0, 1.0)
KINDS = 64
"""So many images are kept to be copied, of zeros that take no memory."""


def image_of(
    values: npt.NDArray[np.float32], bounds: Bounds, labels: tuple[str, str, str]
) -> hv.Image:
    """Return an image of equal pixels; its colour limits have to be set as an option.

    Parameters
    ----------
    values:
        [row, column], rows upwards. Kept, not copied.
    bounds:
        Outer edges of the pixels.
    labels:
        Of the horizontal axis, the vertical one and the values.
    """
    image = copy(_first(values.shape, bounds, labels))
    # HoloViews takes the first row of a bare array to be the top one.
    image.data = values[::-1]
    # By which HoloViews knows whether a plot has to be updated.
    image._plot_id = id(image)
    return image


@lru_cache(KINDS)
def _first(
    shape: tuple[int, int], bounds: Bounds, labels: tuple[str, str, str]
) -> hv.Image:
    # With limits of its own, HoloViews does not look for them in the values.
    *kdims, vdim = dimensions(*zip(labels, (None, None, ANY_LIMITS), strict=True))
    nothing = np.broadcast_to(np.float32(0), shape)
    return hv.Image(nothing, bounds=bounds, kdims=kdims, vdims=[vdim])
