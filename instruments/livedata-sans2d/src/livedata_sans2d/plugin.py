"""What this distribution registers: SANS2D with all that an instrument can bring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from livedata_core.contract import (
    Accepts,
    AdapterSpec,
    CellTemplate,
    CoordSpec,
    DecoderSpec,
    Detector,
    GridTemplate,
    Instrument,
    LayerTemplate,
    OutputSpec,
    PlotterSpec,
    SessionInfo,
    Temporality,
    WidgetPlace,
    WidgetSpec,
    WorkflowGroup,
    WorkflowId,
    WorkflowSpec,
    hookimpl,
)
from livedata_sans2d.instrument import (
    FRONT_BANK,
    INCIDENT_MONITOR,
    REAR_BANK,
    SANS2D,
)
from livedata_sans2d.params import (
    BankParams,
    IofQParams,
    MonitorParams,
    PlaneParams,
    RearBankParams,
)
from livedata_workflows import specs
from livedata_workflows.outputs import BOUNDS

_PLOTTER: Final = "sans2d_rear_bank"


@hookimpl
def livedata_session_widgets(session: SessionInfo) -> Iterator[WidgetSpec]:
    """Add a calculator of Q, to sessions of this instrument alone."""
    if session.instrument == SANS2D.name:
        yield WidgetSpec(
            name="sans2d_q_calculator",
            title="Q and d",
            place=WidgetPlace.RAIL,
            factory="livedata_sans2d.q_calculator:q_calculator",
        )


@hookimpl
def livedata_instruments() -> Iterator[Instrument]:
    """Yield SANS2D."""
    yield SANS2D


@hookimpl
def livedata_workflows(instrument: Instrument) -> Iterator[WorkflowSpec]:
    """Yield views of both banks, their projection, the monitor histogram and I(Q)."""
    if instrument.name != SANS2D.name:
        return
    for bank in SANS2D.detectors:
        view = specs.detector_view(SANS2D, bank, name=bank.name, title=bank.title)
        yield view.model_copy(update={"params": BankParams})
    plane = specs.projected_view(
        SANS2D, SANS2D.detectors, "xy_plane", name="banks_xy", title="Banks by position"
    )
    yield plane.model_copy(update={"params": PlaneParams})
    yield specs.monitor_histogram(SANS2D).model_copy(update={"params": MonitorParams})
    yield _i_of_q()


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
    """Yield the overview, both banks and their spectra, and the reduction."""
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
    yield _reduction()


def _reduction() -> GridTemplate:
    """Return the layout of the reduction: I(Q) of both banks, and the monitors."""
    curves = tuple(
        LayerTemplate(
            workflow=WorkflowId(SANS2D.name, "i_of_q", 1),
            sources=(bank.name,),
            output="i_of_q_cumulative",
            plotter="lines",
        )
        for bank in SANS2D.detectors
    )
    monitor = LayerTemplate(
        workflow=WorkflowId(SANS2D.name, "monitor_histogram", 1),
        sources=(INCIDENT_MONITOR,),
        output="cumulative",
        plotter="lines",
    )
    return GridTemplate(
        name="reduction",
        title="Reduction",
        instrument=SANS2D.name,
        rows=1,
        columns=2,
        default=True,
        cells=(
            CellTemplate(row=0, column=0, title="I(Q)", layers=curves),
            CellTemplate(row=0, column=1, title="Incident beam", layers=(monitor,)),
        ),
    )


def _i_of_q() -> WorkflowSpec:
    """Return the reduction of a bank."""
    about = "Counts by Q over solid angle and monitor, without transmission"
    curves = (
        ("i_of_q_cumulative", "I(Q)", Temporality.CUMULATIVE, "since the start"),
        ("i_of_q_current", "I(Q) update", Temporality.WINDOW, "of the last update"),
    )
    return WorkflowSpec(
        name="i_of_q",
        id=WorkflowId(SANS2D.name, "i_of_q", 1),
        title="I(Q)",
        description="Small-angle scattering of a bank over momentum transfer, from "
        "nominal positions.",
        group=WorkflowGroup.REDUCTION,
        sources=tuple(bank.name for bank in SANS2D.detectors),
        params=IofQParams,
        outputs=(
            *(
                _curve(name, title, temporality, f"{about}, {since}.", "dimensionless")
                for name, title, temporality, since in curves
            ),
            _curve(
                "counts_by_q",
                "Counts by Q",
                Temporality.CUMULATIVE,
                "Events by Q, before any division, since the start.",
                "counts",
            ),
        ),
        aux_sources={"incident_monitor": INCIDENT_MONITOR},
        service="data_reduction",
        factory="livedata_sans2d.scattering:i_of_q",
    )


def _curve(
    name: str, title: str, temporality: Temporality, description: str, unit: str
) -> OutputSpec:
    return OutputSpec(
        name=name,
        title=title,
        dims=("Q",),
        unit=unit,
        coords=(
            CoordSpec(name="Q", dims=("Q",), unit="1/angstrom", edges=True),
            *BOUNDS,
        ),
        temporality=temporality,
        description=description,
    )


def _layer(bank: Detector, output: str, plotter: str) -> LayerTemplate:
    return LayerTemplate(
        workflow=WorkflowId(SANS2D.name, bank.name, 1),
        sources=(bank.name,),
        output=output,
        plotter=plotter,
    )
