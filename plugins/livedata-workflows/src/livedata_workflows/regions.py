"""Which pixels of a screen lie in a region of interest.

A pixel is in a region if its centre is. In axis units that is the middle between its
edges. Without a unit, numbers are indices as the reference system takes them: limits of
a rectangle count from the outer edge, pixel i reaching from i to i + 1; vertices of a
polygon are pixels, pixel i lying at i.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import Polygon, Rectangle, Region
from livedata_workflows.screen import Axis

__all__ = ["region_mask", "region_places"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def region_mask(
    regions: Mapping[int, Region], axes: tuple[Axis, Axis]
) -> npt.NDArray[np.uint8]:
    """Return the regions of each pixel of an image, bit r for index r, flattened.

    Parameters
    ----------
    axes:
        Vertical and horizontal.

    Raises
    ------
    ValueError
        If a region is in units that the axes do not have.
    """
    mask = np.zeros((axes[0].size, axes[1].size), dtype=np.uint8)
    for index, region in regions.items():
        mask |= region_places(region, axes).astype(np.uint8) << np.uint8(index)
    return mask.ravel()


def region_places(region: Region, axes: tuple[Axis, Axis]) -> Mask:
    """Return which pixels lie in a region, [row, column]."""
    vertical, horizontal = axes
    y, y_scale = _centres(vertical, region.y_unit, region, "y")
    x, x_scale = _centres(horizontal, region.x_unit, region, "x")
    at_x, at_y = np.array(region.x) * x_scale, np.array(region.y) * y_scale
    if isinstance(region, Rectangle):
        rows = (y >= at_y.min()) & (y < at_y.max())
        columns = (x >= at_x.min()) & (x < at_x.max())
        both: Mask = rows[:, np.newaxis] & columns
        return both
    return _in_polygon(at_x, at_y, x, y[:, np.newaxis])


def _centres(
    axis: Axis, unit: str | None, region: Region, name: str
) -> tuple[Floats, float]:
    """Return the centres of pixels and what turns the region's numbers into theirs."""
    if unit is None:
        offset = 0.0 if isinstance(region, Polygon) else 0.5
        return np.arange(axis.size, dtype=np.float64) + offset, 1.0
    if axis.edges is None:
        raise ValueError(
            f"a region in {unit} does not fit {name}, which counts pixels; draw it in "
            "pixels, without a unit"
        )
    try:
        scale = float(sc.to_unit(sc.scalar(1.0, unit=unit), axis.unit).value)
    except (sc.UnitError, ValueError) as error:
        raise ValueError(
            f"a region in {unit} does not fit {name}, which is in {axis.unit}"
        ) from error
    centres: Floats = 0.5 * (axis.edges[1:] + axis.edges[:-1])
    return centres, scale


def _in_polygon(at_x: Floats, at_y: Floats, x: Floats, y: Floats) -> Mask:
    """Return which points lie in a polygon, broadcast over x and y.

    Counts how often a ray along x crosses the outline (E. Haines, *Point in Polygon
    Strategies*, Graphics Gems IV, 1994). On the outline, what lies to one side of each
    edge counts, as in the reference system.
    """
    inside = np.zeros(np.broadcast_shapes(x.shape, y.shape), dtype=np.bool_)
    next_x, next_y = np.roll(at_x, -1), np.roll(at_y, -1)
    for x0, y0, x1, y1 in zip(at_x, at_y, next_x, next_y, strict=True):
        below = y1 >= y
        crossing = (y0 >= y) != below
        right = (y1 - y) * (x0 - x1) >= (x1 - x) * (y0 - y1)
        inside ^= crossing & (right == below)
    return inside
