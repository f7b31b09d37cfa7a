"""Schema da00: named arrays with axes and units; results, ROI requests, monitors.

Numbers become views of the message. A variable without axes is 0-D if it holds one
value; more values without axes get the dims ``dim_0, dim_1, …``. A text becomes a 0-D
string array. A unit that is absent stays None.

Written are the integers and floats of 1 to 8 bytes; booleans travel as uint8. The
schema's ``source`` of a variable is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import flatbuffers
import numpy as np
from streaming_data_types.fbschemas.dataarray_da00 import da00_DataArray as root_fb
from streaming_data_types.fbschemas.dataarray_da00 import da00_Variable as variable_fb
from streaming_data_types.fbschemas.dataarray_da00.da00_dtype import da00_dtype

from livedata_codecs.arrays import (
    AnyArray,
    dtype_codes,
    finish,
    put_array,
    reshaped,
    wire_array,
)
from livedata_codecs.layout import Layout
from livedata_codecs.tables import INT64, Table, root
from livedata_core.contract import (
    ArrayData,
    DecodeError,
    Message,
    Variable,
    WireMessage,
)

__all__ = ["decode", "encode"]

SCHEMA = "da00"
MAX_TEXT_BYTES = 1 << 20
_DTYPES = dtype_codes(da00_dtype)
_CODES = {dtype: code for code, dtype in _DTYPES.items()}
_TEXT = da00_dtype.c_string
# Room for names, units and offsets, so that the builder need not grow.
_VARIABLE_OVERHEAD = 512


def decode(wire: WireMessage) -> Message[ArrayData]:
    """Read a message.

    Raises
    ------
    DecodeError
        If the bytes are no da00 message, or shape, axes and data disagree.
    """
    table = root(wire.value, SCHEMA)
    variables = tuple(_variable(child) for child in table.tables(2))
    if not variables:
        raise DecodeError("da00 message without any variable")
    return Message(
        wire.topic, table.name(0), table.scalar(1, "q"), ArrayData(variables)
    )


def _variable(table: Table) -> Variable:
    name = table.text(0)
    if not name:
        raise DecodeError("da00 variable without a name")
    try:
        dims, values = _values(table)
    except DecodeError as error:
        raise DecodeError(f"variable {name[:80]!r}: {error}") from error
    return Variable(name, dims, values, table.text(1), table.text(2))


def _values(table: Table) -> tuple[tuple[str, ...], AnyArray]:
    """Return dims and values of a variable."""
    code = table.scalar(4, "b")
    axes = table.texts(5)
    if code == _TEXT:
        if axes:
            raise DecodeError(f"a text cannot have axes {axes}")
        return (), np.array(table.text(7, MAX_TEXT_BYTES) or "")
    dtype = _DTYPES.get(code)
    if dtype is None:
        raise DecodeError(f"{code} is no data type")
    values = table.packed(7, dtype)
    if not axes and values.size == 1:
        return (), values.reshape(())
    shape = table.vector(6, INT64)
    if shape is None:
        raise DecodeError("no shape")
    values = reshaped(values, shape)
    axes = axes or tuple(f"dim_{i}" for i in range(values.ndim))
    if len(axes) != values.ndim:
        raise DecodeError(f"axes {axes} do not fit shape {values.shape}")
    return axes, values


def encode(message: Message[ArrayData]) -> bytes:
    """Write a message.

    Raises
    ------
    ValueError
        If there is no variable or one has a dtype that da00 cannot carry.
    """
    variables = tuple(map(_wired, message.payload.variables))
    if not variables:
        raise ValueError(f"{message.source_name}: a da00 message needs a variable")
    if any(v.code == _TEXT for v in variables):
        return _built(message.source_name, message.timestamp_ns, variables)
    shapes = tuple(
        (v.name, v.dims, v.unit, v.label, v.code, v.values.dtype.str, v.values.shape)
        for v in variables
    )
    timestamp = np.array(message.timestamp_ns, INT64)
    arrays = [timestamp, *(v.values for v in variables if v.values.size)]
    return _layout(message.source_name, shapes).filled(arrays)


@dataclass(frozen=True, slots=True)
class _Wired:
    """A variable with its type code and its values as they travel."""

    name: str
    dims: tuple[str, ...]
    unit: str | None
    label: str | None
    code: int
    values: AnyArray


@lru_cache(maxsize=2000)
def _layout(source_name: str, shapes: tuple[tuple[Any, ...], ...]) -> Layout:
    """Return the layout of messages with these variables; begins with the timestamp."""
    variables = [
        _Wired(name, dims, unit, label, code, np.zeros(shape, dtype))
        for name, dims, unit, label, code, dtype, shape in shapes
    ]
    message = _built(source_name, 0, variables)
    table = root(message, SCHEMA)
    spans = [(table.where(1), INT64.itemsize)]
    spans += [
        child.where_packed(7)
        for child, variable in zip(table.tables(2), variables, strict=True)
        if variable.values.size
    ]
    return Layout.of(message, spans)


def _built(source_name: str, timestamp_ns: int, variables: Sequence[_Wired]) -> bytes:
    nbytes = sum(variable.values.nbytes for variable in variables)
    builder = flatbuffers.Builder(nbytes + _VARIABLE_OVERHEAD * (1 + len(variables)))
    builder.ForceDefaults(True)
    offsets = [_put_variable(builder, variable) for variable in variables]
    data = _put_offsets(builder, root_fb.StartDataVector, offsets)
    name = builder.CreateString(source_name)
    root_fb.Start(builder)
    root_fb.AddSourceName(builder, name)
    root_fb.AddTimestamp(builder, timestamp_ns)
    root_fb.AddData(builder, data)
    return finish(builder, root_fb.End(builder), SCHEMA)


def _put_variable(builder: flatbuffers.Builder, variable: _Wired) -> int:
    data = put_array(builder, variable.values)
    shape = builder.CreateNumpyVector(np.array(variable.values.shape, INT64))
    axes = _put_offsets(
        builder,
        variable_fb.StartAxesVector,
        [builder.CreateString(dim) for dim in variable.dims],
    )
    unit = None if variable.unit is None else builder.CreateString(variable.unit)
    label = None if variable.label is None else builder.CreateString(variable.label)
    name = builder.CreateString(variable.name)
    variable_fb.Start(builder)
    variable_fb.AddName(builder, name)
    if unit is not None:
        variable_fb.AddUnit(builder, unit)
    if label is not None:
        variable_fb.AddLabel(builder, label)
    variable_fb.AddDataType(builder, variable.code)
    variable_fb.AddAxes(builder, axes)
    variable_fb.AddShape(builder, shape)
    variable_fb.AddData(builder, data)
    offset: int = variable_fb.End(builder)
    return offset


def _wired(variable: Variable) -> _Wired:
    code, values = _wire_values(variable)
    return _Wired(
        variable.name, variable.dims, variable.unit, variable.label, code, values
    )


def _wire_values(variable: Variable) -> tuple[int, AnyArray]:
    """Return type code and array of a variable as they travel."""
    values = variable.values
    if values.ndim != len(variable.dims):
        raise ValueError(
            f"variable {variable.name!r}: dims {variable.dims} "
            f"do not fit shape {values.shape}"
        )
    if values.ndim == 0 and values.dtype.kind == "U":
        return _TEXT, np.frombuffer(str(values).encode(), np.uint8)
    if values.dtype.kind == "b":
        values = values.view(np.uint8)
    code = _CODES.get(values.dtype.newbyteorder("<"))
    if code is None:
        raise ValueError(
            f"variable {variable.name!r}: da00 cannot carry dtype {values.dtype}; "
            "convert it to an integer or float of at most 8 bytes"
        )
    # ascontiguousarray makes 0-D arrays 1-D.
    return code, wire_array(values).reshape(values.shape)


def _put_offsets(
    builder: flatbuffers.Builder,
    start: Callable[[flatbuffers.Builder, int], int],
    offsets: Sequence[int],
) -> int:
    start(builder, len(offsets))
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    vector: int = builder.EndVector()
    return vector
