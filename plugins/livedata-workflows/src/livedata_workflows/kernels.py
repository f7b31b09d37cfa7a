"""The inner loops of counting, compiled by numba.

Importing this module takes a second: `livedata_workflows.acceleration` does so in the
background once there is enough to count. What these functions give is defined by the
numpy ones in `livedata_workflows.counting`, and a test compares them.

Events are handled in blocks: first the place and slot of each, without branches, those
that are not counted getting one behind the last; then the increments, which the
processor can overlap. Counters have 8 bits, so that those of a whole bank stay in its
cache; each time one overflows, 256 counts are carried to wide sums.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from livedata_workflows.sorting import Formula, Search, Sums

__all__ = ["count_image", "count_table", "table_sums"]

_BLOCK = 1024
_CARRY = 256

P = ParamSpec("P")
R = TypeVar("R")

Int32s = npt.NDArray[np.int32]
Uint8s = npt.NDArray[np.uint8]
Uint32s = npt.NDArray[np.uint32]


def _compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile, without the GIL; kept on disk where there is a folder for it."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        compiled = njit(cache=True, **options)(function)
    except RuntimeError:  # numba finds no place for its cache
        compiled = njit(**options)(function)
    return cast("Callable[P, R]", compiled)


@_compiled
def _sorted(
    times: Int32s,
    pixels: Int32s | None,
    begin: int,
    how: Formula,
    search: Search | None,
    where: Uint32s,
    slots: Uint32s,
) -> None:
    """Write place and slot of the events of a block; the last of each if not counted.

    Without a branch and from the first element on, so that several events are handled
    at once. `begin` is where in the message the block begins.
    """
    if search is not None:
        scale, screen = search.scale, search.screen
        _searched(times, pixels, begin, how, search, scale, screen, where, slots)
        return
    first, number = np.int32(how.first), np.uint32(how.pixels)
    nowhere, never = np.uint32(how.places), np.uint32(how.slots)
    earliest, latest = np.int32(how.earliest), np.int32(how.latest)
    for i in range(times.size):
        place = np.uint32(0) if pixels is None else np.uint32(pixels[i] - first)
        slot = np.uint32(np.int32(np.float64(times[i]) * how.factor + how.offset))
        counts = (place < number) & (times[i] >= earliest) & (times[i] <= latest)
        where[i] = place if counts else nowhere
        slots[i] = slot if counts else never
    if how.cuts:
        cut, other = np.int32(how.cut), np.int32(how.other_cut)
        for i in range(times.size):
            more = np.uint32(times[i] >= cut) + np.uint32(times[i] >= other)
            slots[i] += more if slots[i] != never else np.uint32(0)


@_compiled
def _searched(
    times: Int32s,
    pixels: Int32s | None,
    begin: int,
    how: Formula,
    search: Search,
    scale: npt.NDArray[np.float64] | None,
    screen: npt.NDArray[np.int32] | None,
    where: Uint32s,
    slots: Uint32s,
) -> None:
    """Do the same for any bins, for values of each pixel's own scale, and a screen."""
    first, number = np.int32(how.first), np.uint32(how.pixels)
    nowhere, never = np.uint32(how.places), np.uint32(how.slots)
    for i in range(times.size):
        pixel = np.uint32(0) if pixels is None else np.uint32(pixels[i] - first)
        known = pixel < number
        place = np.int64(pixel) if known else 0
        value = np.float64(times[i])
        if scale is not None:
            value *= scale[place]
        if screen is not None:
            place = np.int64(screen[(begin + i) & (len(screen) - 1), place])
            known &= place >= 0
        counts = known & (value >= how.start) & (value < how.stop)
        held = value if counts else how.start
        slot = np.int64(search.guess[np.int64((held - how.start) * search.per_value)])
        while held >= search.bounds[slot + 1]:
            slot += 1
        where[i] = np.uint32(place) if counts else nowhere
        slots[i] = np.uint32(slot) if counts else never


@_compiled
def _carry(place: int, slot: int, sums: Sums) -> None:
    """Add what one counter could not hold."""
    sums.spectrum[slot] += _CARRY
    if sums.begin <= slot < sums.end:
        sums.image[place] += _CARRY
    bits: Any = sums.mask[place]
    region = 0
    while bits:
        if bits & 1:
            sums.regions[region, slot] += _CARRY
        bits >>= 1
        region += 1


@_compiled
def count_table(
    times: Int32s,
    pixels: Int32s | None,
    how: Formula,
    search: Search | None,
    sums: Sums,
    low: Uint8s,
    high: npt.NDArray[np.int64],
) -> None:
    """Count every place and slot, [place, slot]; the sums get what overflows."""
    where = np.empty(_BLOCK, np.uint32)
    slots = np.empty(_BLOCK, np.uint32)
    cells = np.empty(_BLOCK, np.uint32)
    width = np.uint32(low.shape[1])
    counters, wide = low.reshape(-1), high.reshape(-1)
    for begin in range(0, times.size, _BLOCK):
        block = times[begin : begin + _BLOCK]
        own = None if pixels is None else pixels[begin : begin + _BLOCK]
        _sorted(block, own, begin, how, search, where, slots)
        for j in range(block.size):
            cells[j] = where[j] * width + slots[j]
        for j in range(block.size):
            cell = cells[j]
            count = np.uint8(counters[cell] + np.uint8(1))
            counters[cell] = count
            if count == 0:
                wide[cell] += _CARRY
                _carry(where[j], slots[j], sums)


@_compiled
def count_image(
    times: Int32s,
    pixels: Int32s | None,
    how: Formula,
    search: Search | None,
    sums: Sums,
    low: Uint8s,
    regions: bool,
) -> None:
    """Count places, [place], in narrow counters; spectra go to the sums directly.

    Each block is gone through once for the spectrum and once for the image, so that
    the increments of one do not wait for those of the other.
    """
    where = np.empty(_BLOCK, np.uint32)
    slots = np.empty(_BLOCK, np.uint32)
    nowhere, begin_slot = np.uint32(how.places), np.uint32(sums.begin)
    shown = np.uint32(sums.end - sums.begin)
    for begin in range(0, times.size, _BLOCK):
        block = times[begin : begin + _BLOCK]
        own = None if pixels is None else pixels[begin : begin + _BLOCK]
        _sorted(block, own, begin, how, search, where, slots)
        for j in range(block.size):
            sums.spectrum[slots[j]] += 1
        if regions:
            _count_regions(block.size, where, slots, sums)
        if shown < how.slots:
            for j in range(block.size):
                inside = np.uint32(slots[j] - begin_slot) < shown
                where[j] = where[j] if inside else nowhere
        for j in range(block.size):
            place = where[j]
            count = np.uint8(low[place] + np.uint8(1))
            low[place] = count
            if count == 0:
                sums.image[place] += _CARRY


@_compiled
def _count_regions(number: int, where: Uint32s, slots: Uint32s, sums: Sums) -> None:
    """Count the slots of the regions for the events of a block."""
    for j in range(number):
        bits: Any = sums.mask[where[j]]
        region = 0
        while bits:
            if bits & 1:
                sums.regions[region, slots[j]] += 1
            bits >>= 1
            region += 1


@_compiled
def table_sums(
    low: Uint8s, begin: int, end: int, image: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Add a table's slots from `begin` to `end` to an image, [place].

    Returns
    -------
    :
        The sum over all places, [slot].
    """
    places, width = low.shape[0] - 2, low.shape[1]
    cells = low.reshape(-1)
    spectrum = np.zeros(width, np.int64)
    part = np.zeros(width, np.uint16)  # holds the sums of 256 places
    for start in range(0, places, 256):
        stop = min(start + 256, places)
        _add_rows(cells, start, stop, part)
        for slot in range(width):
            spectrum[slot] += part[slot]
            part[slot] = 0
        for place in range(start, stop):
            row = cells[place * width + begin : place * width + end]
            shown = np.uint32(0)
            for slot in range(row.size):
                shown += np.uint32(row[slot])
            image[place] += np.int64(shown)
    return spectrum


@_compiled
def _add_rows(
    cells: Uint8s, start: int, stop: int, part: npt.NDArray[np.uint16]
) -> None:
    """Add the rows from `start` to `stop` of a table to one, four at a time."""
    width = part.size
    for place in range(start, stop - 3, 4):
        at = place * width
        one, two = cells[at : at + width], cells[at + width : at + 2 * width]
        at += 2 * width
        three, four = cells[at : at + width], cells[at + width : at + 2 * width]
        for slot in range(width):
            pair = np.uint16(np.uint16(one[slot]) + np.uint16(two[slot]))
            other = np.uint16(np.uint16(three[slot]) + np.uint16(four[slot]))
            part[slot] += np.uint16(pair + other)
    for place in range(stop - (stop - start) % 4, stop):
        row = cells[place * width : (place + 1) * width]
        for slot in range(width):
            part[slot] += np.uint16(row[slot])
