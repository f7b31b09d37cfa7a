"""Parameters of the standard plotters, as forms and stored layouts hold them.

Light: nothing here imports numpy or a plotting library. Field titles and descriptions
are the text of the form.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "Aspect",
    "ColourMap",
    "ImageParams",
    "LineStyle",
    "LinesParams",
    "Reduction",
    "Scale",
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


class _Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Limited(_Params):
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
        given = [limit for limit in (self.low, self.high) if limit is not None]
        if self.scale is Scale.LOG and any(limit <= 0 for limit in given):
            raise ValueError("the limits of a logarithmic scale must be above zero")
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


class LinesParams(_Limited):
    """How curves over an axis are shown."""

    scale: Scale = Field(
        default=Scale.LINEAR,
        title="Vertical scale",
        description="On a logarithmic scale, what is not above zero is left out.",
    )
    style: LineStyle = Field(
        default=LineStyle.STEPS,
        title="Style",
        description="Steps run from bin edge to bin edge; data without edges are "
        "drawn as a line in their place.",
    )
    show_errors: bool = Field(
        default=False,
        title="Show error bars",
        description="One standard deviation, where the data have it.",
    )


class TimeSeriesParams(_Limited):
    """How values over time are shown."""

    scale: Scale = Field(default=Scale.LINEAR, title="Vertical scale")
    style: LineStyle = Field(
        default=LineStyle.LINE,
        title="Style",
        description="Steps hold each value until the next one.",
    )
