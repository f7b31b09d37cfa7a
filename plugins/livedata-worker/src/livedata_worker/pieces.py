"""Pieces of windows: what the worker is given to do at once.

A window that holds much is handed over in pieces while it is still open, so that its
data are counted as they come and need not be kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from livedata_core.contract import ArrayData, Batch, EventData, ImageData

__all__ = ["Piece", "payload_bytes"]

SMALL = 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """Some or all messages of a window.

    Attributes
    ----------
    batch:
        With the times of the whole window.
    ends:
        Whether it is the last piece of its window.
    nbytes:
        Roughly how much memory it holds.
    """

    batch: Batch
    ends: bool
    nbytes: int


def payload_bytes(payload: object) -> int:
    """Return roughly how many bytes a payload holds."""
    if isinstance(payload, EventData):
        return 2 * payload.time_of_flight.nbytes
    if isinstance(payload, ImageData):
        return payload.values.nbytes
    return payload.nbytes if isinstance(payload, ArrayData) else SMALL
