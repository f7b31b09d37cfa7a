"""Parameters of the standard plotters, as forms and stored layouts hold them.

Light: nothing here imports numpy or a plotting library. Field titles and descriptions
are the text of the form.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from livedata_core.contract import HistoryWindow, TimeWindow
from livedata_plotters.axes_params import AxesLook, ImageAxes, ValueAxis

__all__ = [
    "Aspect",
    "BarsParams",
    "ColourMap",
    "CorrelationImageParams",
    "CorrelationParams",
    "ErrorStyle",
    "FlattenParams",
    "ImageParams",
    "LineDash",
    "LineStyle",
    "LinesParams",
    "NumberParams",
    "OverlayParams",
    "Reduction",
    "Scale",
    "SlicerParams",
    "TableParams",
    "TimeSeriesParams",
]


class Scale(StrEnum):
    """How values are spread along an axis or colour bar."""

    LINEAR = "linear"
    LOG = "log"


class ColourMap(StrEnum):
    """Perceptually uniform colour maps, by the name that HoloViews knows."""

    VIRIDIS = "viridis"
    INFERNO = "inferno"
    MAGMA = "magma"
    PLASMA = "plasma"
    CIVIDIS = "cividis"
    GREY = "gray"


class Aspect(StrEnum):
    """Whether an image fills its cell or keeps its axes at one scale."""

    FILL = "fill"
    EQUAL = "equal"


class Reduction(StrEnum):
    """How pixels are joined where an image has more of them than a screen."""

    AUTO = "auto"
    SUM = "sum"
    MAX = "max"
    MEAN = "mean"


class LineStyle(StrEnum):
    """How a curve is drawn."""

    STEPS = "steps"
    LINE = "line"
    POINTS = "points"


class LineDash(StrEnum):
    """Whether a line is broken, by the name that Bokeh knows."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


class ErrorStyle(StrEnum):
    """How standard deviations are drawn."""

    BARS = "bars"
    BAND = "band"


class _Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Rated(_Params):
    rate: bool = Field(
        default=False,
        title="Counts per second",
        description="Divide counts by the time in which they were counted; other "
        "quantities stay as they are.",
    )


class _Limited(_Rated):
    """Limits of the shown values; each that is None follows the data."""

    scale: Scale = Field(default=Scale.LINEAR, title="Scale")
    low: float | None = Field(
        default=None,
        title="Lower limit",
        description="Smallest value shown; empty: follows the data.",
        allow_inf_nan=False,
    )
    high: float | None = Field(
        default=None,
        title="Upper limit",
        description="Largest value shown; empty: follows the data.",
        allow_inf_nan=False,
    )

    @model_validator(mode="after")
    def _limits_can_be_shown(self) -> Self:
        named = {"lower limit": self.low, "upper limit": self.high}
        given = [limit for limit in named.values() if limit is not None]
        for name, limit in named.items():
            if self.scale is Scale.LOG and limit is not None and limit <= 0:
                raise ValueError(
                    f"the {name} of a logarithmic scale must be above zero"
                )
        if len(given) == 2 and given[0] >= given[1]:
            raise ValueError("the lower limit must be below the upper limit")
        return self


class ImageParams(_Limited):
    """How an image is shown."""

    scale: Scale = Field(
        default=Scale.LINEAR,
        title="Colour scale",
        description="On a logarithmic scale, what is not above zero is left blank.",
    )
    x_scale: Scale = Field(
        default=Scale.LINEAR,
        title="Horizontal scale",
        description="On a logarithmic scale, what is not above zero is left out.",
    )
    y_scale: Scale = Field(
        default=Scale.LINEAR,
        title="Vertical scale",
        description="On a logarithmic scale, what is not above zero is left out.",
    )
    colour_map: ColourMap = Field(default=ColourMap.VIRIDIS, title="Colours")
    aspect: Aspect = Field(
        default=Aspect.FILL,
        title="Aspect",
        description="Fill the cell, or keep both axes at one scale.",
    )
    reduction: Reduction = Field(
        default=Reduction.AUTO,
        title="Joined pixels",
        description="How pixels are joined where there are more than a screen has: "
        "auto sums counts and keeps the largest of other values. Limits apply to what "
        "is shown. Zoom in to see single pixels.",
    )
    colour_bar: bool = Field(default=True, title="Show colour bar")
    show_total: bool = Field(
        default=True,
        title="Show total",
        description="Write the total counts above the image.",
    )
    window: TimeWindow = Field(default=TimeWindow(), title="Time window")
    axes: ImageAxes = Field(default=ImageAxes(), title="Labels, ticks and limits")

    @model_validator(mode="after")
    def _axes_can_be_shown(self) -> Self:
        axes, log = self.axes, Scale.LOG
        ends = [axes.x_low, axes.x_high] if self.x_scale is log else []
        ends += [axes.y_low, axes.y_high] if self.y_scale is log else []
        if any(end is not None and end <= 0 for end in ends):
            raise ValueError("the ends of a logarithmic axis must be above zero")
        if log in (self.x_scale, self.y_scale) and self.aspect is Aspect.EQUAL:
            raise ValueError(
                "a logarithmic axis cannot be at one scale with the other: choose the "
                "aspect 'fill'"
            )
        return self


class _Lined(_Limited):
    """How curves are drawn."""

    style: LineStyle = Field(default=LineStyle.LINE, title="Style")
    line_dash: LineDash = Field(default=LineDash.SOLID, title="Line")
    line_width: float = Field(default=1.5, title="Line width", ge=0.5, le=10)
    most_points: int = Field(
        default=4000,
        title="Most points",
        description="A longer curve is thinned: of each stretch its lowest and highest "
        "point stay, so that no peak is lost.",
        ge=100,
        le=100_000,
    )


class LinesParams(_Lined):
    """How curves over an axis are shown."""

    scale: Scale = Field(
        default=Scale.LINEAR,
        title="Vertical scale",
        description="On a logarithmic scale, what is not above zero is left out.",
    )
    x_scale: Scale = Field(
        default=Scale.LINEAR,
        title="Horizontal scale",
        description="On a logarithmic scale, what is not above zero is left out.",
    )
    x_low: float | None = Field(
        default=None,
        title="First position",
        description="Left end of the axis; empty: follows the data.",
        allow_inf_nan=False,
    )
    x_high: float | None = Field(
        default=None,
        title="Last position",
        description="Right end of the axis; empty: follows the data.",
        allow_inf_nan=False,
    )
    style: LineStyle = Field(
        default=LineStyle.STEPS,
        title="Style",
        description="Steps run from bin edge to bin edge; data without edges are "
        "drawn as a line in their place.",
    )
    show_errors: bool = Field(
        default=False,
        title="Show errors",
        description="One standard deviation, where the data have it.",
    )
    error_style: ErrorStyle = Field(
        default=ErrorStyle.BARS,
        title="Errors as",
        description="Bars, or a band around the curve.",
    )
    window: TimeWindow = Field(default=TimeWindow(), title="Time window")
    axes: AxesLook = Field(default=AxesLook(), title="Labels and ticks")

    @model_validator(mode="after")
    def _positions_can_be_shown(self) -> Self:
        given = [limit for limit in (self.x_low, self.x_high) if limit is not None]
        if self.x_scale is Scale.LOG and any(limit <= 0 for limit in given):
            raise ValueError("positions on a logarithmic axis must be above zero")
        if len(given) == 2 and given[0] >= given[1]:
            raise ValueError("the first position must be below the last")
        return self


class OverlayParams(LinesParams):
    """How the rows of two-dimensional data are shown as curves."""


class CorrelationParams(LinesParams):
    """How readings are shown over those of another source."""

    bins: int = Field(default=50, title="Bins", ge=1, le=1000)
    # Nothing is joined: readings are looked up in a history.
    window: HistoryWindow = Field(  # type: ignore[assignment]
        default=HistoryWindow(), title="Time window"
    )


class CorrelationImageParams(ImageParams):
    """How readings are shown over those of two other sources."""

    bins: int = Field(
        default=50, title="Bins", description="Along each axis.", ge=1, le=500
    )
    # Nothing is joined: readings are looked up in a history.
    window: HistoryWindow = Field(  # type: ignore[assignment]
        default=HistoryWindow(), title="Time window"
    )


class TimeSeriesParams(_Lined):
    """How values over time are shown."""

    scale: Scale = Field(default=Scale.LINEAR, title="Vertical scale")
    style: LineStyle = Field(
        default=LineStyle.LINE,
        title="Style",
        description="Steps hold each value until the next one.",
    )
    show_runs: bool = Field(
        default=True,
        title="Mark runs",
        description="Lines where runs of the instrument began and ended.",
    )
    window: HistoryWindow = Field(default=HistoryWindow(), title="Time window")
    axes: AxesLook = Field(default=AxesLook(), title="Labels and ticks")


class SlicerParams(ImageParams):
    """Which slice of three-dimensional data is shown, and how."""

    dim: str = Field(
        default="",
        title="Dimension",
        description="The dimension that is sliced; empty: the first.",
        max_length=100,
    )
    position: int = Field(
        default=0,
        title="Position",
        description="Counted from zero. Where everybody begins; the slider below the "
        "plot is each browser's own.",
        ge=0,
    )
    sum_all: bool = Field(
        default=False,
        title="Sum of all positions",
        description="Show the sum along the dimension in place of one slice.",
    )


class FlattenParams(ImageParams):
    """How dimensions are laid out in one image."""

    keep: str = Field(
        default="",
        title="Horizontal axis",
        description="The dimension that is kept; all others are joined row by row. "
        "Empty: the last.",
        max_length=100,
    )


class BarsParams(_Limited):
    """How bars are shown."""

    scale: Scale = Field(default=Scale.LINEAR, title="Vertical scale")
    window: TimeWindow = Field(default=TimeWindow(), title="Time window")
    axes: ValueAxis = Field(default=ValueAxis(), title="Labels and ticks")


class NumberParams(_Rated):
    """How a large number is shown."""

    digits: int | None = Field(
        default=None,
        title="Decimals",
        description="Digits after the point; empty: as the value needs.",
        ge=0,
        le=12,
    )
    sparkline: bool = Field(
        default=True,
        title="Show history",
        description="A small curve below the number, of its latest updates.",
    )
    window: HistoryWindow = Field(default=HistoryWindow(), title="Time window")


class TableParams(_Rated):
    """How a table is shown."""

    rows: int = Field(default=20, title="Most rows", ge=1, le=50)
    window: TimeWindow = Field(default=TimeWindow(), title="Time window")
