"""Small NeXus event files, written for a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from livedata_core.contract import Detector, Instrument, Monitor

BANK = "entry/instrument/bank/bank_events"
"""Usual place of a group of events; plays on `INSTRUMENT`."""

INSTRUMENT = Instrument(
    name="acme",
    title="ACME",
    pulse_rate_hz=10,
    detectors=(
        Detector(
            name="bank",
            title="Bank",
            topic="acme_detector",
            source_name="bank",
            dims=("y", "x"),
            shape=(2, 2),
        ),
    ),
    monitors=(
        Monitor(
            name="monitor", title="Monitor", topic="acme_monitor", source_name="mon"
        ),
    ),
)


def datasets(**changes: Any) -> dict[str, Any]:
    """Return the datasets of three pulses with 2, 0 and 1 events, some replaced.

    A value of None leaves the dataset out.
    """
    usual = {
        "event_time_zero": np.array([0.0, 0.1, 0.2]),
        "event_index": np.array([0, 2, 2], np.uint64),
        "event_time_offset": np.array([1.5, 2.0, 3.0], np.float32),
        "event_id": np.array([1, 2, 4], np.uint32),
    }
    return {name: data for name, data in (usual | changes).items() if data is not None}


def write(
    path: Path,
    groups: Mapping[str, Mapping[str, Any]],
    attributes: Mapping[str, Mapping[str, str]] | None = None,
) -> Path:
    """Write NXevent_data groups by path; `attributes` are those of their datasets."""
    with h5py.File(path, "w") as file:
        for place, members in groups.items():
            group = file.create_group(place)
            group.attrs["NX_class"] = "NXevent_data"
            for name, data in members.items():
                group[name] = data
                group[name].attrs.update((attributes or {}).get(name, {}))
    return path


def write_measurement(path: Path) -> Path:
    """Write a file of an instrument: placed bank with events, monitor, source, log."""
    bank = "entry/instrument/rear/rear_events"
    ids = np.random.default_rng(1).integers(1, 129, 3000, dtype=np.uint32)
    events = datasets(
        event_time_zero=np.arange(30) / 10,
        event_index=np.arange(0, 3000, 100, dtype=np.uint64),
        event_time_offset=np.linspace(1.0, 60_000.0, 3000, dtype=np.float32),
        event_id=ids,
    )
    write(path, {bank: events}, {"event_time_offset": {"units": "us"}})
    with h5py.File(path, "a") as file:
        instrument = file["entry/instrument"]
        rear = instrument["rear"]
        rear["detector_number"] = np.arange(1, 129).reshape(8, 16)
        rear["x_pixel_offset"] = np.linspace(-0.08, 0.08, 16)
        rear["y_pixel_offset"] = np.linspace(-0.04, 0.04, 8)
        for name, kind, z in (
            ("rear", "NXdetector", 5.0),
            ("monitor_1", "NXmonitor", -2.5),
            ("source", "NXsource", -25.0),
        ):
            group = instrument.require_group(name)
            group.attrs["NX_class"] = kind
            group["depends_on"] = "z"
            group["z"] = z
            group["z"].attrs.update(
                transformation_type="translation", vector=[0, 0, 1], units="m"
            )
        log = instrument.create_group("temperature")
        log.attrs["NX_class"] = "NXlog"
        log["value"] = [290.0]
        log["value"].attrs["units"] = "K"
    return path
