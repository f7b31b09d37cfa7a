"""Rules on workflows: run on synthetic messages, they give what they declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from livedata_authoring.check.findings import Finding, Level
from livedata_authoring.check.samples import batches
from livedata_authoring.check.subject import Subject, called, name_of_error, unit_of
from livedata_core.contract import (
    Instrument,
    OutputSpec,
    RefError,
    Temporality,
    Workflow,
    WorkflowContext,
    WorkflowSpec,
    resolve,
)

if TYPE_CHECKING:
    import scipp as sc

__all__ = ["results_of", "workflows"]

_OF_THE_WORKER = ("start_time", "time")
"""Coords that the worker adds."""


def workflows(subject: Subject) -> Iterator[Finding]:
    """Each workflow works on messages and its results are those declared."""
    for spec in subject.records("workflows", WorkflowSpec):
        where = f"workflow {spec.id}"
        instrument = subject.instrument(spec.id.instrument)
        if instrument is None:
            continue
        known = {source.name for source in instrument.sources}
        for name in (*spec.sources, *spec.aux_sources.values(), *spec.context):
            if name not in known:
                yield _bad(
                    where,
                    f"names the source {name!r}; the instrument has no such source",
                    "it can never be started there",
                    f"name one of {', '.join(sorted(known))}",
                )
        if spec.sources and spec.sources[0] in known:
            yield from _tried(subject, spec, instrument, where)


def _tried(
    subject: Subject, spec: WorkflowSpec, instrument: Instrument, where: str
) -> Iterator[Finding]:
    results, error = called(lambda: results_of(subject, spec, instrument))
    if isinstance(error, RefError):
        return  # `factories` says so
    if results is None:
        yield _bad(
            where,
            f"fails on simulated messages: {name_of_error(error)}",
            "its job shows an error from the first update on",
            "run it in a test, with the messages of the instrument's simulator",
        )
        return
    for name, data in results.items():
        output = spec.output(name)
        if output is None:
            yield _bad(
                where,
                f"returns {name!r}, which it does not declare",
                "nobody can show it",
                "add an `OutputSpec` of that name, or leave it out",
            )
            continue
        for fault in _faults(output, data):
            yield _bad(
                f"output {name!r} of {where}",
                fault,
                "plots are chosen and laid out by what is declared",
                "change the `OutputSpec`, or what `finalize` returns",
            )
    if not results and spec.outputs:
        yield Finding(
            "workflow-output",
            Level.WARNING,
            "returned nothing for two seconds of simulated messages",
            where,
            "whether it gives what it declares could not be seen",
            "test it with messages that it takes",
        )


def results_of(
    subject: Subject, spec: WorkflowSpec, instrument: Instrument
) -> Mapping[str, Any]:
    """Run a workflow on two windows, with a reset between; return its results."""
    context = WorkflowContext(
        instrument=instrument,
        spec=spec,
        source_name=spec.sources[0],
        params=spec.params() if spec.params else None,
        aux_source_names=dict(spec.aux_sources),
    )
    workflow = resolve(spec.factory)(context)
    if not isinstance(workflow, Workflow):
        raise TypeError(
            f"{spec.factory!r} gives a {type(workflow).__name__} without accumulate, "
            "finalize and reset"
        )
    results: dict[str, Any] = {}
    for batch in batches(instrument, subject.codecs(instrument)):
        workflow.accumulate(batch)
        results.update(workflow.finalize())
        workflow.reset()
    return results


def _faults(output: OutputSpec, data: sc.DataArray) -> Iterator[str]:
    import scipp as sc

    if not isinstance(data, sc.DataArray):
        yield f"is a {type(data).__name__}, not a scipp DataArray"
        return
    dims = output.dims
    if output.temporality is Temporality.SERIES and "time" not in dims:
        dims = ("time", *dims)
    if data.dims != dims:
        yield f"has the dims {data.dims}, but declares {dims}"
        return
    if not _same_unit(data.unit, output.unit):
        yield f"has the unit {data.unit}, but declares {output.unit}"
    for coord in output.coords:
        if coord.name in _OF_THE_WORKER and coord.name not in data.coords:
            continue
        if coord.name not in data.coords:
            yield f"lacks the coord {coord.name!r} that it declares"
            continue
        found = data.coords[coord.name]
        if not _same_unit(found.unit, coord.unit):
            yield (
                f"has the coord {coord.name!r} in {found.unit}, but declares "
                f"{coord.unit}"
            )
        if coord.dims and found.dims == coord.dims and found.ndim == 1:
            edges = data.coords.is_edges(coord.name)
            if edges != coord.edges:
                kind = "bin edges" if edges else "points"
                yield f"has {kind} in the coord {coord.name!r}, but declares otherwise"


def _same_unit(found: sc.Unit | None, declared: str | None) -> bool:
    """Return whether they agree; what says nothing, or nothing sensible, does."""
    unit, error = called(lambda: None if declared is None else unit_of(declared))
    return declared is None or error is not None or found == unit


def _bad(where: str, what: str, why: str, mend: str) -> Finding:
    return Finding("workflow-output", Level.ERROR, what, where, why, mend)
