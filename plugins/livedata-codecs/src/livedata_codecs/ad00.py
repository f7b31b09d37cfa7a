"""Schema ad00: camera images. Values are a view; attributes are unused."""

from __future__ import annotations

import flatbuffers
import numpy as np
from streaming_data_types.fbschemas.area_detector_ad00 import ad00_ADArray as image_fb
from streaming_data_types.fbschemas.area_detector_ad00.DType import DType

from livedata_codecs.arrays import (
    dtype_codes,
    finish,
    put_array,
    put_vector,
    reshaped,
    wire_array,
)
from livedata_codecs.tables import INT64, root
from livedata_core.contract import DecodeError, ImageData, Message, WireMessage

__all__ = ["decode", "encode"]

SCHEMA = "ad00"
_DTYPES = dtype_codes(DType)
_CODES = {dtype: code for code, dtype in _DTYPES.items()}


def decode(wire: WireMessage) -> Message[ImageData]:
    """Read a message.

    Raises
    ------
    DecodeError
        If the bytes are no ad00 message, hold text, or shape and data disagree.
    """
    table = root(wire.value, SCHEMA)
    code = table.scalar(4, "b")
    dtype = _DTYPES.get(code)
    if dtype is None:
        raise DecodeError(f"{code} is no data type of an image")
    shape = table.vector(3, INT64)
    if shape is None or not shape.size:
        raise DecodeError("an image without dimensions")
    image = ImageData(reshaped(table.packed(5, dtype), shape))
    return Message(wire.topic, table.name(0), table.scalar(2, "q"), image)


def encode(message: Message[ImageData]) -> bytes:
    """Write a message; its id is 0 and it has no attributes.

    Raises
    ------
    ValueError
        If ad00 cannot carry the dtype.
    """
    values = message.payload.values
    code = _CODES.get(values.dtype.newbyteorder("<"))
    if code is None:
        raise ValueError(
            f"{message.source_name}: ad00 cannot carry dtype {values.dtype}; "
            "convert it to an integer or float of at most 8 bytes"
        )
    builder = flatbuffers.Builder(512 + values.nbytes)
    builder.ForceDefaults(True)
    data = put_array(builder, wire_array(values))
    shape = put_vector(builder, np.array(values.shape, INT64))
    source_name = builder.CreateString(message.source_name)
    image_fb.ad00_ADArrayStartAttributesVector(builder, 0)
    attributes = builder.EndVector()
    image_fb.Start(builder)
    image_fb.AddSourceName(builder, source_name)
    image_fb.AddId(builder, 0)
    image_fb.AddTimestamp(builder, message.timestamp_ns)
    image_fb.AddDimensions(builder, shape)
    image_fb.AddDataType(builder, code)
    image_fb.AddData(builder, data)
    image_fb.AddAttributes(builder, attributes)
    return finish(builder, image_fb.End(builder), SCHEMA)
