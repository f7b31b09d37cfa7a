"""What this distribution registers: the dummy instrument, its workflows, its layout."""

from __future__ import annotations

from collections.abc import Iterator

from livedata_core.contract import (
    CellTemplate,
    GridTemplate,
    Instrument,
    LayerTemplate,
    WorkflowId,
    WorkflowSpec,
    hookimpl,
)
from livedata_dummy.instrument import AREA_PANEL, DUMMY, LAYERS, PANEL
from livedata_workflows import specs


@hookimpl
def livedata_instruments() -> Iterator[Instrument]:
    """Yield the dummy instrument."""
    yield DUMMY


@hookimpl
def livedata_workflows(instrument: Instrument) -> Iterator[WorkflowSpec]:
    """Yield the workflows of the dummy instrument, with the ids of the wire.

    The view on a cylinder is ours alone.
    """
    if instrument.name != DUMMY.name:
        return
    yield specs.detector_view(DUMMY, PANEL, name="panel_0_xy", title="Panel 0")
    yield specs.folded_view(
        DUMMY,
        PANEL,
        LAYERS[0],
        "livedata_dummy.views:layers",
        name="panel_0_layers",
        title="Panel 0 in layers",
    )
    yield specs.projected_view(
        DUMMY,
        PANEL,
        "cylinder_mantle",
        name="panel_0_mantle",
        title="Panel 0 on a cylinder",
    )
    yield specs.area_detector_view(
        DUMMY, AREA_PANEL, name="area_panel_xy", title="Area panel"
    )
    yield specs.monitor_histogram(DUMMY)
    yield specs.total_counts(DUMMY)
    yield specs.timeseries(DUMMY)


@hookimpl
def livedata_grid_templates(instrument: Instrument) -> Iterator[GridTemplate]:
    """Yield the overview."""
    if instrument.name != DUMMY.name:
        return
    panel, area = (PANEL.name,), (AREA_PANEL.name,)
    monitors = tuple(monitor.name for monitor in DUMMY.monitors)
    yield GridTemplate(
        name="overview",
        title="Overview",
        instrument=DUMMY.name,
        rows=2,
        columns=3,
        default=True,
        cells=(
            _cell(0, 0, "Panel 0", "panel_0_xy", panel, "cumulative", "image"),
            _cell(0, 1, "Panel 0, now", "panel_0_xy", panel, "current", "image"),
            _cell(
                0, 2, "Spectrum", "panel_0_xy", panel, "spectrum_cumulative", "lines"
            ),
            _cell(1, 0, "Area panel", "area_panel_xy", area, "current", "image"),
            _cell(
                1, 1, "Monitors", "monitor_histogram", monitors, "cumulative", "lines"
            ),
            _cell(
                1,
                2,
                "Sample position",
                "timeseries_data",
                ("motion1",),
                "delta",
                "timeseries",
            ),
        ),
    )


def _cell(
    row: int,
    column: int,
    title: str,
    workflow: str,
    sources: tuple[str, ...],
    output: str,
    plotter: str,
) -> CellTemplate:
    layer = LayerTemplate(
        workflow=WorkflowId(DUMMY.name, workflow, 1),
        sources=sources,
        output=output,
        plotter=plotter,
        params={"aspect": "equal"} if plotter == "image" else {},
    )
    return CellTemplate(row=row, column=column, title=title, layers=(layer,))
