"""Schema ev42: events of one pulse, as ISIS sends them; the older sister of ev44.

The only pulse time is that of all events of the message. ISIS also sends period, run
state and proton charge; they are not kept.
"""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt
from streaming_data_types.eventdata_ev42 import deserialise_ev42
from streaming_data_types.exceptions import StreamingDataTypesException

from livedata_core.contract import DecodeError, EventData, Message, WireMessage

__all__ = ["decode"]

_BAD_BYTES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    StreamingDataTypesException,
    TypeError,
    ValueError,
    struct.error,
)
"""What the generated reader raises where offsets lead nowhere."""

_INT32_MAX = np.iinfo(np.int32).max
_INT64_MAX = np.iinfo(np.int64).max


def decode(wire: WireMessage) -> Message[EventData]:
    """Return the events; times of flight are ns since the pulse.

    Raises
    ------
    DecodeError
        If the bytes are no ev42 message, or its numbers cannot be.
    """
    try:
        event = deserialise_ev42(wire.value)
    except _BAD_BYTES as error:
        raise DecodeError(
            f"no ev42 message: {type(error).__name__}: {error}"
        ) from error
    if event.pulse_time > _INT64_MAX:
        raise DecodeError(f"pulse time {event.pulse_time} ns is no time")
    times = _int32(event.time_of_flight, "time of flight")
    pixels = _int32(event.detector_id, "pixel id")
    if len(times) != len(pixels):
        raise DecodeError(f"{len(times)} times of flight, but {len(pixels)} pixel ids")
    payload = EventData(
        reference_time=np.array([event.pulse_time], dtype=np.int64),
        reference_time_index=np.zeros(1, dtype=np.int32),
        time_of_flight=times,
        pixel_id=pixels,
    )
    return Message(wire.topic, event.source_name, event.pulse_time, payload)


def _int32(values: npt.NDArray[np.uint32] | int, what: str) -> npt.NDArray[np.int32]:
    """Return a view as signed numbers; the reader gives 0 for a vector not there.

    Raises
    ------
    DecodeError
        If a number is too large.
    """
    if isinstance(values, int):
        return np.empty(0, dtype=np.int32)
    if values.size and values.max() > _INT32_MAX:
        raise DecodeError(f"{what} {values.max()} is out of range")
    return values.view(np.int32)
