"""The beam-centre form wraps the standard one and gives back its parameters."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from livedata_core.config import PlotConfigurationAdapter, resolve_adapter
from livedata_core.contract import ConfigurationAdapter
from livedata_sans2d.form import BeamCentre, BeamCentreAdapter, BeamCentreForm
from livedata_sans2d.params import RearBankParams
from livedata_sans2d.plugin import livedata_configuration_adapters


class Plot:
    """A plot whose settings are changed through the standard adapter."""

    def __init__(self, **initial: Any) -> None:
        self.params: BaseModel = RearBankParams(**initial)
        self.adapter: ConfigurationAdapter = PlotConfigurationAdapter(
            title="Rear bank with Q rings",
            description="",
            model=RearBankParams,
            initial_now=lambda: self.params.model_dump(),
            change=self._change,
        )

    def _change(self, values: BaseModel) -> None:
        self.params = values


def test_it_takes_the_place_of_the_standard_form():
    (spec,) = livedata_configuration_adapters()
    resolved = resolve_adapter(spec, Plot().adapter)
    assert resolved.problem is None
    assert isinstance(resolved.adapter, BeamCentreAdapter)
    assert resolved.adapter.action == "Apply"


def test_nominal_position_is_shown_as_that_choice():
    initial = BeamCentreAdapter(Plot().adapter).initial()
    assert BeamCentreForm(**initial).beam_centre is BeamCentre.NOMINAL


def test_other_positions_are_shown_as_custom():
    initial = BeamCentreAdapter(Plot(beam_x_mm=3.0).adapter).initial()
    form = BeamCentreForm(**initial)
    assert (form.beam_centre, form.beam_x_mm) == (BeamCentre.CUSTOM, 3.0)


def test_custom_position_reaches_the_plot():
    plot = Plot()
    form = BeamCentreForm(beam_centre="custom", beam_x_mm=3.0, beam_y_mm=4.0, rings=1)
    BeamCentreAdapter(plot.adapter).apply(form, ())
    assert plot.params == RearBankParams(beam_x_mm=3.0, beam_y_mm=4.0, rings=1)


def test_nominal_choice_puts_the_beam_back():
    plot = Plot(beam_x_mm=3.0)
    form = BeamCentreForm(beam_centre="nominal", beam_x_mm=3.0, rings=1)
    BeamCentreAdapter(plot.adapter).apply(form, ())
    assert plot.params == RearBankParams(rings=1)


def test_positions_beside_the_bank_are_refused():
    with pytest.raises(ValidationError, match="beam_x_mm"):
        BeamCentreForm(beam_centre="custom", beam_x_mm=1000.0)


def test_choice_comes_first_in_the_form():
    assert next(iter(BeamCentreForm.model_fields)) == "beam_centre"
