"""How events are sorted, as plain values that compiled code can take."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Formula", "Search", "Sums"]


class Formula(NamedTuple):
    """Which events count, and the slot of a value v by ``trunc(factor * v + offset)``.

    Attributes
    ----------
    first, pixels:
        The first pixel id and how many there are.
    places, slots:
        How many there are; what does not count gets these numbers.
    start, stop:
        Values that count, ``[start, stop)``.
    earliest, latest:
        The first and the last whole number of them, int32.
    cuts:
        At how many values one more slot begins, 0 or 2.
    cut, other_cut:
        The first whole number from each on, int32.
    """

    first: int
    pixels: int
    places: int
    slots: int
    start: float
    stop: float
    earliest: int
    latest: int
    factor: float
    offset: float
    cuts: int
    cut: int
    other_cut: int


class Search(NamedTuple):
    """How to find slots and places where the formula alone does not do.

    Attributes
    ----------
    guess, per_value:
        The lowest slot of each of many equal cells, uint16, and cells per value.
    bounds:
        Bounds of the slots and one that is infinite, float64 [slot + 2].
    scale:
        The value of an event is its time times this, float64 [pixel]; None: its time.
    screen:
        The place of each pixel, -1 for none, int32 [replica, pixel], the number of
        replicas being a power of two; event i takes replica i modulo that. None: the
        place is the pixel.
    """

    guess: npt.NDArray[np.uint16]
    per_value: float
    bounds: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64] | None
    screen: npt.NDArray[np.int32] | None


class Sums(NamedTuple):
    """Counts by place, by slot, and by slot for each region; all int64.

    Each has one more place and slot, for what does not count.

    Attributes
    ----------
    begin, end:
        Slots that the image shows.
    mask:
        Bit r is set where a place belongs to region r, uint8 [place].
    image, spectrum, regions:
        [place], [slot], [region, slot].
    """

    begin: int
    end: int
    mask: npt.NDArray[np.uint8]
    image: npt.NDArray[np.int64]
    spectrum: npt.NDArray[np.int64]
    regions: npt.NDArray[np.int64]
