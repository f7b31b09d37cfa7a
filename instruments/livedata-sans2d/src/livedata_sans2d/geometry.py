"""Nominal geometry of the rear bank and the radius of Q rings on it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from livedata_sans2d.instrument import BANK_SHAPE, PIXEL_LENGTH_MM, TUBE_PITCH_MM

__all__ = ["bank_edges_mm", "ring_radius_mm"]

Floats = npt.NDArray[np.float64]


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
