"""The dummy instrument: what it has and where its data come from. Light."""

from __future__ import annotations

from typing import Final

from livedata_core.contract import AreaDetector, Detector, Instrument, Log, Monitor

__all__ = ["AREA_PANEL", "DUMMY", "LAYERS", "PANEL"]

PANEL: Final = Detector(
    name="panel_0",
    title="Panel 0",
    topic="dummy_detector",
    source_name="panel_0",
    dims=("y", "x"),
    shape=(128, 128),
    first_pixel_id=1,
    positions="livedata_dummy.geometry:panel_positions",
)

LAYERS: Final = (("layer", "y", "x"), (4, 32, 128))
"""Dims and shape of the panel in layers of 32 rows."""

AREA_PANEL: Final = AreaDetector(
    name="area_panel",
    title="Area panel",
    topic="dummy_area_detector",
    source_name="area_panel",
    shape=(256, 256),
)

_MONITORS: Final = tuple(
    Monitor(
        name=f"monitor{number}",
        title=f"Monitor {number}",
        topic="dummy_beam_monitor",
        source_name=f"monitor{number}",
    )
    for number in (1, 2)
)

_LOGS: Final = tuple(
    Log(name=name, title=title, topic="dummy_motion", source_name=name, unit=unit)
    for name, title, unit in (
        ("motion1", "Sample position", "mm"),
        ("motion2", "Sample rotation", "deg"),
        ("detector_tank_angle_r0", "Detector tank angle", "deg"),
    )
)

DUMMY: Final = Instrument(
    name="dummy",
    title="Dummy",
    description="A simulated instrument: a panel with rings around a beam stop, "
    "a camera, two beam monitors and three devices.",
    detectors=(PANEL,),
    area_detectors=(AREA_PANEL,),
    monitors=_MONITORS,
    logs=_LOGS,
    pulse_rate_hz=14.0,
    simulator="livedata_dummy.simulator:Simulator",
)
