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
