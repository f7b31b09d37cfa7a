"""Regions of interest as they travel: requests and read-backs (schema da00).

One message carries all regions of one kind. Its dimension names the kind, and every
point has the index of its region in ``roi_index``: a rectangle has two points, its
limits, and a polygon one for each vertex.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from livedata_core.contract.messages import ArrayData, Variable
from livedata_core.contract.regions import Polygon, Rectangle, Region, RegionKind

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["MAX_VERTICES", "REGION_INDICES", "regions_from_wire", "regions_to_wire"]

MAX_VERTICES = 1000
"""Most vertices of one polygon; what is drawn by hand has some tens."""
REGION_INDICES: Mapping[RegionKind, range] = {
    "rectangle": range(4),
    "polygon": range(4, 8),
}
"""The indices that regions of each kind have on the wire."""

_DIMS: Mapping[RegionKind, str] = {"rectangle": "bounds", "polygon": "vertex"}
_VARIABLES = ("signal", "x", "y", "roi_index")
_NO_UNIT = "dimensionless"


def regions_from_wire(
    payload: ArrayData, kind: RegionKind | None = None
) -> dict[int, Region]:
    """Return the regions of a request or read-back, by index.

    The limits of a rectangle come back in order. What has no region has no unit.

    Parameters
    ----------
    kind:
        What the message should hold, from its source name; None: anything.

    Raises
    ------
    ValueError
        If the arrays are not regions, or not of that kind; says what is wrong.
    """
    found, points = _points(payload)
    if kind is not None and kind != found:
        raise ValueError(
            f"regions of kind {found} came as {kind}: dimension "
            f"{_DIMS[kind]!r} was expected, not {_DIMS[found]!r}"
        )
    x, y, index = (points[name].values.tolist() for name in ("x", "y", "roi_index"))
    corners: dict[int, list[tuple[float, float]]] = {}
    for number, *corner in zip(index, x, y, strict=True):
        corners.setdefault(int(number), []).append((float(corner[0]), float(corner[1])))
    units = points["x"].unit, points["y"].unit
    return {
        number: _region(found, number, corner, units)
        for number, corner in corners.items()
    }


def regions_to_wire(
    kind: RegionKind,
    regions: Mapping[int, Region],
    *,
    label: str = "",
    empty_unit: str | None = _NO_UNIT,
) -> ArrayData:
    """Return regions of one kind as they travel, in the order of the mapping.

    Parameters
    ----------
    label:
        The title of the signal; requests have none.
    empty_unit:
        Unit of x and y where there is no region: requests have ``dimensionless``,
        read-backs None.

    Raises
    ------
    ValueError
        If a region is of another kind, has an index or points that cannot be, or
        another unit than the first.
    """
    import numpy as np

    x: list[float] = []
    y: list[float] = []
    index: list[int] = []
    units = {(region.x_unit, region.y_unit) for region in regions.values()}
    if len(units) > 1:
        raise ValueError(f"regions of one message need equal units, not {units}")
    x_unit, y_unit = units.pop() if units else (empty_unit, empty_unit)
    for number, region in regions.items():
        corners = list(zip(region.x, region.y, strict=True))
        if not isinstance(region, Rectangle if kind == "rectangle" else Polygon):
            raise ValueError(f"region {number} is no {kind}")  # noqa: TRY004 -- as all
        _region(kind, number, corners, (x_unit, y_unit))
        x.extend(region.x)
        y.extend(region.y)
        index.extend([number] * len(corners))
    dims = (_DIMS[kind],)
    ones = np.ones(len(index), dtype=np.int32)
    return ArrayData(
        (
            Variable("signal", dims, ones, _NO_UNIT, label),
            Variable("x", dims, np.array(x, dtype=np.float64), x_unit),
            Variable("y", dims, np.array(y, dtype=np.float64), y_unit),
            Variable("roi_index", dims, np.array(index, dtype=np.int32), _NO_UNIT),
        )
    )


def _points(payload: ArrayData) -> tuple[RegionKind, dict[str, Variable]]:
    """Return the kind and the arrays, checked for shape and dtype."""
    points: dict[str, Variable] = {}
    for name in _VARIABLES:
        variable = payload.get(name)
        if variable is None:
            present = ", ".join(v.name for v in payload.variables) or "nothing"
            raise ValueError(f"regions lack the variable {name!r}; there is {present}")
        points[name] = variable
    signal = points["signal"]
    kind = next((k for k, dim in _DIMS.items() if signal.dims == (dim,)), None)
    if kind is None:
        raise ValueError(
            "regions have the dimension 'bounds' (rectangles) or 'vertex' (polygons), "
            f"not {signal.dims}"
        )
    shape = signal.values.shape
    for name, variable in points.items():
        if variable.dims != signal.dims or variable.values.shape != shape:
            raise ValueError(
                f"variable {name!r} of regions has dims {variable.dims} and shape "
                f"{variable.values.shape}, unlike the signal's {signal.dims} and "
                f"{shape}"
            )
        _check_numbers(name, variable.values)
    return kind, points


def _check_numbers(name: str, values: npt.NDArray[Any]) -> None:
    import numpy as np

    whole = name == "roi_index"
    if values.dtype.kind not in ("iu" if whole else "iuf"):
        raise ValueError(
            f"variable {name!r} of regions needs {'whole ' * whole}numbers, "
            f"not {values.dtype}"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"variable {name!r} of regions has values that are not finite")


def _region(
    kind: RegionKind,
    number: int,
    corners: list[tuple[float, float]],
    units: tuple[str | None, str | None],
) -> Region:
    allowed = REGION_INDICES[kind]
    if number not in allowed:
        raise ValueError(
            f"a {kind} has an index from {allowed[0]} to {allowed[-1]}, not {number}"
        )
    x, y = zip(*corners, strict=True)
    if kind == "rectangle":
        if len(corners) != 2:
            raise ValueError(f"rectangle {number} has {len(corners)} limits, not 2")
        return Rectangle((min(x), max(x)), (min(y), max(y)), *units)
    if not 3 <= len(corners) <= MAX_VERTICES:
        raise ValueError(
            f"polygon {number} has {len(corners)} vertices; it needs 3 to "
            f"{MAX_VERTICES}"
        )
    return Polygon(x, y, *units)
