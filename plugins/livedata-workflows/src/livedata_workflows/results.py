"""Counts as scipp arrays, and what came since the last update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import Region, RegionKind, regions_to_wire
from livedata_workflows.binning import Bins

__all__ = [
    "Accumulation",
    "Counts",
    "count",
    "histogram",
    "read_back",
    "region_spectra",
]

Counts = npt.NDArray[Any]
"""Whole numbers of events, or float64 where they arrive as histograms."""


class Accumulation:
    """Counts since the start or reset, and of them those of the last window."""

    def __init__(
        self, shape: int | tuple[int, ...], dtype: npt.DTypeLike = np.int64
    ) -> None:
        self.current: Counts = np.zeros(shape, dtype=dtype)
        self.cumulative: Counts = np.zeros(shape, dtype=dtype)

    def advance(self, counted: Counts) -> None:
        """Take what has been counted since the start."""
        self.current = counted - self.cumulative
        self.cumulative = counted

    def begin_at(self, counted: Counts) -> None:
        """Let the next window begin where so much had been counted."""
        self.cumulative = counted

    def reset(self) -> None:
        """Begin at zero."""
        self.begin_at(np.zeros_like(self.cumulative))


def count(value: float, variance: float | None = None) -> sc.DataArray:
    """Return a number of events as float64 counts, 0-D."""
    return sc.DataArray(sc.scalar(float(value), variance=variance, unit="counts"))


def histogram(
    counts: Counts, bins: Bins, variances: Counts | None = None
) -> sc.DataArray:
    """Return counts [bin] with their edges."""
    dim = bins.dim
    return sc.DataArray(
        sc.array(
            dims=[dim],
            values=counts,
            variances=variances,
            unit="counts",
            dtype="float64",
        ),
        coords={dim: sc.array(dims=[dim], values=bins.edges, unit=bins.unit)},
    )


def region_spectra(counts: Counts, indices: list[int], bins: Bins) -> sc.DataArray:
    """Return the spectra of regions, counts [region, bin], with their indices.

    Where there is a region and bins are in time, the edges come in ns as well, as
    ``event_time_offset``.
    """
    dim = bins.dim
    edges = sc.array(dims=[dim], values=bins.edges, unit=bins.unit)
    coords = {
        "roi": sc.array(
            dims=["roi"], values=indices, unit="dimensionless", dtype="int32"
        ),
        dim: edges,
    }
    if indices and dim == "time_of_arrival":
        coords["event_time_offset"] = edges.to(unit="ns")
    signal = sc.array(dims=["roi", dim], values=counts, unit="counts", dtype="float64")
    return sc.DataArray(signal, coords=coords)


def read_back(kind: RegionKind, regions: Mapping[int, Region]) -> sc.DataArray:
    """Return regions of one kind as the output that says what was accepted."""
    payload = regions_to_wire(kind, regions, empty_unit=None)
    signal, *coords = (
        (v.name, sc.array(dims=v.dims, values=v.values, unit=v.unit))
        for v in payload.variables
    )
    return sc.DataArray(signal[1], coords=dict(coords))
