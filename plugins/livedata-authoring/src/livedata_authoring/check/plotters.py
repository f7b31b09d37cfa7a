"""Rules on plotters: they show what they say they accept, and refuse the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from livedata_authoring.check.findings import Finding, Level
from livedata_authoring.check.subject import Subject, called, name_of_error
from livedata_authoring.check.workflows import results_of
from livedata_core.contract import (
    OVERVIEW,
    DataKey,
    OutputSpec,
    PlotInput,
    Plotter,
    PlotterSpec,
    Temporality,
    WorkflowId,
    resolve,
)
from livedata_core.plugins.isolation import HangError

if TYPE_CHECKING:
    import scipp as sc

__all__ = ["plotters"]

_SIZES = {"time": 5, "v": 2, "w": 2, "z": 3, "y": 4, "x": 6}
_SPACE = ("v", "w", "z", "y", "x")
_MOST_INPUTS = 3
"""A plotter of several inputs may need more than one: so many are tried."""
_ALL_NDIM = (0, 1, 2, 3)


def plotters(subject: Subject) -> Iterator[Finding]:
    """Each plotter computes and draws what it accepts."""
    for spec in subject.records("plotters", PlotterSpec):
        where = f"plotter {spec.name!r}"
        params, _ = called(spec.params)
        factory, error = called(partial(resolve, spec.factory))
        if factory is None or params is None:
            continue  # said by `factories` and `parameters`
        made, error = called(factory)
        if not isinstance(made, Plotter):
            fault = name_of_error(error) if error else f"gives a {type(made).__name__}"
            yield _bad(
                where, f"its factory {fault}", "name a class with `compute` and `draw`"
            )
            continue
        for what, inputs in _accepted(subject, spec):
            choices = _choices(spec, inputs)
            yield from _shown(where, what, made, params, choices)
        yield from _refused(where, spec, made, params)


def _accepted(
    subject: Subject, spec: PlotterSpec
) -> Iterator[tuple[str, Sequence[PlotInput]]]:
    accepts = spec.accepts
    if accepts.workflows or accepts.outputs:
        yield from _of_workflows(subject, spec)
        return
    kinds = accepts.temporality or tuple(Temporality)
    for ndim in accepts.ndim:
        for kind in kinds:
            dims = _dims(ndim)
            if kind is Temporality.SERIES:
                dims = ("time", *dims[1:]) if ndim else ("time",)
            elif spec.history:
                dims = ("time", *dims)
            yield f"{ndim}-D {kind.value} data", [_input(dims)]


def _of_workflows(
    subject: Subject, spec: PlotterSpec
) -> Iterator[tuple[str, Sequence[PlotInput]]]:
    """Yield real outputs for plotters that are made for certain workflows."""
    for instrument in subject.registry.instruments.values():
        for workflow in subject.registry.workflows(instrument).values():
            wanted = [
                output
                for output in workflow.outputs
                if spec.accepts.matches(workflow, output)
            ]
            if not wanted or spec.history:
                continue
            results, _ = called(partial(results_of, subject, workflow, instrument))
            for output in wanted:
                if results and output.name in results:
                    key = DataKey(workflow.id, workflow.sources[0], output.name)
                    data = results[output.name]
                    entry = PlotInput(key, data, title="Sample", output=output)
                    yield f"{output.name!r} of {workflow.id}", [entry]


def _dims(ndim: int) -> tuple[str, ...]:
    return _SPACE[len(_SPACE) - ndim :]


def _choices(
    spec: PlotterSpec, inputs: Sequence[PlotInput]
) -> Iterator[Sequence[PlotInput]]:
    """Yield inputs, then the same of two sources and more, as far as they are taken."""
    (entry,) = inputs
    for count in range(
        1, 1 + min(spec.accepts.max_inputs or _MOST_INPUTS, _MOST_INPUTS)
    ):
        yield [
            replace(entry, key=replace(entry.key, source_name=f"sample{n}"))
            for n in range(count)
        ]


def _input(dims: tuple[str, ...]) -> PlotInput:
    import numpy as np
    import scipp as sc

    shape = [_SIZES[dim] for dim in dims]
    values = np.random.default_rng(1).poisson(9.0, shape).astype(float)
    data: sc.DataArray = sc.DataArray(
        sc.array(dims=list(dims), values=values, unit="counts")
        if dims
        else sc.scalar(9.0, unit="counts")
    )
    for dim in dims:
        if dim == "time":
            times = 1_800_000_000 * 10**9 + np.arange(_SIZES[dim]) * 10**9
            data.coords[dim] = sc.array(dims=[dim], values=times.view("M8[ns]"))
        else:
            edges = np.arange(_SIZES[dim] + 1, dtype=float)
            data.coords[dim] = sc.array(dims=[dim], values=edges, unit="mm")
    key = DataKey(WorkflowId("check", "check", 1), "sample", "output")
    output = OutputSpec(name="output", title="Output", dims=dims)
    return PlotInput(key, data, title="Sample", output=output)


def _shown(
    where: str,
    what: str,
    plotter: Plotter,
    params: object,
    choices: Iterable[Sequence[PlotInput]],
) -> Iterator[Finding]:
    frame, error, first = None, None, None
    for inputs in choices:
        frame, error = called(partial(plotter.compute, inputs, params, OVERVIEW))
        first = first or error
        if error is None or isinstance(error, HangError):
            break
    if error is not None:
        yield _bad(
            where,
            f"says that it accepts {what}, but compute raised {name_of_error(first)}",
            "narrow `accepts`, or show such data",
        )
        return
    import holoviews.plotting.bokeh  # noqa: F401  (what the shell has loaded)

    drawn, error = called(lambda: plotter.draw(frame))
    if error is not None:
        yield _bad(
            where, f"draw raised {name_of_error(error)} for {what}", "mend `draw`"
        )
    elif not _is_element(drawn):
        yield _bad(
            where,
            f"draw returns a {type(drawn).__name__} for {what}",
            "return a HoloViews element or overlay",
        )


def _is_element(drawn: object) -> bool:
    import holoviews as hv

    return isinstance(drawn, hv.core.Dimensioned)


def _refused(
    where: str, spec: PlotterSpec, plotter: Plotter, params: object
) -> Iterator[Finding]:
    if spec.accepts.workflows or spec.accepts.outputs or spec.history:
        return
    for ndim in set(_ALL_NDIM) - set(spec.accepts.ndim):
        entry = [_input(_dims(ndim))]
        _, error = called(partial(plotter.compute, entry, params, OVERVIEW))
        if error is not None and not isinstance(error, ValueError):
            yield Finding(
                "plotter-refuses",
                Level.WARNING,
                f"raises {name_of_error(error)} for {ndim}-D data",
                where,
                "operators see the error of a program in place of a sentence",
                "check the data first and raise ValueError with a sentence for them",
            )


def _bad(where: str, what: str, mend: str) -> Finding:
    why = "the plot stays empty and shows an error"
    return Finding("plotter-accepts", Level.ERROR, what, where, why, mend)
