"""From data arrays to the plain numbers that are drawn: axes, limits.

Uses scipp and numpy alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import PlotAxis
from livedata_plotters.labels import axis_label, index_label, unit_text
from livedata_plotters.params import Scale

__all__ = [
    "Axis",
    "Floats",
    "axis_of",
    "in_unit",
    "limits",
    "plain_values",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """Where the values of one dim lie.

    Attributes
    ----------
    dim:
        Name of the dim.
    label:
        Quantity and unit for people.
    unit:
        The unit of the coordinates; None for plain indices.
    coords:
        Bin edges [n + 1] or positions [n], in ascending or descending order.
    edges:
        Whether `coords` are bin edges.
    """

    dim: str
    label: str
    unit: sc.Unit | None
    coords: Floats
    edges: bool

    @property
    def of_plot(self) -> PlotAxis:
        """What it is in a plot."""
        return PlotAxis(self.label, unit_text(self.unit), quantity=self.dim)

    @property
    def midpoints(self) -> Floats:
        """The positions [n]: of bins, their middle."""
        if not self.edges:
            return self.coords
        return 0.5 * (self.coords[:-1] + self.coords[1:])

    @property
    def bounds(self) -> Floats:
        """The bin edges [n + 1]: between positions, half way."""
        if self.edges:
            return self.coords
        if len(self.coords) < 2:
            middle = self.coords if len(self.coords) else np.zeros(1)
            return np.concatenate([middle - 0.5, middle + 0.5])
        inner = 0.5 * (self.coords[:-1] + self.coords[1:])
        first = self.coords[:1] - (inner[:1] - self.coords[:1])
        last = self.coords[-1:] + (self.coords[-1:] - inner[-1:])
        return np.concatenate([first, inner, last])


def axis_of(data: sc.DataArray, dim: str) -> Axis:
    """Return the axis of a dim.

    Taken from the coordinate of that name. Where there is none, or one that is not
    a number or not in order, positions are indices from zero.
    """
    size = data.sizes[dim]
    coord = data.coords.get(dim)
    if coord is not None and coord.dims == (dim,) and coord.dtype in _NUMBERS:
        values = np.asarray(coord.values, dtype=np.float64)
        if _monotonic(values):
            label = axis_label(dim, coord.unit)
            return Axis(dim, label, coord.unit, values, edges=len(values) == size + 1)
    index = np.arange(size, dtype=np.float64)
    return Axis(dim, index_label(dim), None, index, edges=False)


_NUMBERS = (sc.DType.float64, sc.DType.float32, sc.DType.int64, sc.DType.int32)


def _monotonic(values: Floats) -> bool:
    if not np.isfinite(values).all():
        return False
    steps = np.diff(values)
    return bool((steps > 0).all() or (steps < 0).all())


def in_unit(axis: Axis, unit: sc.Unit | None) -> Axis:
    """Return the axis in another unit, with the label of that unit.

    Raises
    ------
    scipp.UnitError
        If one cannot be converted to the other.
    """
    if axis.unit == unit:
        return axis
    if axis.unit is None or unit is None:
        raise sc.UnitError(f"cannot convert {axis.unit} to {unit}")
    coords = axis.coords * sc.to_unit(sc.scalar(1.0, unit=axis.unit), unit).value
    return Axis(axis.dim, axis_label(axis.dim, unit), unit, coords, axis.edges)


def plain_values(data: sc.DataArray) -> npt.NDArray[np.generic]:
    """Return the values with masked ones as NaN.

    Unmasked integers keep their type, so that sums of them are exact.
    """
    values: npt.NDArray[np.generic] = np.asarray(data.values)
    if not data.masks:
        return values
    masked = np.zeros(values.shape, dtype=bool)
    for mask in data.masks.values():
        full = sc.zeros(sizes=data.sizes, dtype="bool") | mask
        masked |= full.transpose(data.dims).values
    return np.where(masked, np.nan, values)


def limits(
    values: npt.NDArray[np.generic],
    scale: Scale,
    low: float | None = None,
    high: float | None = None,
) -> tuple[float, float]:
    """Return limits that show all finite values, or those that are given.

    On a log scale only values above zero count. The limits are always finite and in
    order, whatever the data.
    """
    shown = values[np.isfinite(values)]
    if scale is Scale.LOG:
        shown = shown[shown > 0]
    start, stop = (1.0, 10.0) if scale is Scale.LOG else (0.0, 1.0)
    if shown.size:
        start, stop = float(shown.min()), float(shown.max())
    first = start if low is None else low
    last = stop if high is None else high
    if first < last:
        return first, last
    if low is None and high is not None:
        return (last / 10 if scale is Scale.LOG else last - 1), last
    return first, (first * 10 if scale is Scale.LOG else first + 1)
