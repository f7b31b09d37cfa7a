"""Where the pixels of an image lie along one of its axes, linear or logarithmic.

Pure functions of `livedata_plotters.arrays.Axis`. What is drawn of it is the business
of `livedata_plotters.image`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from livedata_plotters.arrays import Axis, Floats
from livedata_plotters.params import Scale

__all__ = ["ImageAxis", "image_axis", "is_uniform", "taken"]

_NOWHERE = np.array([1.0, 10.0])
"""The ends of a logarithmic axis that has nothing to show."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageAxis:
    """One axis of an image, ascending.

    Attributes
    ----------
    edges:
        Of the pixels that are shown [n + 1].
    places:
        Where they were measured [n]; None: in the middle between their edges.
    descends:
        Whether the values have to be turned round.
    left_out:
        How many pixels at its low end a logarithmic axis cannot show.
    empty:
        Whether it shows none: its edges are those of a blank pixel.
    """

    edges: Floats
    places: Floats | None
    descends: bool
    left_out: int = 0
    empty: bool = False


def image_axis(axis: Axis, scale: Scale) -> ImageAxis:
    """Return the axis of an image.

    On a logarithmic one, bins that reach down to zero or below, and positions that are
    not above it, are left out. Between positions, edges are half way as one sees it.
    """
    coords = axis.coords
    descends = bool(len(coords) > 1 and coords[0] > coords[-1])
    if descends:
        coords = coords[::-1]
    left_out = int(np.count_nonzero(coords <= 0)) if scale is Scale.LOG else 0
    left_out = min(left_out, len(coords) - axis.edges)
    shown = coords[left_out:]
    if len(shown) < 1 + axis.edges:
        return ImageAxis(_NOWHERE, None, descends, left_out, empty=True)
    if axis.edges:
        return ImageAxis(shown, None, descends, left_out)
    edges = _between(shown, scale)
    middles = 0.5 * (edges[:-1] + edges[1:])
    places = None if np.allclose(middles, shown, rtol=1e-9) else shown
    return ImageAxis(edges, places, descends, left_out)


def _between(places: Floats, scale: Scale) -> Floats:
    """Return edges half way between positions; a single one is one wide."""
    log = scale is Scale.LOG
    spread = np.log(places) if log else places
    edges = Axis("", "", None, spread, edges=False).bounds
    found: Floats = np.exp(edges) if log else edges
    return found


def taken(
    values: npt.NDArray[np.generic], y: ImageAxis, x: ImageAxis
) -> npt.NDArray[np.generic]:
    """Return the values [row, column] that both axes show, in their order."""
    for number, axis in enumerate((y, x)):
        turned = np.flip(values, number) if axis.descends else values
        lead = (slice(None),) * number
        values = turned[(*lead, slice(axis.left_out, None))]
    if y.empty or x.empty:
        shape = len(y.edges) - 1, len(x.edges) - 1
        return np.full(shape, np.nan)
    return values


def is_uniform(edges: Floats) -> bool:
    """Return whether pixels between edges are of one size."""
    steps = np.diff(edges)
    return bool(np.allclose(steps, steps[0], rtol=1e-6, atol=0.0))
