"""What this distribution registers: the standard plotters."""

from __future__ import annotations

from collections.abc import Iterator

from livedata_core.contract import Accepts, PlotterSpec, Temporality, hookimpl
from livedata_plotters.params import ImageParams, LinesParams, TimeSeriesParams

_BOUNDED = (Temporality.WINDOW, Temporality.CUMULATIVE)


@hookimpl
def livedata_plotters() -> Iterator[PlotterSpec]:
    """Yield the standard plotters."""
    yield PlotterSpec(
        name="image",
        title="Image",
        description="Values over two axes as colours.",
        params=ImageParams,
        accepts=Accepts(ndim=(2,), temporality=_BOUNDED, max_inputs=1),
        factory="livedata_plotters.image:ImagePlotter",
    )
    yield PlotterSpec(
        name="lines",
        title="Lines",
        description="Values over one axis as curves; several sources share the axes.",
        params=LinesParams,
        accepts=Accepts(ndim=(1,), temporality=_BOUNDED),
        factory="livedata_plotters.lines:LinesPlotter",
    )
    yield PlotterSpec(
        name="timeseries",
        title="Time series",
        description="Readings of devices over time.",
        params=TimeSeriesParams,
        accepts=Accepts(ndim=(0, 1), temporality=(Temporality.SERIES,)),
        history=True,
        factory="livedata_plotters.timeseries:TimeSeriesPlotter",
    )
    yield PlotterSpec(
        name="trend",
        title="Trend",
        description="How a number changed from update to update.",
        params=TimeSeriesParams,
        accepts=Accepts(ndim=(0,), temporality=_BOUNDED),
        history=True,
        factory="livedata_plotters.timeseries:TimeSeriesPlotter",
    )
