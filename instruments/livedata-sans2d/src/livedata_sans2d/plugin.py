"""What this distribution registers: SANS2D with all that an instrument can bring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from livedata_core.contract import (
    Accepts,
    AdapterSpec,
    CellTemplate,
    DecoderSpec,
    Detector,
    GridTemplate,
    Instrument,
    LayerTemplate,
    PlotterSpec,
    WorkflowId,
    WorkflowSpec,
    hookimpl,
)
from livedata_sans2d.instrument import FRONT_BANK, REAR_BANK, SANS2D
from livedata_sans2d.params import BankParams, MonitorParams, RearBankParams
from livedata_workflows import specs

_PLOTTER: Final = "sans2d_rear_bank"


@hookimpl
def livedata_instruments() -> Iterator[Instrument]:
    """Yield SANS2D."""
    yield SANS2D


@hookimpl
def livedata_workflows(instrument: Instrument) -> Iterator[WorkflowSpec]:
    """Yield the views of both banks and the monitor histogram."""
    if instrument.name != SANS2D.name:
        return
    for bank in SANS2D.detectors:
        view = specs.detector_view(SANS2D, bank, name=bank.name, title=bank.title)
        yield view.model_copy(update={"params": BankParams})
    yield specs.monitor_histogram(SANS2D).model_copy(update={"params": MonitorParams})


@hookimpl
def livedata_plotters() -> Iterator[PlotterSpec]:
    """Yield the plotter of the rear bank."""
    yield PlotterSpec(
        name=_PLOTTER,
        title="Rear bank with Q rings",
        description="The rear bank in mm, with the beam centre and rings of equal Q.",
        params=RearBankParams,
        accepts=Accepts(
            ndim=(2,),
            workflows=(str(WorkflowId(SANS2D.name, REAR_BANK.name, 1)),),
            outputs=("cumulative", "current"),
            max_inputs=1,
        ),
        priority=10,
        factory="livedata_sans2d.rear_bank:RearBankPlotter",
    )


@hookimpl
def livedata_configuration_adapters() -> Iterator[AdapterSpec]:
    """Yield the form of the beam centre."""
    yield AdapterSpec(
        name="sans2d_beam_centre",
        target=f"plotter:{_PLOTTER}",
        factory="livedata_sans2d.form:BeamCentreAdapter",
    )


@hookimpl
def livedata_decoders() -> Iterator[DecoderSpec]:
    """Yield the decoder of the event schema that ISIS sends."""
    yield DecoderSpec(name="ev42", decode="livedata_sans2d.ev42:decode")


@hookimpl
def livedata_grid_templates(instrument: Instrument) -> Iterator[GridTemplate]:
    """Yield the overview: both banks and their spectra."""
    if instrument.name != SANS2D.name:
        return
    yield GridTemplate(
        name="overview",
        title="Overview",
        instrument=SANS2D.name,
        rows=2,
        columns=2,
        default=True,
        cells=(
            CellTemplate(
                row=0,
                column=0,
                rows=2,
                title=REAR_BANK.title,
                layers=(_layer(REAR_BANK, "cumulative", _PLOTTER),),
            ),
            CellTemplate(
                row=0,
                column=1,
                title=FRONT_BANK.title,
                layers=(_layer(FRONT_BANK, "cumulative", "image"),),
            ),
            CellTemplate(
                row=1,
                column=1,
                title="Spectra of both banks",
                layers=tuple(
                    _layer(bank, "spectrum_cumulative", "lines")
                    for bank in SANS2D.detectors
                ),
            ),
        ),
    )


def _layer(bank: Detector, output: str, plotter: str) -> LayerTemplate:
    return LayerTemplate(
        workflow=WorkflowId(SANS2D.name, bank.name, 1),
        sources=(bank.name,),
        output=output,
        plotter=plotter,
    )
