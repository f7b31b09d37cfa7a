"""Regions of a view: what was drawn, and the spectra of what they hold."""

from __future__ import annotations

from collections.abc import Mapping

import scipp as sc

from livedata_core.contract import Region, RegionKind
from livedata_workflows.binning import Slots
from livedata_workflows.counting import REGIONS, EventCounter
from livedata_workflows.regions import region_mask
from livedata_workflows.results import (
    Accumulation,
    Counts,
    read_back,
    region_spectra,
)
from livedata_workflows.screen import Axis

__all__ = ["RegionSpectra"]


class RegionSpectra:
    """The regions drawn on a screen. One thread.

    Parameters
    ----------
    axes:
        Vertical and horizontal axis of the screen.
    counter:
        Counts the events; is told which places belong to which region.
    """

    def __init__(
        self, axes: tuple[Axis, Axis], slots: Slots, counter: EventCounter
    ) -> None:
        self._axes = axes
        self._slots = slots
        self._counter = counter
        self._regions: dict[RegionKind, dict[int, Region]] = {
            "rectangle": {},
            "polygon": {},
        }
        self._since: dict[int, int | None] = {}
        self._counts = Accumulation((REGIONS, slots.size))

    def replace(self, kind: RegionKind, regions: Mapping[int, Region]) -> None:
        """Take these regions in place of all of their kind.

        Raises
        ------
        ValueError
            If one cannot be used; then everything stays as it was.
        """
        wanted = {**self._regions, kind: dict(regions)}
        drawn = {i: region for part in wanted.values() for i, region in part.items()}
        mask = region_mask(drawn, self._axes)
        before = {i: r for part in self._regions.values() for i, r in part.items()}
        self._regions = wanted
        self._since = {
            i: self._since.get(i) if before.get(i) == region else None
            for i, region in sorted(drawn.items())
        }
        self._counter.set_mask(mask)
        self._counts.begin_at(self._counter.regions())

    def begin(self, start_ns: int) -> None:
        """Note where the next window begins."""
        for index, since in self._since.items():
            if since is None:
                self._since[index] = start_ns

    def reset(self) -> None:
        """Forget the counts, not the regions."""
        self._counts.reset()
        self._since = dict.fromkeys(self._since)

    def outputs(self) -> dict[str, sc.DataArray]:
        """Return the spectra since the start and of the last window, and read-backs."""
        self._counts.advance(self._counter.regions())
        return {
            "roi_spectra_cumulative": self._spectra(
                self._counts.cumulative, dated=True
            ),
            "roi_spectra_current": self._spectra(self._counts.current),
            "roi_rectangle": read_back("rectangle", self._regions["rectangle"]),
            "roi_polygon": read_back("polygon", self._regions["polygon"]),
        }

    def _spectra(self, counts: Counts, dated: bool = False) -> sc.DataArray:
        indices = list(self._since)
        spectra = region_spectra(
            self._slots.in_bins(counts[indices]), indices, self._slots.bins
        )
        if dated and indices and not self._counter.since_start:
            since = [time or 0 for time in self._since.values()]
            spectra.coords["since"] = sc.array(
                dims=["roi"], values=since, unit="ns", dtype="int64"
            )
        return spectra
