"""Messages that differ from each other in their numbers alone.

The flatbuffers builder for Python takes about a millisecond for a message of some
variables. A worker sends messages of the same shape again and again: what lies around
their numbers is kept, and the next message is joined from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """The bytes between the numbers of a message, and which number comes where.

    Attributes
    ----------
    between:
        The fixed bytes before each number, and those after the last.
    order:
        The index of each array in the order of the bytes.
    """

    between: tuple[bytes, ...]
    order: tuple[int, ...]

    @classmethod
    def of(cls, message: bytes, spans: Sequence[tuple[int, int]]) -> Layout:
        """Return the layout of a message.

        Parameters
        ----------
        spans:
            Where the bytes of each array begin and how many they are.
        """
        order = sorted(range(len(spans)), key=lambda index: spans[index])
        between = []
        end = 0
        for index in order:
            start, size = spans[index]
            between.append(message[end:start])
            end = start + size
        return cls((*between, message[end:]), tuple(order))

    def filled(self, arrays: Sequence[npt.NDArray[np.generic]]) -> bytes:
        """Return a message with these numbers, contiguous and little-endian."""
        parts: list[bytes | memoryview] = []
        for before, index in zip(self.between, self.order, strict=False):
            parts += (before, arrays[index].reshape(-1).data.cast("B"))
        return b"".join((*parts, self.between[-1]))
