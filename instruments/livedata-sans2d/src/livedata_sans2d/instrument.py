"""SANS2D: banks, monitors and nominal geometry. Light.

Pixel ids are those of the ISIS event stream: 1 to 8 are the monitors, then 240 tubes of
512 pixels, the first 120 in the rear bank. Tubes lie horizontally; ids run along a
tube, then from tube to tube. Event files hold no geometry: sizes and distances are
nominal, those of the instrument definition that Mantid uses for SANS2D with tubes
(``SANS2D_Definition_Tubes.xml``): the sample 19.281 m from the moderator, the first two
monitors before it at 7.217 m and 17.937 m. Where the other monitors stand varies.
"""

from __future__ import annotations

from typing import Final

from livedata_core.contract import Detector, Instrument, Monitor, StreamId

__all__ = [
    "BANK_SHAPE",
    "FRONT_BANK",
    "INCIDENT_MONITOR",
    "PIXEL_LENGTH_MM",
    "REAR_BANK",
    "SANS2D",
    "TUBE_PITCH_MM",
]

BANK_SHAPE: Final = (120, 512)
"""Tubes and pixels of a tube."""
TUBE_PITCH_MM: Final = 8.1
PIXEL_LENGTH_MM: Final = 2.034
INCIDENT_MONITOR: Final = "monitor2"
"""The monitor that reductions are normalised to; the last one before the sample."""

_FLIGHT_PATHS_M: Final = {1: 7.217, 2: 17.937}
_SAMPLE_M: Final = 19.281

_STREAM: Final = StreamId("sans2d_detector", "detector_1")
_MONITORS: Final = 8
_BANK_PIXELS: Final = BANK_SHAPE[0] * BANK_SHAPE[1]


def _bank(name: str, title: str, first_pixel_id: int, positions: str) -> Detector:
    return Detector(
        name=name,
        title=title,
        topic=_STREAM.topic,
        source_name=_STREAM.source_name,
        dims=("tube", "pixel"),
        shape=BANK_SHAPE,
        first_pixel_id=first_pixel_id,
        positions=f"livedata_sans2d.geometry:{positions}",
    )


def _simulated(monitor: int) -> str:
    return " (simulated in replays)" if monitor in _FLIGHT_PATHS_M else ""


REAR_BANK: Final = _bank("rear_bank", "Rear bank", _MONITORS + 1, "rear_positions")
FRONT_BANK: Final = _bank(
    "front_bank", "Front bank", _MONITORS + 1 + _BANK_PIXELS, "front_positions"
)

SANS2D: Final = Instrument(
    name="sans2d",
    title="SANS2D",
    description="Small-angle scattering at ISIS: two banks of 120 tubes of 512 pixels "
    "and eight monitors. Play an event file with --replay. The files have no monitors: "
    "two are simulated beside them.",
    detectors=(REAR_BANK, FRONT_BANK),
    monitors=tuple(
        Monitor(
            name=f"monitor{number}",
            title=f"Monitor {number}{_simulated(number)}",
            topic=_STREAM.topic,
            source_name=_STREAM.source_name,
            pixel_id=number,
            flight_path_m=_FLIGHT_PATHS_M.get(number),
        )
        for number in range(1, _MONITORS + 1)
    ),
    pulse_rate_hz=10.0,
    primary_flight_path_m=_SAMPLE_M,
    companion="livedata_sans2d.simulator:SimulatedMonitors",
    nexus_events={"raw_data_1/detector_1_events": _STREAM},
)
