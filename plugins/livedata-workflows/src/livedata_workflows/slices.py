"""The image of a view in slices of its bins: three dims, bounded in size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_workflows.binning import Slots
from livedata_workflows.counting import TABLE_CELLS, EventCounter
from livedata_workflows.params import Slices
from livedata_workflows.results import Counts
from livedata_workflows.screen import Screen

__all__ = ["CELLS", "SlicedImage"]

CELLS = 1 << 20
"""Most pixels times slices: 8 MB an update."""


class SlicedImage:
    """Joins the bins of each pixel to a few slices. One thread.

    Raises
    ------
    ValueError
        If there are too many pixels for that, with a way out.
    """

    def __init__(
        self, params: Slices, slots: Slots, screen: Screen, counter: EventCounter
    ) -> None:
        number = min(params.number, slots.bins.size)
        if screen.size * number > CELLS:
            raise ValueError(
                f"{screen.size} pixels in {number} slices are more than {CELLS} "
                f"values: take {CELLS // screen.size} slices at most, or none"
            )
        if not counter.since_start:
            raise ValueError(
                f"{screen.size} pixels with {slots.size} bins are more than "
                f"{TABLE_CELLS} values: take fewer bins, or no slices"
            )
        self._slots = slots
        self._screen = screen
        self._counter = counter
        self._begins = np.linspace(0, slots.bins.size, number + 1).round().astype(int)

    def output(self, weights: npt.NDArray[np.float64] | None) -> sc.DataArray:
        """Return the counts since the start, [slice, row, column], with their edges.

        Parameters
        ----------
        weights:
            What the counts of each pixel are multiplied by; None: by nothing.
        """
        bins = self._slots.bins
        counts: Counts = self._slots.in_bins(self._counter.table())
        joined = np.add.reduceat(counts, self._begins[:-1], axis=-1).T
        values = joined if weights is None else joined * weights
        return sc.DataArray(
            sc.array(
                dims=[bins.dim, *self._screen.dims],
                values=values.reshape(-1, *self._screen.shape),
                unit="counts",
                dtype="float64",
            ),
            coords={
                **self._screen.coords,
                bins.dim: sc.array(
                    dims=[bins.dim], values=bins.edges[self._begins], unit=bins.unit
                ),
            },
        )
