"""Parameters of the standard workflows, with the field names of the wire.

Models only: what a form shows and a start command is checked against. Names that a
model does not know are ignored, as the reference system does. What this version
cannot do yet (wavelength, pixel weighting) is refused here with a sentence, while the
values that switch it off are taken, so that recorded start commands are valid.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    model_validator,
)

__all__ = [
    "Coordinate",
    "CoordinateMode",
    "DetectorViewParams",
    "MonitorHistogramParams",
    "PixelWeighting",
    "Scale",
    "TimeOfArrivalEdges",
    "TimeOfArrivalRange",
    "TimeUnit",
    "WavelengthEdges",
    "WavelengthRange",
    "WavelengthUnit",
    "WeightingMethod",
]

MAX_BINS = 10_000


class TimeUnit(StrEnum):
    """Units of a time of arrival, as written on the wire.

    Examples
    --------
    >>> TimeUnit("us") is TimeUnit.MICROSECOND, TimeUnit.MILLISECOND.nanoseconds
    (True, 1000000.0)
    """

    NANOSECOND = "ns"
    MICROSECOND = "\u03bcs"
    MILLISECOND = "ms"
    SECOND = "s"

    @classmethod
    def _missing_(cls, value: object) -> TimeUnit | None:
        """Take the micro sign and the letter u for the Greek mu as well."""
        return cls.MICROSECOND if value in ("\u00b5s", "us") else None

    @property
    def nanoseconds(self) -> float:
        """How many nanoseconds it has."""
        return {"ns": 1.0, "\u03bcs": 1e3, "ms": 1e6, "s": 1e9}[self.value]


class WavelengthUnit(StrEnum):
    """Units of a wavelength, as written on the wire."""

    ANGSTROM = "\u00c5"
    NANOMETRE = "nm"


class Scale(StrEnum):
    """How bin edges are spaced."""

    LINEAR = "linear"
    LOG = "log"


class Coordinate(StrEnum):
    """What an event is histogrammed by."""

    TIME_OF_ARRIVAL = "toa"
    WAVELENGTH = "wavelength"


class WeightingMethod(StrEnum):
    """What a screen pixel is divided by."""

    PIXEL_NUMBER = "pixel_number"


class _Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=True)


class CoordinateMode(_Params):
    """Choice of the coordinate."""

    mode: Coordinate = Field(
        Coordinate.TIME_OF_ARRIVAL,
        title="Coordinate",
        description="What events are sorted by. Wavelength is not available yet.",
    )


class PixelWeighting(_Params):
    """Weighting of screen pixels by the number of detector pixels behind them."""

    enabled: bool = Field(
        False,
        title="Weight pixels",
        description="Divide by the number of detector pixels. Not available yet.",
    )
    method: WeightingMethod = Field(
        WeightingMethod.PIXEL_NUMBER, title="Method", description="What to divide by."
    )


class _Range(_Params):
    start: FiniteFloat = Field(0.0, title="From", description="Lower limit, included.")
    stop: FiniteFloat = Field(10.0, title="To", description="Upper limit, excluded.")
    enabled: bool = Field(
        False, title="Use the range", description="Count only inside this range."
    )

    @model_validator(mode="after")
    def _ordered(self) -> _Range:
        if not self.start < self.stop:
            raise ValueError(
                f"start ({self.start:g}) must be less than stop ({self.stop:g})"
            )
        return self


class TimeOfArrivalRange(_Range):
    """Times of arrival to count."""

    unit: TimeUnit = Field(
        TimeUnit.MICROSECOND, title="Unit", description="Unit of both limits."
    )

    def in_nanoseconds(self) -> tuple[float, float]:
        """Return both limits in ns."""
        scale = self.unit.nanoseconds
        return self.start * scale, self.stop * scale


class WavelengthRange(_Range):
    """Wavelengths to count."""

    unit: WavelengthUnit = Field(
        WavelengthUnit.ANGSTROM, title="Unit", description="Unit of both limits."
    )


class _Edges(_Params):
    start: FiniteFloat = Field(0.0, title="First edge", description="Included.")
    stop: FiniteFloat = Field(71.43, title="Last edge", description="Excluded.")
    num_bins: int = Field(
        100, ge=1, le=MAX_BINS, title="Bins", description="Number of bins."
    )
    scale: Scale = Field(
        Scale.LINEAR, title="Spacing", description="Bins of equal or growing width."
    )

    @model_validator(mode="after")
    def _ordered(self) -> _Edges:
        if not self.start < self.stop:
            raise ValueError(
                f"start ({self.start:g}) must be less than stop ({self.stop:g})"
            )
        if self.scale is Scale.LOG and self.start <= 0:
            raise ValueError(
                f"a log scale needs a start above 0, not {self.start:g}; "
                "raise start or choose the linear scale"
            )
        return self


class TimeOfArrivalEdges(_Edges):
    """Bins in time of arrival. Events outside are not counted."""

    unit: TimeUnit = Field(
        TimeUnit.MILLISECOND, title="Unit", description="Unit of the edges."
    )


class WavelengthEdges(_Edges):
    """Bins in wavelength. Not available yet."""

    start: FiniteFloat = Field(1.0, title="First edge", description="Included.")
    stop: FiniteFloat = Field(10.0, title="Last edge", description="Excluded.")
    unit: WavelengthUnit = Field(
        WavelengthUnit.ANGSTROM, title="Unit", description="Unit of the edges."
    )


def _time_of_arrival_only(value: CoordinateMode) -> CoordinateMode:
    if value.mode is not Coordinate.TIME_OF_ARRIVAL:
        raise ValueError("wavelength mode is not available yet; choose mode 'toa'")
    return value


def _unweighted_only(value: PixelWeighting) -> PixelWeighting:
    if value.enabled:
        raise ValueError("pixel weighting is not available yet; switch it off")
    return value


def _disabled_only(value: WavelengthRange) -> WavelengthRange:
    if value.enabled:
        raise ValueError("a wavelength range is not available yet; switch it off")
    return value


class MonitorHistogramParams(_Params):
    """Parameters of the beam-monitor histogram."""

    coordinate_mode: Annotated[
        CoordinateMode, AfterValidator(_time_of_arrival_only)
    ] = Field(
        CoordinateMode(), title="Coordinate", description="What events are sorted by."
    )
    toa_edges: TimeOfArrivalEdges = Field(
        TimeOfArrivalEdges(),
        title="Time-of-arrival bins",
        description="Bins of the histogram; events outside are not counted.",
    )
    toa_range: TimeOfArrivalRange = Field(
        TimeOfArrivalRange(),
        title="Time-of-arrival range",
        description="Range of the counts in range; the histogram stays whole.",
    )


class DetectorViewParams(_Params):
    """Parameters of a detector view."""

    coordinate_mode: Annotated[
        CoordinateMode, AfterValidator(_time_of_arrival_only)
    ] = Field(
        CoordinateMode(), title="Coordinate", description="What events are sorted by."
    )
    pixel_weighting: Annotated[PixelWeighting, AfterValidator(_unweighted_only)] = (
        Field(
            PixelWeighting(),
            title="Pixel weighting",
            description="Correct for screen pixels with more detector pixels.",
        )
    )
    toa_range: TimeOfArrivalRange = Field(
        TimeOfArrivalRange(),
        title="Time-of-arrival range",
        description="The image shows only events that arrive in this range.",
    )
    toa_edges: TimeOfArrivalEdges = Field(
        TimeOfArrivalEdges(),
        title="Time-of-arrival bins",
        description="Bins of the spectrum; events outside are not counted at all.",
    )
    wavelength_range: Annotated[WavelengthRange, AfterValidator(_disabled_only)] = (
        Field(
            WavelengthRange(),
            title="Wavelength range",
            description="Not available yet.",
        )
    )
    wavelength_edges: WavelengthEdges = Field(
        WavelengthEdges(), title="Wavelength bins", description="Not available yet."
    )
