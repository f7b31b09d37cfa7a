"""Projections: pixel positions put on a flat or cylindrical screen.

Positions are from the sample, z along the beam. A screen is cut into equal pixels that
just hold all positions.

- *xy plane*: seen from the sample on a plane at right angles to the beam, at the mean
  distance Z of the bank: ``x' = x Z / z``, ``y' = y Z / z``. The pixels of a flat bank
  across the beam stay where they are.
- *cylinder mantle*: seen from the beam axis on a cylinder around it with the mean
  radius R of the bank: the arc ``R atan2(y, x)`` and z stay, as for a bank that is
  wound around the beam.

Both are central projections; see for instance J. P. Snyder, *Map Projections: A Working
Manual*, USGS 1987, gnomonic and central cylindrical.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import Detector, resolve
from livedata_workflows.params import PixelNoise, ProjectedViewParams, Resolution
from livedata_workflows.screen import Axis, Screen

__all__ = ["cylinder_mantle", "pixel_positions", "projected", "xy_plane"]

Floats = npt.NDArray[np.float64]
Projection = Callable[[Floats], tuple[Floats, Floats]]

_SEED = 1
"""Noise is the same for every job, so that equal jobs show equal images."""


def pixel_positions(detector: Detector) -> Floats:
    """Return the positions of a bank's pixels, float64 [pixel, 3] in m.

    Raises
    ------
    ValueError
        If the instrument does not say where they are, or says it for another number of
        pixels.
    """
    if detector.positions is None:
        raise ValueError(
            f"the instrument does not say where the pixels of {detector.name} are; "
            "only its logical view in time of arrival is possible"
        )
    positions = np.asarray(resolve(detector.positions)(), dtype=np.float64)
    pixels = int(np.prod(detector.shape))
    if positions.shape != (pixels, 3) or not np.isfinite(positions).all():
        raise ValueError(
            f"{detector.positions} gives no {pixels} finite positions in x, y and z "
            f"for {detector.name}, but an array of shape {positions.shape}"
        )
    return positions


def xy_plane(positions: Floats) -> tuple[Floats, Floats]:
    """Return y and x on the plane, m; NaN for what is not before the sample's side.

    A bank around the sample has pixels on both sides; shown is the side where most are.
    """
    z = positions[:, 2]
    side = 1.0 if np.count_nonzero(z > 0) * 2 >= len(z) else -1.0
    before = z * side > 0
    distance = z[before].mean() if before.any() else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(before, distance / z, np.nan)
        return positions[:, 1] * scale, positions[:, 0] * scale


def cylinder_mantle(positions: Floats) -> tuple[Floats, Floats]:
    """Return z and the arc from the positive x axis, m."""
    radius = np.hypot(positions[:, 0], positions[:, 1]).mean()
    angle = np.arctan2(positions[:, 1], positions[:, 0])
    return positions[:, 2], radius * angle


def projected(
    detector: Detector,
    params: ProjectedViewParams,
    projection: Projection,
    dims: tuple[str, str],
) -> Screen:
    """Return the screen of a bank under a projection.

    Parameters
    ----------
    dims:
        Names of the vertical and the horizontal axis, as the projection gives them.

    Raises
    ------
    ValueError
        If the bank has no positions.
    """
    positions = pixel_positions(detector)
    vertical, horizontal = projection(positions)
    resolution = params.resolution
    rows = _edges(vertical, resolution.rows)
    columns = _edges(horizontal, resolution.columns)
    places = [
        _places(*projection(moved), rows, columns)
        for moved in _replicas(positions, params.pixel_noise)
    ]
    return Screen(
        dims=dims,
        shape=(resolution.rows, resolution.columns),
        coords={
            dim: sc.array(dims=[dim], values=edges, unit="m")
            for dim, edges in zip(dims, (rows, columns), strict=True)
        },
        places=np.stack(places).astype(np.int32),
        axes=_axes(resolution, rows, columns),
    )


def _axes(resolution: Resolution, rows: Floats, columns: Floats) -> tuple[Axis, Axis]:
    return Axis(resolution.rows, rows, "m"), Axis(resolution.columns, columns, "m")


def _edges(values: Floats, number: int) -> Floats:
    """Return the edges of equal pixels that hold all values, the last one too."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    margin = max(high - low, 1e-3) * 1e-9 if high > low else 5e-4
    return np.linspace(low - margin, high + margin, number + 1)


def _places(
    vertical: Floats, horizontal: Floats, rows: Floats, columns: Floats
) -> npt.NDArray[np.int64]:
    row, column = _index(vertical, rows), _index(horizontal, columns)
    places = row * (len(columns) - 1) + column
    return np.where((row < 0) | (column < 0), -1, places)


def _index(values: Floats, edges: Floats) -> npt.NDArray[np.int64]:
    """Return the pixel of each value, -1 for those outside or NaN."""
    index = np.searchsorted(edges, values, side="right") - 1
    inside = (values >= edges[0]) & (values < edges[-1])
    found: npt.NDArray[np.int64] = np.where(inside, index, -1)
    return found


def _replicas(positions: Floats, noise: PixelNoise) -> list[Floats]:
    if not noise.enabled:
        return [positions]
    rng = np.random.default_rng(_SEED)
    sigma = noise.sigma_mm / 1000
    return [
        positions + rng.normal(0.0, sigma, positions.shape)
        for _ in range(noise.replicas)
    ]
