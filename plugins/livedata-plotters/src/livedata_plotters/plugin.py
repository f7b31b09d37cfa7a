"""What this distribution registers: the standard plotters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from livedata_core.contract import (
    Accepts,
    AxisSpec,
    PlotterSpec,
    Temporality,
    hookimpl,
)
from livedata_plotters.params import (
    BarsParams,
    CorrelationImageParams,
    CorrelationParams,
    FlattenParams,
    ImageParams,
    LinesParams,
    NumberParams,
    OverlayParams,
    SlicerParams,
    TableParams,
    TimeSeriesParams,
)
from livedata_plotters.shape_params import (
    HorizontalLinesParams,
    RectanglesParams,
    RegionParams,
    VerticalLinesParams,
)

_BOUNDED: Final = (Temporality.WINDOW, Temporality.CUMULATIVE)
_OVER_OTHERS: Final = -10
"""Of what is drawn over other data and is never a default."""


@hookimpl
def livedata_plotters() -> Iterator[PlotterSpec]:
    """Yield the standard plotters."""
    yield from _images()
    yield from _curves()
    yield from _correlations()
    yield from _numbers()
    yield from _shapes()


def _images() -> Iterator[PlotterSpec]:
    yield PlotterSpec(
        name="image",
        title="Image",
        description="Values over two axes as colours.",
        params=ImageParams,
        accepts=Accepts(ndim=(2,), temporality=_BOUNDED, max_inputs=1),
        factory="livedata_plotters.image:ImagePlotter",
    )
    yield PlotterSpec(
        name="slicer",
        title="Slice",
        description="One slice of three dimensions as an image, or the sum of all.",
        params=SlicerParams,
        accepts=Accepts(ndim=(3,), temporality=_BOUNDED, max_inputs=1),
        factory="livedata_plotters.many_dims:SlicerPlotter",
    )
    yield PlotterSpec(
        name="flatten",
        title="Flat image",
        description="All dimensions in one image: all but one are joined row by row.",
        params=FlattenParams,
        accepts=Accepts(ndim=(2, 3, 4), temporality=_BOUNDED, max_inputs=1),
        priority=-2,
        factory="livedata_plotters.many_dims:FlattenPlotter",
    )


def _curves() -> Iterator[PlotterSpec]:
    yield PlotterSpec(
        name="lines",
        title="Lines",
        description="Values over one axis as curves; several sources share the axes.",
        params=LinesParams,
        accepts=Accepts(ndim=(1,), temporality=_BOUNDED),
        factory="livedata_plotters.lines:LinesPlotter",
    )
    yield PlotterSpec(
        name="overlay",
        title="Curve for each row",
        description="Each row of two dimensions as a curve.",
        params=OverlayParams,
        accepts=Accepts(ndim=(2,), temporality=_BOUNDED),
        priority=-1,
        factory="livedata_plotters.many_dims:OverlayPlotter",
    )
    yield PlotterSpec(
        name="region_spectra",
        title="Spectra of regions",
        description="The spectrum of each region of interest, in the region's colour.",
        params=OverlayParams,
        accepts=Accepts(
            ndim=(2,), outputs=("roi_spectra_cumulative", "roi_spectra_current")
        ),
        priority=1,
        factory="livedata_plotters.many_dims:OverlayPlotter",
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


def _correlations() -> Iterator[PlotterSpec]:
    series = Accepts(ndim=(1,), temporality=(Temporality.SERIES,))
    counts = Accepts(ndim=(0,), temporality=(Temporality.WINDOW,))
    x = AxisSpec(name="x", title="Horizontal axis", accepts=(series, counts))
    y = AxisSpec(name="y", title="Vertical axis", accepts=(series, counts))
    # Readings of a log, and counts of single updates.
    for accepts, prefix, what in (
        (series, "", "readings"),
        (counts, "counts_", "counts"),
    ):
        yield PlotterSpec(
            name=f"{prefix}correlation",
            title="Over another quantity",
            description=f"The mean of {what} in bins of another quantity, such as a "
            "motor position: that of the horizontal axis, or else of the first source.",
            params=CorrelationParams,
            accepts=accepts,
            history=True,
            axes=(x,),
            priority=-2,
            factory="livedata_plotters.correlation:CorrelationPlotter",
        )
        yield PlotterSpec(
            name=f"{prefix}correlation_image",
            title="Over two quantities",
            description=f"The mean of {what} in bins of two other quantities, such as "
            "motor positions: those of the axes, or else of the first two sources. Of "
            "two sources alone, how often both were there.",
            params=CorrelationImageParams,
            accepts=accepts,
            history=True,
            axes=(x, y),
            priority=-3,
            factory="livedata_plotters.correlation:CorrelationImagePlotter",
        )


def _numbers() -> Iterator[PlotterSpec]:
    yield PlotterSpec(
        name="number",
        title="Number",
        description="The latest value, large, with a small curve of its history.",
        params=NumberParams,
        accepts=Accepts(ndim=(0,)),
        history=True,
        priority=-1,
        factory="livedata_plotters.big_number:NumberPlotter",
    )
    yield PlotterSpec(
        name="reading",
        title="Number",
        description="The latest reading, large, with a small curve of its history.",
        params=NumberParams,
        accepts=Accepts(ndim=(1,), temporality=(Temporality.SERIES,)),
        history=True,
        priority=-1,
        factory="livedata_plotters.big_number:NumberPlotter",
    )
    yield PlotterSpec(
        name="bars",
        title="Bars",
        description="One number of each source, side by side.",
        params=BarsParams,
        accepts=Accepts(ndim=(0,), temporality=_BOUNDED),
        priority=-2,
        factory="livedata_plotters.bars:BarsPlotter",
    )
    yield PlotterSpec(
        name="table",
        title="Table",
        description="Numbers in rows: one for each source, or for each position.",
        params=TableParams,
        accepts=Accepts(ndim=(0, 1), temporality=_BOUNDED),
        priority=-3,
        factory="livedata_plotters.table:TablePlotter",
    )


def _shapes() -> Iterator[PlotterSpec]:
    for name, title, model, plotter in (
        ("rectangles", "Rectangles", RectanglesParams, "RectanglesPlotter"),
        (
            "vertical_lines",
            "Vertical lines",
            VerticalLinesParams,
            "VerticalLinesPlotter",
        ),
        (
            "horizontal_lines",
            "Horizontal lines",
            HorizontalLinesParams,
            "HorizontalLinesPlotter",
        ),
    ):
        yield PlotterSpec(
            name=name,
            title=title,
            description=f"{title} that stand still, to be drawn over other data.",
            params=model,
            accepts=Accepts(ndim=(1, 2)),
            over=True,
            priority=_OVER_OTHERS,
            factory=f"livedata_plotters.shapes:{plotter}",
        )
    yield PlotterSpec(
        name="regions",
        title="Regions of interest",
        description="The regions that a worker uses, to be drawn over their image.",
        params=RegionParams,
        accepts=Accepts(ndim=(1,), outputs=("roi_rectangle", "roi_polygon")),
        over=True,
        priority=1,
        factory="livedata_plotters.shapes:RegionsPlotter",
    )
