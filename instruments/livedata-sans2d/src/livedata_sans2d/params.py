"""Parameters of SANS2D's workflows and of its own plotter. Light."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from livedata_plotters.params import Aspect, ImageParams, Scale
from livedata_workflows.params import (
    DetectorViewParams,
    ProjectedViewParams,
    TimeOfArrivalEdges,
    WavelengthEdges,
    WavelengthMonitorParams,
)
from livedata_workflows.params import Scale as Spacing

__all__ = [
    "NOMINAL_BEAM_X_MM",
    "NOMINAL_BEAM_Y_MM",
    "BankParams",
    "BeamCentre",
    "IofQParams",
    "MonitorParams",
    "Normalisation",
    "PlaneParams",
    "QEdges",
    "RearBankParams",
]

_FRAME: Final = TimeOfArrivalEdges(start=0.0, stop=100.0, num_bins=100)
"""The frame of a 10 Hz source."""

NOMINAL_BEAM_X_MM: Final = 94.6
NOMINAL_BEAM_Y_MM: Final = -82.6
"""Middle of the beam stop and of the scattering around it in SANS2D_minimal.nxs."""


class BankParams(DetectorViewParams):
    """Parameters of the view of a bank, over the frame of a 10 Hz source."""

    toa_edges: TimeOfArrivalEdges = Field(
        default=_FRAME,
        title="Time-of-arrival bins",
        description="Bins of the spectrum; events outside are not counted at all.",
    )


class MonitorParams(WavelengthMonitorParams):
    """Parameters of a monitor histogram, over the frame of a 10 Hz source."""

    toa_edges: TimeOfArrivalEdges = Field(
        default=_FRAME,
        title="Time-of-arrival bins",
        description="Bins of the histogram; events outside are not counted.",
    )


class PlaneParams(ProjectedViewParams):
    """Parameters of the projection of a bank, over the frame of a 10 Hz source."""

    toa_edges: TimeOfArrivalEdges = Field(
        default=_FRAME,
        title="Time-of-arrival bins",
        description="Bins of the spectrum; events outside are not counted at all.",
    )


class _Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=True)


class BeamCentre(_Params):
    """Where the direct beam meets the plane of the banks' coordinates."""

    x_mm: FiniteFloat = Field(
        default=NOMINAL_BEAM_X_MM,
        ge=-600.0,
        le=600.0,
        title="x [mm]",
        description="From the middle of the rear bank, along the tubes.",
    )
    y_mm: FiniteFloat = Field(
        default=NOMINAL_BEAM_Y_MM,
        ge=-600.0,
        le=600.0,
        title="y [mm]",
        description="From the middle of the rear bank, across the tubes.",
    )


class Normalisation(StrEnum):
    """What counts are divided by, beside the solid angle."""

    MONITOR = "monitor"
    NONE = "none"


class QEdges(_Params):
    """Bins in momentum transfer."""

    start: FiniteFloat = Field(
        default=0.005, ge=0, title="First edge [1/Å]", description="Included."
    )
    stop: FiniteFloat = Field(
        default=0.5, title="Last edge [1/Å]", description="Excluded."
    )
    num_bins: int = Field(
        default=100, ge=1, le=10_000, title="Bins", description="Number of bins."
    )
    scale: Spacing = Field(
        default=Spacing.LOG,
        title="Spacing",
        description="Bins of equal or growing width.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> QEdges:
        if not self.start < self.stop:
            raise ValueError(
                f"First edge ({self.start:g}) must be less than Last edge "
                f"({self.stop:g})"
            )
        if self.scale is Spacing.LOG and self.start <= 0:
            raise ValueError(
                "Log spacing needs a First edge above 0; raise it or choose linear "
                "spacing"
            )
        return self


class IofQParams(_Params):
    """Parameters of I(Q)."""

    beam_centre: BeamCentre = Field(
        default=BeamCentre(),
        title="Beam centre",
        description="Scattering angles are from here.",
    )
    normalisation: Normalisation = Field(
        default=Normalisation.MONITOR,
        title="Normalisation",
        description="Divide by the spectrum of the incident monitor, or by solid "
        "angles alone.",
    )
    wavelength_edges: WavelengthEdges = Field(
        default=WavelengthEdges(start=2.0, stop=14.0, num_bins=60),
        title="Wavelength range and bins",
        description="Neutrons that are used, and the bins of the monitor's spectrum.",
    )
    q_edges: QEdges = Field(
        default=QEdges(), title="Q bins", description="Bins of the curve."
    )


class RearBankParams(ImageParams):
    """How the rear bank is shown: an image in mm, beam centre and Q rings.

    Positions are from the middle of the bank, x along the tubes with the pixel ids
    and y from tube to tube.
    """

    scale: Scale = Field(
        default=Scale.LOG,
        title="Colour scale",
        description="On a logarithmic scale, what is not above zero is left blank.",
    )
    aspect: Aspect = Field(
        default=Aspect.EQUAL,
        title="Aspect",
        description="Fill the cell, or keep both axes at one scale.",
    )
    beam_x_mm: float = Field(
        default=NOMINAL_BEAM_X_MM,
        ge=-600.0,
        le=600.0,
        title="Beam centre x [mm]",
        description="From the middle of the bank, along the tubes.",
    )
    beam_y_mm: float = Field(
        default=NOMINAL_BEAM_Y_MM,
        ge=-600.0,
        le=600.0,
        title="Beam centre y [mm]",
        description="From the middle of the bank, across the tubes.",
    )
    rings: int = Field(
        default=3, ge=0, le=10, title="Rings", description="Number of rings of equal Q."
    )
    ring_step: float = Field(
        default=0.02,
        gt=0.0,
        le=1.0,
        title="Step between rings [1/Å]",
        description="Q of the first ring and distance of the next ones.",
    )
    wavelength: float = Field(
        default=6.0,
        gt=0.0,
        le=30.0,
        title="Wavelength [Å]",
        description="Rings hold for neutrons of this wavelength.",
    )
    distance_m: float = Field(
        default=4.0,
        gt=0.0,
        le=20.0,
        title="Distance [m]",
        description="From the sample to the rear bank.",
    )

    @model_validator(mode="after")
    def _axes_go_through_zero(self) -> Self:
        if Scale.LOG in (self.x_scale, self.y_scale):
            raise ValueError("these axes go through zero: they cannot be logarithmic")
        return self
