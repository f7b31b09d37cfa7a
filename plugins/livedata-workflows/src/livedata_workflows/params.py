"""Parameters of the standard workflows, with the field names of the wire.

Models only: what a form shows and a start command is checked against. Names that a
model does not know are ignored, as the reference system does. Whether an instrument
can give a wavelength is not known here: a workflow says so when it is started.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

__all__ = [
    "AreaDetectorParams",
    "Coordinate",
    "CoordinateMode",
    "DetectorViewParams",
    "MonitorHistogramParams",
    "PixelNoise",
    "PixelWeighting",
    "ProjectedViewParams",
    "Resolution",
    "Scale",
    "Slices",
    "TimeOfArrivalEdges",
    "TimeOfArrivalRange",
    "TimeUnit",
    "WavelengthEdges",
    "WavelengthMonitorParams",
    "WavelengthRange",
    "WavelengthUnit",
    "WeightingMethod",
]

MAX_BINS = 10_000
MAX_PIXELS = 1 << 22  # an update of them takes 34 MB of the 100 MiB that are sent
MAX_TIME_NS = 2.0**53  # float64 tells every nanosecond from the next up to it


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

    @property
    def angstroms(self) -> float:
        """How many Å it has."""
        return {"\u00c5": 1.0, "nm": 10.0}[self.value]


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
        description="What events are sorted by. Wavelength needs an instrument with "
        "known positions and flight paths; it is that of neutrons of the first frame.",
        json_schema_extra={"labels": {"toa": "Time of arrival"}},
    )


class PixelWeighting(_Params):
    """Weighting of screen pixels by the number of detector pixels behind them."""

    enabled: bool = Field(
        False,
        title="Weight pixels",
        description="Divide each pixel of the image by what is chosen as method.",
    )
    method: WeightingMethod = Field(
        WeightingMethod.PIXEL_NUMBER,
        title="Method",
        description="The number of detector pixels behind it.",
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
                f"From ({self.start:g}) must be less than To ({self.stop:g})"
            )
        return self


class TimeOfArrivalRange(_Range):
    """Times of arrival to count."""

    unit: TimeUnit = Field(
        TimeUnit.MICROSECOND, title="Unit", description="Unit of both limits."
    )

    @model_validator(mode="after")
    def _countable(self) -> TimeOfArrivalRange:
        _check_times({"From": self.start, "To": self.stop}, self.unit)
        return self


def _check_times(limits: Mapping[str, float], unit: TimeUnit) -> None:
    most = MAX_TIME_NS / unit.nanoseconds
    for title, value in limits.items():
        if abs(value) > most:
            raise ValueError(
                f"{title} ({value:g} {unit.value}) must be within "
                f"\u00b1{most:g} {unit.value}"
            )


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
                f"First edge ({self.start:g}) must be less than Last edge "
                f"({self.stop:g})"
            )
        if self.scale is Scale.LOG and self.start <= 0:
            raise ValueError(
                f"Log spacing needs a First edge above 0, not {self.start:g}; "
                "raise it or choose linear spacing"
            )
        return self


class TimeOfArrivalEdges(_Edges):
    """Bins in time of arrival. Events outside are not counted."""

    unit: TimeUnit = Field(
        TimeUnit.MILLISECOND, title="Unit", description="Unit of the edges."
    )

    @model_validator(mode="after")
    def _countable(self) -> TimeOfArrivalEdges:
        limits = {"First edge": self.start, "Last edge": self.stop}
        _check_times(limits, self.unit)
        start_ns, stop_ns = (x * self.unit.nanoseconds for x in (self.start, self.stop))
        if self.scale is Scale.LOG and start_ns < 1:
            raise ValueError(
                f"Log spacing needs a First edge of 1 ns or more, not {start_ns:g} ns; "
                "raise it or choose linear spacing"
            )
        if stop_ns - start_ns < self.num_bins:
            raise ValueError(
                f"First edge to Last edge ({stop_ns - start_ns:g} ns) is too short for "
                f"{self.num_bins} Bins: times are whole ns; raise Last edge or take "
                "fewer Bins"
            )
        return self


class WavelengthEdges(_Edges):
    """Bins in wavelength. Events outside are not counted."""

    start: FiniteFloat = Field(1.0, title="First edge", description="Included.")
    stop: FiniteFloat = Field(10.0, title="Last edge", description="Excluded.")
    unit: WavelengthUnit = Field(
        WavelengthUnit.ANGSTROM, title="Unit", description="Unit of the edges."
    )


class MonitorHistogramParams(_Params):
    """Parameters of the beam-monitor histogram."""

    coordinate_mode: CoordinateMode = Field(
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


class Slices(_Params):
    """The image in slices of its bins."""

    enabled: bool = Field(
        False,
        title="Image in slices",
        description="Give the image of each slice as well, to be looked through.",
    )
    number: int = Field(
        10,
        ge=2,
        le=100,
        title="Slices",
        description="So many, of about as many bins each. All of them are sent with "
        "each update: no more than 1,048,576 pixels times slices.",
    )


class DetectorViewParams(_Params):
    """Parameters of a detector view."""

    coordinate_mode: CoordinateMode = Field(
        CoordinateMode(), title="Coordinate", description="What events are sorted by."
    )
    pixel_weighting: PixelWeighting = Field(
        PixelWeighting(),
        title="Pixel weighting",
        description="Correct the image, not the counts and spectra, for screen pixels "
        "with more detector pixels.",
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
    wavelength_range: WavelengthRange = Field(
        WavelengthRange(),
        title="Wavelength range",
        description="In wavelength mode, the image shows only neutrons in this range.",
    )
    wavelength_edges: WavelengthEdges = Field(
        WavelengthEdges(),
        title="Wavelength bins",
        description="In wavelength mode, bins of the spectrum.",
    )
    slices: Slices = Field(
        Slices(),
        title="Slices",
        description="The image by time of arrival or wavelength, since the start.",
    )


class WavelengthMonitorParams(MonitorHistogramParams):
    """Parameters of the histogram of a monitor whose flight path is known."""

    wavelength_range: WavelengthRange = Field(
        WavelengthRange(),
        title="Wavelength range",
        description="In wavelength mode, range of the counts in range.",
    )
    wavelength_edges: WavelengthEdges = Field(
        WavelengthEdges(),
        title="Wavelength bins",
        description="In wavelength mode, bins of the histogram.",
    )


class Resolution(_Params):
    """How many pixels a screen has."""

    columns: int = Field(
        256, ge=1, le=4096, title="Columns", description="Pixels along x or the arc."
    )
    rows: int = Field(
        256, ge=1, le=4096, title="Rows", description="Pixels along y or the beam."
    )

    @model_validator(mode="after")
    def _sendable(self) -> Resolution:
        if self.columns * self.rows > MAX_PIXELS:
            raise ValueError(
                f"Columns ({self.columns}) times Rows ({self.rows}) must be "
                f"{MAX_PIXELS} at most"
            )
        return self


class PixelNoise(_Params):
    """Random shifts of pixel positions, against patterns of one grid on another."""

    enabled: bool = Field(
        False,
        title="Shift pixels at random",
        description="Spreads each pixel over its surroundings, evenly over replicas.",
    )
    sigma_mm: FiniteFloat = Field(
        4.0,
        gt=0,
        le=1000,
        title="Width [mm]",
        description="Standard deviation of the shifts in each direction.",
    )
    replicas: Literal[2, 4, 8, 16, 32] = Field(
        8, title="Replicas", description="How many shifts each pixel has."
    )


class ProjectedViewParams(DetectorViewParams):
    """Parameters of a view that projects pixel positions onto a screen."""

    resolution: Resolution = Field(
        Resolution(), title="Resolution", description="Size of the screen in pixels."
    )
    pixel_noise: PixelNoise = Field(
        PixelNoise(),
        title="Pixel noise",
        description="Blurs the edges of detector pixels on the screen.",
    )


class AreaDetectorParams(_Params):
    """Parameters of the view of a camera."""

    downsampling: int = Field(
        1,
        ge=1,
        le=1024,
        title="Down-sampling",
        description="Sum blocks of so many pixels in each direction; 1: none. What is "
        "left over at the far edges fills smaller blocks.",
    )
