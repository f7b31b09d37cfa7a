"""What da00 and ad00 share: typed arrays inside vectors of bytes, both ways.

Decoding gives views, encoding copies an array once into the message and the message
once into the bytes that are handed out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import flatbuffers
import numpy as np
import numpy.typing as npt

from livedata_core.contract import DecodeError

AnyArray = npt.NDArray[np.generic]

__all__ = ["dtype_codes", "finish", "put_array", "put_vector", "reshaped", "wire_array"]

MAX_DIMS = 32
_ALIGNMENT = 8


def dtype_codes(enum: type) -> Mapping[int, np.dtype[np.generic]]:
    """Return the numeric types of a schema's enum of types, little-endian."""
    return {
        code: np.dtype(name).newbyteorder("<")
        for name, code in vars(enum).items()
        if name.startswith(("int", "uint", "float"))
    }


def reshaped(values: AnyArray, shape: AnyArray) -> AnyArray:
    """Give the flat `values` the `shape` of a message.

    Raises
    ------
    DecodeError
        If the two do not agree.
    """
    sizes = tuple(shape.tolist())
    if len(sizes) > MAX_DIMS:
        raise DecodeError(f"{len(sizes)} dimensions; at most {MAX_DIMS} are allowed")
    if min(sizes, default=0) < 0 or math.prod(sizes) != values.size:
        raise DecodeError(f"shape {sizes} does not fit {values.size} values")
    return values.reshape(sizes)


def wire_array(values: AnyArray) -> AnyArray:
    """Return `values` contiguous and little-endian, copied only if they are not."""
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))


def put_array(builder: flatbuffers.Builder, values: AnyArray) -> int:
    """Add the bytes of a contiguous array as a vector of bytes; return its offset."""
    return put_vector(builder, values.reshape(-1).view(np.uint8))


def put_vector(builder: flatbuffers.Builder, values: AnyArray) -> int:
    """Add a one-dimensional, little-endian array as a vector; return its offset.

    The builder's own functions copy an array twice and align bytes to one byte; here
    it is written in place and aligned, so that readers get views to compute with.
    """
    builder.StartVector(values.itemsize, values.size, _ALIGNMENT)
    builder.head -= values.nbytes
    target = np.frombuffer(builder.Bytes, values.dtype, values.size, builder.head)
    target[:] = values
    builder.vectorNumElems = values.size
    offset: int = builder.EndVector()
    return offset


def finish(builder: flatbuffers.Builder, root: int, schema: str) -> bytes:
    """Close the message of that root table and return its bytes."""
    builder.Finish(root, file_identifier=schema.encode())
    return bytes(memoryview(builder.Bytes)[builder.Head() :])
