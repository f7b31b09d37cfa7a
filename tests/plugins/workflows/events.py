"""Small banks, monitors and batches of events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from livedata_core.contract import (
    Batch,
    Detector,
    EventData,
    Instrument,
    Message,
    Monitor,
)

BANK = Detector(
    name="bank",
    title="Bank",
    topic="acme_detector",
    source_name="bank",
    dims=("y", "x"),
    shape=(3, 4),
    first_pixel_id=5,
)
BANKS = Instrument(name="acme", title="ACME", detectors=(BANK,))
MONITOR = Monitor(name="m1", title="M1", topic="acme_monitor", source_name="m1")


def events(
    times: Sequence[int] | npt.NDArray[Any],
    pixels: Sequence[int] | npt.NDArray[Any] | None = None,
    pulses: Sequence[tuple[int, int]] = ((0, 0),),
) -> EventData:
    """Return events; `pulses` are (reference time, index of first event)."""
    return EventData(
        reference_time=np.array([time for time, _ in pulses], dtype=np.int64),
        reference_time_index=np.array([index for _, index in pulses], dtype=np.int32),
        time_of_flight=np.asarray(times, dtype=np.int32),
        pixel_id=None if pixels is None else np.asarray(pixels, dtype=np.int32),
    )


def batch(stream: str, *payloads: object) -> Batch:
    """Return a window with these payloads on one stream."""
    return Batch(
        0,
        1_000_000_000,
        {stream: [Message("topic", stream, 0, payload) for payload in payloads]},
    )
