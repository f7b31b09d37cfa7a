"""Empty data of an output that is declared but has not arrived."""

from __future__ import annotations

import numpy as np
import scipp as sc

from livedata_core.contract import CoordSpec, OutputSpec
from livedata_core.data.scipp_io import to_variable

__all__ = ["empty"]


def empty(output: OutputSpec) -> sc.DataArray:
    """Return a data array as declared, with every dim of length zero.

    0-D outputs and coords hold a zero; bin edges hold one edge. Coords of dims that
    the output does not have are left out, as on the wire.

    Examples
    --------
    >>> empty(OutputSpec(name="current", title="Image", dims=("y", "x"))).sizes
    {'y': 0, 'x': 0}
    """
    values = np.zeros((0,) * len(output.dims), dtype=output.dtype)
    return sc.DataArray(
        to_variable(output.name, output.dims, values, output.unit),
        coords={
            coord.name: _coord(coord)
            for coord in output.coords
            if set(coord.dims) <= set(output.dims)
        },
        name=output.title,
    )


def _coord(spec: CoordSpec) -> sc.Variable:
    shape = [0] * len(spec.dims)
    if spec.edges and shape:
        shape[-1] = 1
    points = spec.unit is not None and spec.unit.startswith("datetime64")
    values = np.zeros(shape, dtype=np.int64 if points else np.float64)
    return to_variable(spec.name, spec.dims, values, spec.unit)
