"""Nominal geometry of the banks and the radius of Q rings on the rear one."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from livedata_sans2d.instrument import BANK_SHAPE, PIXEL_LENGTH_MM, TUBE_PITCH_MM

__all__ = [
    "PIXEL_AREA_M2",
    "REAR_DISTANCE_M",
    "bank_edges_mm",
    "front_positions",
    "rear_positions",
    "ring_radius_mm",
]

Floats = npt.NDArray[np.float64]

PIXEL_AREA_M2 = TUBE_PITCH_MM * PIXEL_LENGTH_MM * 1e-6
REAR_DISTANCE_M = 4.0
_REAR_M = (0.0, 0.0, REAR_DISTANCE_M)
_FRONT_M = (1.1, 0.0, 4.0)
"""Middle of each bank from the sample, as in the instrument definition, which puts the
front one beside the rear one. Both can be moved, and files do not say where they were.
"""


def rear_positions() -> Floats:
    """Return the pixels of the rear bank from the sample, m [pixel, 3]."""
    return _positions(_REAR_M)


def front_positions() -> Floats:
    """Return the pixels of the front bank from the sample, m [pixel, 3]."""
    return _positions(_FRONT_M)


def _positions(middle: tuple[float, float, float]) -> Floats:
    """Return positions in the order of ids: along a tube, then from tube to tube."""
    tubes, pixels = ((edges[1:] + edges[:-1]) / 2000 for edges in bank_edges_mm())
    y, x = np.meshgrid(tubes, pixels, indexing="ij")
    return np.stack([x, y, np.zeros_like(x)], axis=-1).reshape(-1, 3) + middle


def bank_edges_mm() -> tuple[Floats, Floats]:
    """Return the edges of tubes [121] and pixels [513], from the bank's middle."""
    tubes, pixels = BANK_SHAPE
    return _edges(tubes, TUBE_PITCH_MM), _edges(pixels, PIXEL_LENGTH_MM)


def _edges(number: int, pitch: float) -> Floats:
    return (np.arange(number + 1, dtype=np.float64) - number / 2) * pitch


def ring_radius_mm(q: float, wavelength: float, distance_m: float) -> float | None:
    """Return the radius of the ring where elastic scattering has momentum transfer q.

    From ``q = 4 π / λ · sin(θ / 2)`` with the scattering angle θ (for instance D. S.
    Sivia, *Elementary Scattering Theory*, Oxford 2011), on a plane at right angles to
    the beam: ``r = L · tan(θ)``.

    Parameters
    ----------
    q:
        Momentum transfer, 1/Å.
    wavelength:
        Wavelength λ, Å.
    distance_m:
        Distance L from the sample to the bank, m.

    Returns
    -------
    :
        The radius in mm; None where no neutron scatters forward with that q.
    """
    sine = q * wavelength / (4.0 * math.pi)
    if not 0.0 <= sine < math.sin(math.pi / 4):
        return None
    return 1000.0 * distance_m * math.tan(2.0 * math.asin(sine))
