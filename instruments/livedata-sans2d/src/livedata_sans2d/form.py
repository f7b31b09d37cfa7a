"""The form of the rear bank's plotter: where the beam is, and what the rings are for.

The nominal beam centre is one choice and needs no numbers; positions are asked for in
mm from the middle of the bank. Scientists think of little else here, so that the
settings of the image come after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, Field

from livedata_core.contract import ConfigurationAdapter, SourceChoice
from livedata_sans2d.params import (
    NOMINAL_BEAM_X_MM,
    NOMINAL_BEAM_Y_MM,
    RearBankParams,
)

__all__ = ["BeamCentre", "BeamCentreAdapter", "BeamCentreForm"]

_NOMINAL: Final = {"beam_x_mm": NOMINAL_BEAM_X_MM, "beam_y_mm": NOMINAL_BEAM_Y_MM}


class BeamCentre(StrEnum):
    """Where the beam centre is taken from."""

    NOMINAL = "nominal"
    CUSTOM = "custom"


class _Choice(BaseModel):
    beam_centre: BeamCentre = Field(
        default=BeamCentre.NOMINAL,
        title="Beam centre",
        description=f"Nominal: x = {NOMINAL_BEAM_X_MM} mm, y = {NOMINAL_BEAM_Y_MM} mm. "
        "Custom: as entered below.",
    )


class BeamCentreForm(RearBankParams, _Choice):
    """The parameters of the plotter, with a choice for the beam centre first."""


class BeamCentreAdapter:
    """Configures the rear bank's plotter; wraps the standard adapter."""

    def __init__(self, base: ConfigurationAdapter) -> None:
        self._base = base

    @property
    def title(self) -> str:
        """Heading of the form."""
        return "Beam centre and Q rings"

    @property
    def description(self) -> str:
        """What positions refer to."""
        return (
            "Positions are in mm from the middle of the rear bank, x along the tubes "
            "and y across them. Rings hold for one wavelength and distance."
        )

    @property
    def action(self) -> str:
        """Label of the button."""
        return self._base.action

    @property
    def model(self) -> type[BaseModel]:
        """The model that the form is made from."""
        return BeamCentreForm

    @property
    def sources(self) -> Sequence[SourceChoice]:
        """Sources to choose from, those of the standard form."""
        return self._base.sources

    def initial(self) -> Mapping[str, Any]:
        """Return the settings as they are; the nominal position is the choice."""
        values = dict(self._base.initial())
        at_nominal = all(
            values.get(name, nominal) == nominal for name, nominal in _NOMINAL.items()
        )
        values["beam_centre"] = BeamCentre.NOMINAL if at_nominal else BeamCentre.CUSTOM
        return values

    def apply(self, values: BaseModel, sources: Sequence[str]) -> None:
        """Change the plot to what the form says.

        Raises
        ------
        ValueError
            If the standard form refuses.
        """
        chosen = values.model_dump()
        if chosen.pop("beam_centre") == BeamCentre.NOMINAL:
            chosen.update(_NOMINAL)
        self._base.apply(RearBankParams.model_validate(chosen), sources)
