"""How much of the past a plot shows: settings that plotters take into their own.

A params model of a plotter that has a field ``window`` of one of these gets its data of
that window, and its form the fields. Nothing is to be computed by the plotter.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Aggregation", "HistoryWindow", "TimeWindow"]

LONGEST_S = 7 * 86_400.0


class Aggregation(StrEnum):
    """How the updates of a window are joined in one.

    ``mean`` and ``nanmean`` weight each update by its duration; ``nansum`` and
    ``nanmean`` leave out what is not a number; ``auto`` sums counts and averages other
    quantities.
    """

    AUTO = "auto"
    SUM = "sum"
    NANSUM = "nansum"
    MEAN = "mean"
    NANMEAN = "nanmean"


class HistoryWindow(BaseModel):
    """How much of a history is shown.

    Examples
    --------
    >>> HistoryWindow(seconds=60).seconds
    60.0
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float | None = Field(
        default=None,
        title="Length",
        description="Show the latest seconds; empty: as much as there is.",
        gt=0,
        le=LONGEST_S,
        allow_inf_nan=False,
        json_schema_extra={"unit": "s"},
    )


class TimeWindow(BaseModel):
    """Which updates are joined in what is shown.

    Examples
    --------
    >>> TimeWindow(seconds=5).aggregation.value
    'auto'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float | None = Field(
        default=None,
        title="Length",
        description="Join the updates of the latest seconds; empty: the latest alone.",
        gt=0,
        le=LONGEST_S,
        allow_inf_nan=False,
        json_schema_extra={"unit": "s"},
    )
    aggregation: Aggregation = Field(
        default=Aggregation.AUTO,
        title="Joined by",
        description="auto: counts are summed, other quantities averaged. Means weight "
        "each update by its duration; nansum and nanmean leave out what is not a "
        "number.",
    )
