"""Schema f144: the reading of a device, a number or a one-dimensional array.

The schema carries integers and floats of 1 to 8 bytes and neither text nor booleans:
booleans are written as uint8, text is refused.
"""

from __future__ import annotations

import numpy as np
from streaming_data_types.fbschemas.logdata_f144.Value import Value
from streaming_data_types.logdata_f144 import serialise_f144

from livedata_codecs.tables import root
from livedata_core.contract import DecodeError, LogData, Message, WireMessage

__all__ = ["decode", "encode"]

SCHEMA = "f144"
_TYPES = {
    "Byte": "<i1",
    "UByte": "<u1",
    "Short": "<i2",
    "UShort": "<u2",
    "Int": "<i4",
    "UInt": "<u4",
    "Long": "<i8",
    "ULong": "<u8",
    "Float": "<f4",
    "Double": "<f8",
}
_SCALARS = {getattr(Value, name): np.dtype(code) for name, code in _TYPES.items()}
_ARRAYS = {
    getattr(Value, f"Array{name}"): np.dtype(code) for name, code in _TYPES.items()
}


def decode(wire: WireMessage) -> Message[LogData]:
    """Read a message; the value is 0-D or 1-D.

    Raises
    ------
    DecodeError
        If the bytes are no f144 message or have no value.
    """
    table = root(wire.value, SCHEMA)
    kind, holder = table.scalar(2, "B"), table.table(3)
    if holder is None:
        raise DecodeError("f144 message without a value")
    if kind in _SCALARS:
        value = holder.item(0, _SCALARS[kind])
    elif kind in _ARRAYS:
        found = holder.vector(0, _ARRAYS[kind])
        value = np.zeros(0, _ARRAYS[kind]) if found is None else found
    else:
        raise DecodeError(f"{kind} is no type of an f144 value")
    return Message(wire.topic, table.name(0), table.scalar(1, "q"), LogData(value))


def encode(message: Message[LogData]) -> bytes:
    """Write a message.

    Raises
    ------
    ValueError
        If f144 cannot carry the value.
    """
    value = np.asarray(message.payload.value)
    if value.dtype.kind == "b":
        value = value.astype(np.uint8)
    if value.ndim > 1 or value.dtype.newbyteorder("<") not in _SCALARS.values():
        raise ValueError(
            f"{message.source_name}: f144 cannot carry dtype {value.dtype} of shape "
            f"{value.shape}, only single numbers and one-dimensional arrays of them"
        )
    native = value.astype(value.dtype.newbyteorder("="), copy=False)
    encoded: bytes = serialise_f144(message.source_name, native, message.timestamp_ns)
    return encoded
