"""Rules on records: texts for people, units, parameters, factories, layouts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from functools import partial

from pydantic import BaseModel

from livedata_authoring.check.findings import Finding, Level
from livedata_authoring.check.subject import Subject, called, name_of_error, unit_of
from livedata_core.contract import (
    Instrument,
    PlotterSpec,
    Record,
    WorkflowSpec,
    resolve,
)

__all__ = ["factories", "parameters", "texts", "units"]

_REFS = (
    "factory",
    "dashboard",
    "decode",
    "encode",
    "payload",
    "command",
    "simulator",
    "companion",
)
"""Fields of records that are import strings."""


def texts(subject: Subject) -> Iterator[Finding]:
    """Everything that people choose from says what it is."""
    described = (
        *subject.records("plotters", PlotterSpec),
        *subject.records("workflows", WorkflowSpec),
        *subject.records("instruments", Instrument),
    )
    for record in described:
        noun = type(record).__name__.removesuffix("Spec").lower()
        where = f"{noun} {record.key!r}"
        description = str(getattr(record, "description", ""))
        if not description.strip():
            yield Finding(
                "description",
                Level.ERROR,
                "has no description",
                where,
                "people choose it from a list and see its title alone",
                "give the record a `description` of one sentence",
            )


def units(subject: Subject) -> Iterator[Finding]:
    """What has a unit can be read by scipp; logs have one."""
    for instrument in subject.records("instruments", Instrument):
        for log in instrument.logs:
            where = f"log {log.name!r} of instrument {instrument.name!r}"
            if log.unit is None:
                yield Finding(
                    "unit",
                    Level.WARNING,
                    "has no unit",
                    where,
                    "its axis will show numbers without meaning",
                    'give `unit`, e.g. "K", or "one" where it has none',
                )
            else:
                yield from _bad_unit(log.unit, where)
    for workflow in subject.records("workflows", WorkflowSpec):
        for output in workflow.outputs:
            where = f"output {output.name!r} of workflow {workflow.id}"
            for unit in (output.unit, *(coord.unit for coord in output.coords)):
                yield from _bad_unit(unit, where)


def _bad_unit(unit: str | None, where: str) -> Iterator[Finding]:
    _, error = called(lambda: None if unit is None else unit_of(unit))
    if error is not None:
        yield Finding(
            "unit",
            Level.ERROR,
            f"the unit {unit!r} cannot be read",
            where,
            "no data can be made in that unit",
            "write it as scipp does, e.g. `m/s`, `meV` or `1/angstrom`",
        )


def _models(subject: Subject) -> Iterator[tuple[str, type[BaseModel]]]:
    for plotter in subject.records("plotters", PlotterSpec):
        yield f"params of plotter {plotter.name!r}", plotter.params
    for workflow in subject.records("workflows", WorkflowSpec):
        if workflow.params is not None:
            yield f"params of workflow {workflow.id}", workflow.params


def parameters(subject: Subject) -> Iterator[Finding]:
    """Defaults for all, a title or description each, and JSON there and back."""
    for where, model in _models(subject):
        made, error = called(model)
        if made is None:
            yield Finding(
                "params-defaults",
                Level.ERROR,
                f"cannot be made without values: {name_of_error(error)}",
                where,
                "nothing can be started or shown before a form is filled in",
                "give every field a default",
            )
            continue
        for values in _variants(model, made):
            yield from _round_trip(where, model, values)
        for name, field in model.model_fields.items():
            if not (field.title or field.description):
                yield Finding(
                    "params-text",
                    Level.WARNING,
                    f"the field {name!r} has neither title nor description",
                    where,
                    "the form shows the name of a variable",
                    "write `Field(default=…, title=…, description=…)`, with the unit",
                )


def _variants(model: type[BaseModel], made: BaseModel) -> Iterator[BaseModel]:
    """Yield the defaults, then other choices of each switch and list."""
    yield made
    for name in model.model_fields:
        value = getattr(made, name)
        others: list[object] = []
        if isinstance(value, bool):
            others = [not value]
        elif isinstance(value, Enum):
            others = [member for member in type(value) if member is not value]
        for other in others:
            content = {**made.__dict__, name: other}
            changed, _ = called(partial(model.model_validate, content))
            if changed is not None:  # together with the defaults it may not be valid
                yield changed


def _round_trip(
    where: str, model: type[BaseModel], made: BaseModel
) -> Iterator[Finding]:
    def there_and_back() -> str:
        text = json.dumps(made.model_dump(mode="json"), allow_nan=False)
        back = model.model_validate(json.loads(text))
        return "" if back == made else f"{made!r} comes back as {back!r}"

    fault, error = called(there_and_back)
    if fault or error is not None:
        fault = fault or name_of_error(error)
        yield Finding(
            "params-json",
            Level.ERROR,
            f"does not survive JSON: {fault}",
            where,
            "parameters travel to workers and are stored as JSON",
            "use types that pydantic can write to JSON and read from it",
        )


def _refs(record: Record) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield field, import string, and the members that its target must have."""
    for name in _REFS:
        ref = getattr(record, name, None)
        # An encoder's payload is an import string, a subcommand's command too.
        if isinstance(ref, str):
            yield name, ref, ("name", "invoke") if name == "command" else ()
    for bank in record.detectors if isinstance(record, Instrument) else ():
        if bank.positions:
            yield f"positions of {bank.name!r}", bank.positions, ()


def factories(subject: Subject) -> Iterator[Finding]:
    """Every import string leads to something that can be called."""
    for kind, records in subject.all_records.items():
        for record in records:
            where = f"{kind.removesuffix('s').replace('_', ' ')} {record.key!r}"
            for field, ref, members in _refs(record):
                target, error = called(partial(resolve, ref))
                if error is not None:
                    yield Finding(
                        "factory",
                        Level.ERROR,
                        f"{field}: {name_of_error(error)}",
                        where,
                        "it fails when somebody uses it first",
                        "correct the import string, or add what it imports to the "
                        "dependencies",
                    )
                elif not callable(target) or not all(
                    hasattr(target, member) for member in members
                ):
                    yield Finding(
                        "factory",
                        Level.ERROR,
                        f"{field}: {ref!r} is a {type(target).__name__}",
                        where,
                        "it fails when somebody uses it first",
                        "name a function or class, or for a subcommand a click command",
                    )
