"""Labels, ticks and limits of axes, as a group of a plotter's parameters.

Light, as `livedata_plotters.params`, whose models hold these.
"""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["AxesLook", "ImageAxes", "ValueAxis"]


def _label(what: str) -> Any:
    return Field(
        default="",
        title=f"{what} label",
        description="Empty: quantity and unit.",
        max_length=100,
    )


def _ticks(what: str) -> Any:
    return Field(
        default=None,
        title=f"{what} ticks",
        description="About how many; empty: as fit.",
        ge=2,
        le=40,
    )


def _limit(title: str) -> Any:
    return Field(
        default=None,
        title=title,
        description="Empty: follows the data.",
        allow_inf_nan=False,
    )


class _Look(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ValueAxis(_Look):
    """The text and the ticks of the vertical axis."""

    y_label: str = _label("Vertical")
    y_ticks: int | None = _ticks("Vertical")


class AxesLook(_Look):
    """The texts and the ticks of both axes."""

    x_label: str = _label("Horizontal")
    x_ticks: int | None = _ticks("Horizontal")
    y_label: str = _label("Vertical")
    y_ticks: int | None = _ticks("Vertical")


class ImageAxes(AxesLook):
    """The texts, ticks and limits of an image; limits in the units of its axes."""

    value_label: str = _label("Colour bar")
    value_ticks: int | None = _ticks("Colour bar")
    x_low: float | None = _limit("Left end")
    x_high: float | None = _limit("Right end")
    y_low: float | None = _limit("Lower end")
    y_high: float | None = _limit("Upper end")

    @model_validator(mode="after")
    def _ends_are_in_order(self) -> Self:
        for low, high in ((self.x_low, self.x_high), (self.y_low, self.y_high)):
            if low is not None and high is not None and low >= high:
                raise ValueError("an axis must end above where it begins")
        return self
