"""Rules on grid templates and adapters: what they name is there and fits."""

from __future__ import annotations

from collections.abc import Iterator

from livedata_authoring.check.findings import Finding, Level
from livedata_authoring.check.subject import Subject, called, name_of_error
from livedata_core.contract import (
    CellTemplate,
    GridTemplate,
    LayerTemplate,
)

__all__ = ["templates"]


def templates(subject: Subject) -> Iterator[Finding]:
    """Workflows, outputs, sources and plotters of layouts are there; cells fit."""
    for grid in subject.records("grid_templates", GridTemplate):
        taken: set[tuple[int, int]] = set()
        for cell in grid.cells:
            where = f"template {grid.key!r}, plot {cell.title!r}"
            places = _places(cell)
            if any(row >= grid.rows or col >= grid.columns for row, col in places):
                yield _bad(where, f"lies outside {grid.rows} x {grid.columns} places")
            if places & taken:
                yield _bad(where, "lies upon another plot")
            taken |= places
            for layer in cell.layers:
                yield from _layer(subject, grid, layer, where)


def _places(cell: CellTemplate) -> set[tuple[int, int]]:
    return {
        (cell.row + row, cell.column + column)
        for row in range(cell.rows)
        for column in range(cell.columns)
    }


def _layer(
    subject: Subject, grid: GridTemplate, layer: LayerTemplate, where: str
) -> Iterator[Finding]:
    instrument = subject.instrument(grid.instrument)
    known = subject.registry.workflows(instrument) if instrument else {}
    spec = known.get(layer.workflow)
    if spec is None:
        yield _bad(where, f"names the workflow {layer.workflow}, which is not there")
        return
    output = spec.output(layer.output)
    if output is None:
        names = ", ".join(out.name for out in spec.outputs)
        yield _bad(
            where, f"names the output {layer.output!r}; {spec.id} has {names or 'none'}"
        )
    if missing := sorted(set(layer.sources) - set(spec.sources)):
        yield _bad(where, f"names sources on which {spec.id} does not run: {missing}")
    plotter = subject.registry.plotters.get(layer.plotter)
    if plotter is None:
        yield _bad(where, f"names the plotter {layer.plotter!r}, which is not there")
        return
    if output is not None and not plotter.accepts.matches(spec, output):
        yield _bad(
            where,
            f"shows {layer.output!r} as {layer.plotter!r}, which does not take it",
        )
    most = plotter.accepts.max_inputs
    if most is not None and len(layer.sources) > most:
        yield _bad(
            where, f"has {len(layer.sources)} sources; {plotter.name!r} takes {most}"
        )
    _, error = called(lambda: plotter.params.model_validate(layer.params))
    if error is not None:
        yield _bad(where, f"has params that do not fit: {name_of_error(error)}")


def _bad(where: str, what: str) -> Finding:
    return Finding(
        "template",
        Level.ERROR,
        what,
        where,
        "users get a layout with a plot that shows an error",
        "correct the template, or depend on the distribution that brings what it names",
    )
