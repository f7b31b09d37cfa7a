"""Plotters that show readings over other readings in place of time.

A reading belongs to the last one of the other source that came before it or with it;
earlier ones belong to none. Each bin has the mean of what fell into it, or how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import holoviews as hv
import numpy as np
import scipp as sc

from livedata_core.contract import PlotInput, View
from livedata_plotters.arrays import Floats, plain_values
from livedata_plotters.curves import CurvesFrame, draw_curves
from livedata_plotters.image import ImageFrame, draw_image, image_frame
from livedata_plotters.lines import curves_frame
from livedata_plotters.params import CorrelationImageParams, CorrelationParams
from livedata_plotters.rates import per_second
from livedata_plotters.timeseries import utc_times

__all__ = ["CorrelationImagePlotter", "CorrelationPlotter", "binned_means"]


class CorrelationPlotter:
    """Shows the mean of all but the first input in bins of the first."""

    def compute(
        self, inputs: Sequence[PlotInput], params: CorrelationParams, view: View
    ) -> CurvesFrame:
        """Return the frame of the means.

        Raises
        ------
        ValueError
            If there are fewer than two inputs, one is no series, or units differ.
        """
        return curves_frame(self.shown(inputs, params, view), params)

    def shown(
        self, inputs: Sequence[PlotInput], params: CorrelationParams, view: View
    ) -> list[PlotInput]:
        """Return the means in their bins, also for whoever saves them.

        Raises
        ------
        ValueError
            If there are fewer than two inputs or one is no series.
        """
        first, *others = _at_least(inputs, 2)
        rows = []
        for entry in per_second(others, wanted=params.rate):
            places = _at(first, entry)
            dim = _dim(first)
            means = binned_means([places], _values(entry), (params.bins,))
            data = sc.DataArray(
                sc.array(dims=[dim], values=means[0], unit=entry.data.unit),
                coords={dim: _edges(dim, means[1][0], first)},
            )
            rows.append(replace(entry, data=data))
        return rows

    def draw(self, frame: CurvesFrame) -> hv.Overlay:
        """Return the HoloViews overlay of a frame."""
        return draw_curves(frame)


class CorrelationImagePlotter:
    """Shows the mean of the third input in bins of the first and second.

    Without a third one, how many readings of the second fell into each bin.
    """

    def compute(
        self, inputs: Sequence[PlotInput], params: CorrelationImageParams, view: View
    ) -> ImageFrame:
        """Return the frame of the image.

        Raises
        ------
        ValueError
            If there are fewer than two inputs or one is no series.
        """
        (entry,) = self.shown(inputs, params, view)
        # They are rates already, and say no more how long they took.
        return image_frame(entry, params.model_copy(update={"rate": False}), view)

    def shown(
        self, inputs: Sequence[PlotInput], params: CorrelationImageParams, view: View
    ) -> list[PlotInput]:
        """Return the means in their bins, also for whoever saves them.

        Raises
        ------
        ValueError
            If there are fewer than two inputs or one is no series.
        """
        first, second, *others = _at_least(inputs, 2)
        others = per_second(others, wanted=params.rate)
        shown = others[0] if others else second
        places = [_at(entry, shown) for entry in (second, first)]
        weights = _values(shown) if others else None
        bins = (params.bins, params.bins)
        values, (rows, columns) = binned_means(places, weights, bins)
        x, y = _dim(first), _dim(second)
        y = y if y != x else f"{y} "
        unit = shown.data.unit if others else sc.units.counts
        data = sc.DataArray(
            sc.array(dims=[y, x], values=values, unit=unit),
            coords={x: _edges(x, columns, first), y: _edges(y, rows, second)},
        )
        return [replace(shown, data=data)]

    def draw(self, frame: ImageFrame) -> hv.Image | hv.QuadMesh:
        """Return the HoloViews element of a frame."""
        return draw_image(frame)


def binned_means(
    places: Sequence[Floats], weights: Floats | None, bins: tuple[int, ...]
) -> tuple[Floats, tuple[Floats, ...]]:
    """Return the mean of weights in equal bins that reach over all places.

    Parameters
    ----------
    places:
        Coordinates [n] for each dim; what is NaN anywhere is left out.
    weights:
        What is averaged [n]; None: the number of places is returned.
    bins:
        Number of bins of each dim.

    Returns
    -------
    :
        Means [bins], NaN where nothing fell (numbers: 0), and edges [bins + 1] by dim.
    """
    known = np.logical_and.reduce([np.isfinite(part) for part in places])
    if weights is not None:
        known &= np.isfinite(weights)
    at = [part[known] for part in places]
    spans = [_span(part) for part in at]
    counts, edges = np.histogramdd(at, bins, spans)
    if weights is None:
        return counts, edges
    sums, _ = np.histogramdd(at, bins, spans, weights=weights[known])
    means: Floats = np.full(counts.shape, np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means, edges


def _span(values: Floats) -> tuple[float, float]:
    """Return limits of all values with a width that bins can have."""
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = max(abs(low), abs(high), 1.0) * 1e-6
    return (low, high) if high - low > room else (low - room, high + room)


def _at_least(inputs: Sequence[PlotInput], number: int) -> Sequence[PlotInput]:
    if len(inputs) < number:
        names = ", ".join(entry.title for entry in inputs) or "nothing"
        raise ValueError(
            f"There are data of {names}, but something is needed for the axis as well: "
            "choose it in the settings of the plot, or show several sources."
        )
    return inputs


def _values(entry: PlotInput) -> Floats:
    return np.atleast_1d(plain_values(entry.data)).astype(np.float64)


def _at(axis: PlotInput, entry: PlotInput) -> Floats:
    """Return where on the axis each reading of an entry belongs; NaN: nowhere."""
    found = np.searchsorted(utc_times(axis), utc_times(entry), side="right")
    return np.concatenate([[np.nan], _values(axis)])[found]


def _dim(entry: PlotInput) -> str:
    return entry.title or entry.key.source_name


def _edges(dim: str, edges: Floats, entry: PlotInput) -> sc.Variable:
    return sc.array(dims=[dim], values=edges, unit=entry.data.unit)
