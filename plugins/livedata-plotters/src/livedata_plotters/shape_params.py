"""Parameters of what is drawn over other data. Light, as `livedata_plotters.params`."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, field_validator

__all__ = [
    "HorizontalLinesParams",
    "MarkColour",
    "RectanglesParams",
    "RegionParams",
    "VerticalLinesParams",
]

Rectangle = tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat]
MOST = 50


class MarkColour(StrEnum):
    """Colours told apart with any colour vision."""

    ORANGE = "orange"
    BLUE = "blue"
    GREEN = "green"
    PINK = "pink"
    GREY = "grey"


class _Marks(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    colour: MarkColour = Field(default=MarkColour.ORANGE, title="Colour")
    line_width: float = Field(default=2.0, title="Line width", ge=0.5, le=10)


class RectanglesParams(_Marks):
    """Where the rectangles are."""

    rectangles: tuple[Rectangle, ...] = Field(
        default=(),
        title="Rectangles",
        description="Left, bottom, right and top of each, in units of the axes: "
        "[[0, 0, 10, 5]].",
        max_length=MOST,
    )

    @field_validator("rectangles")
    @classmethod
    def _has_area(cls, given: tuple[Rectangle, ...]) -> tuple[Rectangle, ...]:
        for left, bottom, right, top in given:
            if not (left < right and bottom < top):
                raise ValueError(
                    f"[{left:g}, {bottom:g}, {right:g}, {top:g}] needs its left below "
                    "its right and its bottom below its top"
                )
        return given


class VerticalLinesParams(_Marks):
    """Where the lines are."""

    positions: tuple[FiniteFloat, ...] = Field(
        default=(),
        title="Positions",
        description="In units of the horizontal axis: [1.5, 20].",
        max_length=MOST,
    )


class HorizontalLinesParams(_Marks):
    """Where the lines are."""

    positions: tuple[FiniteFloat, ...] = Field(
        default=(),
        title="Positions",
        description="In units of the vertical axis: [100, 2e4].",
        max_length=MOST,
    )


class RegionParams(BaseModel):
    """How regions of interest are shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    show_names: bool = Field(default=True, title="Show names")
