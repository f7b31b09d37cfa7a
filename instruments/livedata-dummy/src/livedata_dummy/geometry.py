"""Where the pixels of the panel are: on a quarter of a cylinder around the beam."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from livedata_dummy.instrument import PANEL

__all__ = ["HEIGHT_M", "RADIUS_M", "panel_positions"]

RADIUS_M: Final = 1.0
HEIGHT_M: Final = 1.0
"""Length of the panel along the beam, its middle at the sample."""


def panel_positions() -> npt.NDArray[np.float64]:
    """Return the pixels from the sample, m [pixel, 3]; rows lie along the beam, z."""
    rows, columns = PANEL.shape
    z = (np.arange(rows) + 0.5) / rows * HEIGHT_M - HEIGHT_M / 2
    angle = ((np.arange(columns) + 0.5) / columns - 0.5) * np.pi / 2
    z, angle = np.meshgrid(z, angle, indexing="ij")
    x, y = RADIUS_M * np.cos(angle), RADIUS_M * np.sin(angle)
    return np.stack([x, y, z], axis=-1).reshape(-1, 3)
