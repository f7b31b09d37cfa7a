"""Reading flatbuffer tables, every offset checked.

A table is a set of numbered fields behind offsets into one buffer. The readers that
the flatbuffers compiler makes for Python trust those offsets; bytes from a network
cannot be trusted. What lies outside the buffer raises `DecodeError` here, vectors are
views of the buffer, and nothing is allocated for a length that the bytes do not back.

The layout is that of https://flatbuffers.dev/internals. What the fields of a schema
mean lives in that schema's module.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from livedata_core.contract import DecodeError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["INT32", "INT64", "MAX_CHILDREN", "MAX_NAME_BYTES", "Table", "root"]

S = TypeVar("S", bound=np.generic)

INT32 = np.dtype(np.int32).newbyteorder("<")
INT64 = np.dtype(np.int64).newbyteorder("<")

MAX_NAME_BYTES = 4096
"""Longest name of a stream, variable, axis or unit."""
MAX_CHILDREN = 256
"""Most members of a vector of tables or of strings."""

_UOFFSET = struct.Struct("<I")
_SOFFSET = struct.Struct("<i")
_VOFFSET = struct.Struct("<H")
_SCALARS = {
    code: struct.Struct(f"<{code}") for code in ("b", "B", "h", "i", "I", "q", "Q")
}


def root(buffer: bytes, schema: str) -> Table:
    """Return the root table of a message.

    Parameters
    ----------
    buffer:
        The whole message.
    schema:
        What its bytes 4 to 8 must say.

    Raises
    ------
    DecodeError
        If they say something else or there is no table.
    """
    if len(buffer) < 8:
        raise DecodeError(f"{len(buffer)} bytes are too short for {schema}")
    if buffer[4:8] != schema.encode():
        raise DecodeError(f"expected schema {schema}, found {bytes(buffer[4:8])!r}")
    return Table(buffer, _unpack(_UOFFSET, buffer, 0))


def _unpack(layout: struct.Struct, buffer: bytes, position: int) -> int:
    if 0 <= position <= len(buffer) - layout.size:
        number: int = layout.unpack_from(buffer, position)[0]
        return number
    raise DecodeError(f"offset {position} leads out of a message of {len(buffer)} B")


class Table:
    """One table of a message. Fields are numbered from 0 as in the schema file.

    Parameters
    ----------
    buffer:
        The whole message.
    position:
        Where the table begins.

    Raises
    ------
    DecodeError
        If it is not within the buffer; so does every method for its field.
    """

    __slots__ = ("_buffer", "_position", "_vtable", "_vtable_size")

    def __init__(self, buffer: bytes, position: int) -> None:
        self._buffer = buffer
        self._position = position
        self._vtable = position - _unpack(_SOFFSET, buffer, position)
        self._vtable_size = _unpack(_VOFFSET, buffer, self._vtable)

    def scalar(self, field: int, code: str, default: int = 0) -> int:
        """Return an integer; `code` is its letter in the `struct` module."""
        position = self._field(field)
        if not position:
            return default
        return _unpack(_SCALARS[code], self._buffer, position)

    def item(self, field: int, dtype: np.dtype[S]) -> npt.NDArray[S]:
        """Return a number as a 0-D array of `dtype`; an absent one is 0."""
        position = self._field(field)
        if not position:
            return np.zeros((), dtype)
        self._check(position, dtype.itemsize)
        return np.frombuffer(self._buffer, dtype, 1, position).reshape(())

    def text(self, field: int, limit: int | None = MAX_NAME_BYTES) -> str | None:
        """Return a string of at most `limit` bytes; None if it is absent."""
        position = self._field(field)
        return self._text(position, limit) if position else None

    def name(self, field: int) -> str:
        """Return a string; an absent one is empty."""
        return self.text(field) or ""

    def texts(self, field: int) -> tuple[str, ...]:
        """Return a vector of strings; an absent one is empty."""
        return tuple(
            self._text(position, MAX_NAME_BYTES) for position in self._slots(field)
        )

    def table(self, field: int) -> Table | None:
        """Return a table (or the table of a union); None if it is absent."""
        position = self._field(field)
        return Table(self._buffer, self._follow(position)) if position else None

    def tables(self, field: int) -> tuple[Table, ...]:
        """Return a vector of tables; an absent one is empty."""
        return tuple(
            Table(self._buffer, self._follow(position))
            for position in self._slots(field)
        )

    def vector(self, field: int, dtype: np.dtype[S]) -> npt.NDArray[S] | None:
        """Return a vector of numbers as a read-only view; None if it is absent."""
        position = self._field(field)
        if not position:
            return None
        start, count = self._vector(position, dtype.itemsize)
        return np.frombuffer(self._buffer, dtype, count, start)

    def packed(self, field: int, dtype: np.dtype[S]) -> npt.NDArray[S]:
        """Return a vector of bytes, read as numbers of `dtype`; a read-only view."""
        start, size = self.where_packed(field)
        count, rest = divmod(size, dtype.itemsize)
        if rest:
            raise DecodeError(f"{size} bytes are no whole number of {dtype} values")
        return np.frombuffer(self._buffer, dtype, count, start)

    def where(self, field: int) -> int:
        """Return where in the buffer a field is stored; 0 if it is absent."""
        return self._field(field)

    def where_packed(self, field: int) -> tuple[int, int]:
        """Return where the bytes of a vector of bytes begin, and how many they are."""
        position = self._field(field)
        return self._vector(position, 1) if position else (0, 0)

    def _field(self, field: int) -> int:
        """Return where a field is stored; 0 if it is absent."""
        entry = 4 + 2 * field
        if entry + 2 > self._vtable_size:
            return 0
        offset = _unpack(_VOFFSET, self._buffer, self._vtable + entry)
        return self._position + offset if offset else 0

    def _follow(self, position: int) -> int:
        return position + _unpack(_UOFFSET, self._buffer, position)

    def _vector(self, position: int, item_size: int) -> tuple[int, int]:
        """Return start and count of the vector that `position` refers to."""
        length_at = self._follow(position)
        count = _unpack(_UOFFSET, self._buffer, length_at)
        self._check(length_at + 4, count * item_size)
        return length_at + 4, count

    def _slots(self, field: int) -> range:
        """Return the positions of the offsets in a vector of offsets."""
        position = self._field(field)
        if not position:
            return range(0)
        start, count = self._vector(position, 4)
        if count > MAX_CHILDREN:
            raise DecodeError(f"{count} members where at most {MAX_CHILDREN} may be")
        return range(start, start + 4 * count, 4)

    def _text(self, position: int, limit: int | None) -> str:
        start, size = self._vector(position, 1)
        if limit is not None and size > limit:
            raise DecodeError(f"a name of {size} bytes; at most {limit} are allowed")
        try:
            return self._buffer[start : start + size].decode()
        except UnicodeDecodeError as error:
            raise DecodeError(f"a string is not UTF-8: {error}") from error

    def _check(self, start: int, size: int) -> None:
        if start + size > len(self._buffer):
            raise DecodeError(
                f"{size} bytes at {start} lead out of a message "
                f"of {len(self._buffer)} B"
            )
