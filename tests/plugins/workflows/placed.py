"""A small instrument whose pixels have positions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from livedata_core.contract import Detector, Instrument, Monitor

ROWS, COLUMNS = 6, 8


def flat() -> npt.NDArray[np.float64]:
    """Return a bank across the beam 4 m behind the sample, pixels 10 mm apart."""
    y, x = np.mgrid[:ROWS, :COLUMNS]
    z = np.full(x.shape, 4.0)
    return np.stack([x * 0.01 - 0.035, y * 0.01 - 0.025, z], axis=-1).reshape(-1, 3)


def wound() -> npt.NDArray[np.float64]:
    """Return a bank around the beam at 1 m, in steps of 0.1 rad and 0.2 m."""
    z, angle = np.mgrid[:ROWS, :COLUMNS]
    angle = angle * 0.1 - 0.35
    parts = np.cos(angle), np.sin(angle), z * 0.2 - 0.5
    return np.stack(parts, axis=-1).reshape(-1, 3)


def short() -> npt.NDArray[np.float64]:
    """Return too few positions."""
    return flat()[1:]


def bank(name: str, positions: str | None) -> Detector:
    """Return a bank by the name of a function of this module."""
    return Detector(
        name=name,
        title=name,
        topic="placed_detector",
        source_name=name,
        dims=("y", "x"),
        shape=(ROWS, COLUMNS),
        first_pixel_id=1,
        positions=None if positions is None else f"{__name__}:{positions}",
    )


FLAT, WOUND, SHORT = (bank(name, name) for name in ("flat", "wound", "short"))
NOWHERE = bank("nowhere", None)
PLACED = Instrument(
    name="placed",
    title="Placed",
    detectors=(FLAT, WOUND, SHORT, NOWHERE),
    monitors=(
        Monitor(name="m1", title="M1", topic="m", source_name="m1", flight_path_m=18.0),
    ),
    primary_flight_path_m=20.0,
)
