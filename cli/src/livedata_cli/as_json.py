"""Records and reports as JSON values, the form that ``--json`` prints."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, PydanticInvalidForJsonSchema, PydanticUserError

from livedata_core.contract import EncoderSpec, Record, WorkflowSpec
from livedata_core.plugins import PluginReport, Problem

__all__ = ["name_of", "record_as_json", "report_as_json"]


def name_of(record: Record) -> str:
    """Return what a record is called in lists.

    That is its key, except for encoders: theirs is an import string.
    """
    return record.name if isinstance(record, EncoderSpec) else record.key


def record_as_json(record: Record) -> dict[str, Any]:
    """Return all fields of a record; models of parameters as their JSON schema."""
    models = {
        name: value
        for name in type(record).model_fields
        if isinstance(value := getattr(record, name), type)
    }
    fields = record.model_dump(exclude=set(models))
    fields |= {name: _schema(model) for name, model in models.items()}
    if isinstance(record, WorkflowSpec):
        fields["id"] = str(record.id)
    return fields


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    try:
        return model.model_json_schema()
    except (PydanticInvalidForJsonSchema, PydanticUserError):
        return {"title": model.__name__}  # it holds a type that JSON does not know


def report_as_json(report: PluginReport, details: bool = False) -> dict[str, Any]:
    """Return a report; `details` adds whole records and tracebacks."""
    registers = {
        kind: [name_of(record) for record in records]
        for kind, records in report.records.items()
    }
    summary: dict[str, Any] = {
        "name": report.name,
        "version": report.version,
        "distribution": report.distribution,
        "status": report.state.value,
        "reason": report.reason,
        "summary": report.summary,
        "module": report.module,
        "registers": registers,
        "hooks": list(report.hooks),
        "load_time_s": report.load_time_s,
        "problems": [_problem(problem, details) for problem in report.problems],
    }
    if details:
        summary["records"] = {
            kind: [record_as_json(record) for record in records]
            for kind, records in report.records.items()
        }
    return summary


def _problem(problem: Problem, details: bool) -> dict[str, Any]:
    fields = {
        "kind": problem.kind.value,
        "message": problem.message,
        "hook": problem.hook,
    }
    return fields | ({"traceback": problem.traceback} if details else {})
