"""Schema ev44: neutron events of one or more pulses.

All arrays are views of the message. Each event belongs to the pulse whose range of
indices holds it; a message may have several pulses or none, and pulses without
events. ``pixel_id`` is empty or absent for monitors.
"""

from __future__ import annotations

import flatbuffers
import numpy as np
from streaming_data_types.fbschemas.eventdata_ev44 import Event44Message as EventFb

from livedata_codecs.arrays import finish, put_vector
from livedata_codecs.tables import INT32, INT64, root
from livedata_core.contract import DecodeError, EventData, Message, WireMessage

__all__ = ["decode", "encode"]

SCHEMA = "ev44"
_NO_TIMES = np.zeros(0, INT64)
_NO_INTEGERS = np.zeros(0, INT32)


def decode(wire: WireMessage) -> Message[EventData]:
    """Read a message; its timestamp is the time of the first pulse, 0 without any.

    Raises
    ------
    DecodeError
        If the bytes are no ev44 message or its arrays do not fit each other.
    """
    table = root(wire.value, SCHEMA)
    times = table.vector(2, INT64)
    index = table.vector(3, INT32)
    time_of_flight = table.vector(4, INT32)
    events = EventData(
        reference_time=_NO_TIMES if times is None else times,
        reference_time_index=_NO_INTEGERS if index is None else index,
        time_of_flight=_NO_INTEGERS if time_of_flight is None else time_of_flight,
        pixel_id=table.vector(5, INT32),
    )
    _check(events)
    timestamp = int(times[0]) if times is not None and times.size else 0
    return Message(wire.topic, table.name(0), timestamp, events)


def _check(events: EventData) -> None:
    index, count = events.reference_time_index, events.time_of_flight.size
    if index.size != events.reference_time.size:
        raise DecodeError(
            f"{events.reference_time.size} pulse times but {index.size} pulse indices"
        )
    if events.pixel_id is not None and events.pixel_id.size not in (0, count):
        raise DecodeError(f"{count} times of flight but {events.pixel_id.size} pixels")
    if not index.size:
        if count:
            raise DecodeError(f"{count} events belong to no pulse")
        return
    several = index.size > 1  # most messages have one pulse, and numpy takes its time
    ascends = not (several and np.any(index[1:] < index[:-1]))
    if index[0] < 0 or index[-1] > count or not ascends:
        raise DecodeError(f"pulse indices do not ascend from 0 to {count} events")


def encode(message: Message[EventData]) -> bytes:
    """Write a message; its message id is 0."""
    events = message.payload
    arrays = (
        np.asarray(events.reference_time, INT64),
        np.asarray(events.reference_time_index, INT32),
        np.asarray(events.time_of_flight, INT32),
        _NO_INTEGERS if events.pixel_id is None else np.asarray(events.pixel_id, INT32),
    )
    builder = flatbuffers.Builder(512 + sum(array.nbytes for array in arrays))
    builder.ForceDefaults(True)
    times, index, time_of_flight, pixel_id = (
        put_vector(builder, array) for array in arrays
    )
    source_name = builder.CreateString(message.source_name)
    EventFb.Event44MessageStart(builder)
    EventFb.Event44MessageAddSourceName(builder, source_name)
    EventFb.Event44MessageAddMessageId(builder, 0)
    EventFb.Event44MessageAddReferenceTime(builder, times)
    EventFb.Event44MessageAddReferenceTimeIndex(builder, index)
    EventFb.Event44MessageAddTimeOfFlight(builder, time_of_flight)
    EventFb.Event44MessageAddPixelId(builder, pixel_id)
    return finish(builder, EventFb.Event44MessageEnd(builder), SCHEMA)
