"""Counting events: by place on a screen, by slot, and by slot in regions.

An `EventCounter` counts from its start or reset; who wants a window takes the
difference of two readings. `events_of` gives what messages hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from livedata_core.contract import EventData, Message
from livedata_workflows.acceleration import Acceleration, empty_events
from livedata_workflows.binning import Slots
from livedata_workflows.readable import readable
from livedata_workflows.sorting import Formula, Search, Sums

__all__ = ["REGIONS", "TABLE_CELLS", "EventCounter", "events_in", "events_of"]

REGIONS = 8
"""Most regions at a time: four rectangles and four polygons."""
TABLE_CELLS = 1 << 23
"""Most places times slots that are counted one by one; at 9 bytes each."""

_BLOCK = 1 << 15
"""Events that numpy handles at a time; its temporaries stay in the cache."""

_TIMES = np.iinfo(np.int32)

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint8]
Events = tuple[Int32s, Int32s | None]


class EventCounter:
    """Counts events of pixels. One thread.

    Where places times slots are few enough, each pair is counted, and the spectrum of
    a region covers everything since the start, whenever the region is drawn. Above
    `TABLE_CELLS`, a spectrum begins with its region.

    Parameters
    ----------
    places:
        How many places there are.
    pixels:
        First pixel id and number of pixels; None: every event counts, at place 0.
    scale:
        Float64 [pixel]: sorted is the time of an event times this; None: its time.
    screen:
        Int32 [replica, pixel], the place of each pixel or -1, the number of replicas
        being a power of two; None: the place is the pixel.
    """

    def __init__(
        self,
        slots: Slots,
        places: int = 1,
        *,
        pixels: tuple[int, int] | None = None,
        scale: npt.NDArray[np.float64] | None = None,
        screen: Int32s | None = None,
    ) -> None:
        self._slots = slots
        self._with_pixels = pixels is not None
        self._how = _formula(slots, pixels or (0, 1), places)
        self._search: Search | None = None
        simple = slots.bins.formula is not None and _are_times(slots.bounds)
        if not simple or scale is not None or screen is not None:
            bounds = np.append(slots.bounds, np.inf)
            self._search = Search(*slots.guesses(), bounds, scale, screen)
        self._sums = Sums(
            slots.shown.start,
            slots.shown.stop,
            np.zeros(places + 1, dtype=np.uint8),
            np.zeros(places + 1, dtype=np.int64),
            np.zeros(slots.size + 1, dtype=np.int64),
            np.zeros((REGIONS, slots.size + 1), dtype=np.int64),
        )
        self._has_regions = False
        self.since_start = places * slots.size <= TABLE_CELLS
        """Whether spectra of regions cover what came before they were drawn."""
        width = slots.size if self.since_start else 1
        self._low = np.zeros((places + 2, width), dtype=np.uint8)
        self._high = np.zeros(
            (places + 2, width if self.since_start else 0), dtype=np.int64
        )
        self.acceleration = Acceleration(self._load)

    def count(self, times: Int32s, pixels: Int32s | None) -> None:
        """Count events by their times [event], ns, and pixel ids [event]."""
        function = self.acceleration.function
        if function is not None:
            self._call(
                function,
                _constant(times),
                None if pixels is None else _constant(pixels),
            )
            return
        for start in range(0, len(times), _BLOCK):
            block = slice(start, start + _BLOCK)
            self._count(times[block], None if pixels is None else pixels[block])
        self.acceleration.note(len(times))

    def set_mask(self, mask: Bits) -> None:
        """Say which places belong to which regions: bit r for region r, [place]."""
        own = self._sums.mask[:-1]
        changed = mask ^ own
        own[...] = mask
        self._has_regions = bool(mask.any())
        for region in range(REGIONS):
            bit = np.uint8(1 << region)
            if not np.any(changed & bit):
                continue
            sums = self._sums.regions[region]
            sums[...] = 0
            if self.since_start:
                sums[:-1] = self._high[:-2][(mask & bit) != 0].sum(axis=0)

    def totals(self) -> tuple[Ints, Ints]:
        """Return the counts of each place in the slots that are shown, and by slot."""
        image, spectrum = self._sums.image[:-1].copy(), self._sums.spectrum[:-1].copy()
        if not self.since_start:
            image += self._low[:-2, 0]
        elif self.acceleration.function is not None:
            from livedata_workflows.kernels import table_sums  # is imported by now

            spectrum += table_sums(self._low, self._sums.begin, self._sums.end, image)
        return image, spectrum

    def table(self) -> Ints:
        """Return the counts of each place in each slot, [place, slot].

        Raises
        ------
        ValueError
            If places times slots are too many for them to be counted one by one.
        """
        if not self.since_start:
            raise ValueError("there are no counts of each place in each slot")
        return self._high[:-2] + self._low[:-2]

    def regions(self) -> Ints:
        """Return the counts of each slot in each region, [region, slot]."""
        regions = self._sums.regions[:, :-1].copy()
        mask = self._sums.mask[:-1]
        if self.since_start and mask.any():
            for region in range(REGIONS):
                own = np.flatnonzero(mask & np.uint8(1 << region))
                regions[region] += self._low[own].sum(axis=0, dtype=np.uint32)
        return regions

    def reset(self) -> None:
        """Forget all counts, not the regions."""
        sums = self._sums
        for counts in (sums.image, sums.spectrum, sums.regions, self._low, self._high):
            counts[...] = 0

    def _count(self, times: Int32s, pixels: Int32s | None) -> None:
        """Count with numpy."""
        places, slots = self._sorted(times, pixels)
        sums, width = self._sums, self._slots.size
        sums.spectrum[:-1] += np.bincount(slots, minlength=width)
        shown = places[(slots >= sums.begin) & (slots < sums.end)]
        _add_each(sums.image, shown)
        if self.since_start:
            _add_each(self._high.reshape(-1), places * width + slots)
        bits = sums.mask[places]
        if bits.any():
            for region in range(REGIONS):
                own = slots[(bits & np.uint8(1 << region)) != 0]
                sums.regions[region, :-1] += np.bincount(own, minlength=width)

    def _sorted(self, times: Int32s, pixels: Int32s | None) -> tuple[Ints, Ints]:
        """Return place and slot of each event that counts."""
        how, search = self._how, self._search
        places = np.zeros(len(times), dtype=np.int64)
        if pixels is not None and self._with_pixels:
            places = pixels.astype(np.int64) - how.first
        known = (places >= 0) & (places < how.pixels)
        places[~known] = 0
        values = times.astype(np.float64)
        if search is not None and search.scale is not None:
            values *= search.scale[places]
        if search is not None and search.screen is not None:
            replica = np.arange(len(times)) & (len(search.screen) - 1)
            places = search.screen[replica, places].astype(np.int64)
            known &= places >= 0
        slots, inside = self._slots.find(values)
        inside &= known
        return places[inside], slots[inside]

    def _load(self) -> Callable[..., None]:
        from livedata_workflows import kernels  # imports numba

        function: Callable[..., None] = (
            kernels.count_table if self.since_start else kernels.count_image
        )
        self._call(function, *empty_events(self._with_pixels))
        if self.since_start:
            kernels.table_sums(self._low[:2], 0, 0, np.zeros(0, dtype=np.int64))
        return function

    def _call(
        self, function: Callable[..., None], times: Int32s, pixels: Int32s | None
    ) -> None:
        own = pixels if self._with_pixels else None
        last = self._high if self.since_start else self._has_regions
        low = self._low if self.since_start else self._low.reshape(-1)
        function(times, own, self._how, self._search, self._sums, low, last)


def events_of(
    messages: Iterable[Message[Any]], source_name: str, *, with_pixels: bool = True
) -> Iterator[Events]:
    """Yield times of flight and pixel ids of all events of messages.

    Raises
    ------
    ValueError
        After the last message, if one carries anything but events, or needs pixel ids
        and has not one for each event; it is left out.
    """
    return readable(
        messages, lambda message: events_in(message, source_name, with_pixels)
    )


def events_in(message: Message[Any], source_name: str, with_pixels: bool) -> Events:
    """Return times of flight and pixel ids of the events of a message.

    Raises
    ------
    ValueError
        If it carries anything but events, or needs pixel ids and has not one for each.
    """
    events = message.payload
    if not isinstance(events, EventData):
        raise ValueError(  # noqa: TRY004 -- operators read it: bad data, no bug
            f"{source_name} sends {type(events).__name__} on {message.topic}; "
            "this workflow takes events (ev44)"
        )
    times, pixels = events.time_of_flight, events.pixel_id
    if with_pixels and pixels is None and not len(times):
        return times, np.zeros(0, dtype=np.int32)
    if with_pixels and (pixels is None or len(pixels) != len(times)):
        raise ValueError(
            f"{source_name} sent {len(times)} events without a pixel id for each"
        )
    return times, pixels


def _formula(slots: Slots, pixels: tuple[int, int], places: int) -> Formula:
    factor, offset = slots.bins.formula or (0.0, 0.0)
    start, stop = slots.bounds[0], slots.bounds[-1]
    cuts = [_first_time(cut) for cut in slots.cuts] or [0, 0]
    return Formula(
        first=pixels[0],
        pixels=pixels[1],
        places=places,
        slots=slots.size,
        start=float(start),
        stop=float(stop),
        earliest=_first_time(start),
        latest=_first_time(stop) - 1,
        factor=factor,
        offset=offset,
        cuts=len(slots.cuts),
        cut=cuts[0],
        other_cut=cuts[1],
    )


def _are_times(values: npt.NDArray[np.float64]) -> bool:
    """Return whether values are within what a time of flight can be."""
    return bool(values[0] >= _TIMES.min and values[-1] <= _TIMES.max)


def _first_time(value: float) -> int:
    """Return the first whole number from a value on; the search needs none beyond."""
    return int(np.clip(np.ceil(value), _TIMES.min, _TIMES.max))


def _add_each(counts: Ints, cells: Ints) -> None:
    """Add one for each cell named; by a bin count where few cells share many."""
    if len(cells) * 4 > len(counts):
        np.add(counts, np.bincount(cells, minlength=len(counts)), counts)
    else:
        np.add.at(counts, cells, 1)


def _constant(values: Int32s) -> Int32s:
    """Return a view that compiled code knows: contiguous, aligned and read-only."""
    view: Int32s = np.require(values, np.int32, ["C", "A"]).view()
    view.flags.writeable = False
    return view
