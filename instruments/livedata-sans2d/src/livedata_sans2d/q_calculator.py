"""A calculator beside the plots: from a place on the bank to Q and d.

What people otherwise do on paper when they look at a ring or a peak: how far from the
beam, at which wavelength, is which momentum transfer?
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

from livedata_core.contract import SessionInfo
from livedata_sans2d.geometry import REAR_DISTANCE_M

__all__ = ["momentum_transfer", "q_calculator", "sentence"]


def momentum_transfer(
    radius_mm: float, wavelength_angstrom: float, distance_m: float
) -> float:
    """Return Q of elastic scattering, 1/Å.

    From ``Q = 4 π / λ · sin(θ / 2)`` with the scattering angle θ (for instance D. S.
    Sivia, *Elementary Scattering Theory*, 2011).

    Parameters
    ----------
    radius_mm:
        From the beam's centre on a flat detector across the beam.
    distance_m:
        From the sample to that detector.

    Examples
    --------
    >>> round(momentum_transfer(100.0, 6.0, 4.0), 5)
    0.02617
    """
    angle = math.atan2(radius_mm / 1000, distance_m)
    return 4 * math.pi * math.sin(angle / 2) / wavelength_angstrom


def sentence(
    radius_mm: float | None, wavelength_angstrom: float | None, distance_m: float | None
) -> str:
    r"""Return Q and d in words, or what is lacking.

    Examples
    --------
    >>> sentence(100.0, 6.0, 4.0)
    'Q = 0.02617 1/Å\nd = 240.1 Å'
    >>> sentence(100.0, 0.0, 4.0)
    'Enter numbers\nabove 0.'
    """
    radius, wavelength, distance = (
        value or 0.0 for value in (radius_mm, wavelength_angstrom, distance_m)
    )
    if min(radius, wavelength, distance) <= 0:
        return "Enter numbers\nabove 0."
    q = momentum_transfer(radius, wavelength, distance)
    return f"Q = {q:.4g} 1/Å\nd = {2 * math.pi / q:.4g} Å"


def q_calculator(session: SessionInfo) -> Any:
    """Make the calculator of a session: three numbers and a sentence, folded away.

    Returns
    -------
    :
        A Panel card.
    """
    pn: Any = import_module("panel")

    def number(label: str, value: float, step: float) -> Any:
        return pn.widgets.FloatInput(
            label=label, value=value, step=step, start=0.0, width=140
        )

    inputs = (
        number("Radius [mm]", 100.0, 10.0),
        number("Wavelength [Å]", 6.0, 0.5),
        number("Distance [m]", REAR_DISTANCE_M, 0.5),
    )
    result = pn.pane.Str(pn.bind(sentence, *inputs), width=150)
    return pn.Card(*inputs, result, title="Q and d", collapsed=True, width=164)
