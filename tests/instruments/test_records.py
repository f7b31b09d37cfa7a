"""What instruments offer fits together: layouts, workflows, plotters and factories."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from livedata_core.contract import (
    CellTemplate,
    GridTemplate,
    Instrument,
    LayerTemplate,
    WorkflowSpec,
    resolve,
)
from livedata_core.plugins import PluginManager, PluginState, load_plugins

FIRST_PARTY = ("dummy", "sans2d")
MANAGER: PluginManager = load_plugins()
REGISTRY = MANAGER.registry


def instruments() -> list[Instrument]:
    return [REGISTRY.instruments[name] for name in FIRST_PARTY]


def templates() -> Iterator[GridTemplate]:
    for instrument in instruments():
        yield from REGISTRY.grid_templates(instrument).values()


def layers() -> Iterator[tuple[Instrument, LayerTemplate]]:
    for template in templates():
        for cell in template.cells:
            for layer in cell.layers:
                yield REGISTRY.instruments[template.instrument], layer


def workflows() -> Iterator[tuple[Instrument, WorkflowSpec]]:
    for instrument in instruments():
        for spec in REGISTRY.workflows(instrument).values():
            yield instrument, spec


def named(case: tuple[Instrument, WorkflowSpec | LayerTemplate]) -> str:
    thing = case[1]
    if isinstance(thing, WorkflowSpec):
        return str(thing.id)
    return f"{thing.workflow}:{thing.output}"


@pytest.mark.parametrize("name", [*FIRST_PARTY, "plotters"])
def test_plugin_is_loaded_without_problems(name):
    tuple(templates())
    (report,) = (report for report in MANAGER.reports if report.name == name)
    assert report.state is PluginState.LOADED
    assert report.problems == ()


@pytest.mark.parametrize("template", list(templates()), ids=lambda item: item.key)
def test_cells_lie_in_the_grid_and_do_not_overlap(template: GridTemplate):
    places = [place for cell in template.cells for place in _places(cell)]
    assert len(places) == len(set(places))
    assert all(
        row < template.rows and column < template.columns for row, column in places
    )


def _places(cell: CellTemplate) -> Iterator[tuple[int, int]]:
    yield from product(
        range(cell.row, cell.row + cell.rows),
        range(cell.column, cell.column + cell.columns),
    )


@pytest.mark.parametrize("case", list(layers()), ids=named)
def test_layers_refer_to_what_is_registered(case: tuple[Instrument, LayerTemplate]):
    instrument, layer = case
    workflow = REGISTRY.workflows(instrument)[layer.workflow]
    output = workflow.output(layer.output)
    plotter = REGISTRY.plotters[layer.plotter]
    assert set(layer.sources) <= set(workflow.sources)
    assert output is not None
    assert plotter.accepts.matches(workflow, output)
    most = plotter.accepts.max_inputs
    assert most is None or len(layer.sources) <= most
    plotter.params.model_validate(layer.params)


@pytest.mark.parametrize("case", list(workflows()), ids=named)
def test_workflows_run_on_sources_of_the_instrument(
    case: tuple[Instrument, WorkflowSpec],
):
    instrument, spec = case
    assert set(spec.sources) <= {source.name for source in instrument.sources}
    assert spec.sources
    assert callable(resolve(spec.factory))
    if spec.params is not None:
        spec.params()


@pytest.mark.parametrize("instrument", instruments(), ids=lambda item: item.name)
def test_instrument_opens_with_a_layout_its_overview_first(instrument: Instrument):
    default = [
        template.name
        for template in REGISTRY.grid_templates(instrument).values()
        if template.default
    ]
    assert default[0] == "overview"


@pytest.mark.parametrize(
    "instrument",
    [item for item in instruments() if item.simulator],
    ids=lambda item: item.name,
)
def test_simulator_plays_the_instrument(instrument: Instrument):
    producer = resolve(instrument.simulator)(instrument)
    message = next(producer.messages(start_ns=1_000_000_000))
    assert message.topic in instrument.topics()
