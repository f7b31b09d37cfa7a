"""Checking a start command and making its workflow."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import BaseModel, ValidationError

from livedata_core.contract import (
    Instrument,
    StartCommand,
    Workflow,
    WorkflowContext,
    WorkflowSpec,
    resolve,
)

__all__ = ["CommandRefusedError", "check_sources", "checked_params", "make_workflow"]


class CommandRefusedError(ValueError):
    """A command that cannot be carried out; the text goes to its sender."""


def check_sources(
    spec: WorkflowSpec, command: StartCommand, known: Collection[str]
) -> None:
    """Make sure that a job can run on its source with its further sources.

    Names of further sources that the workflow does not have are ignored, as peers
    send some for regions of interest.

    Parameters
    ----------
    known:
        The sources that this worker reads.

    Raises
    ------
    CommandRefusedError
        If it cannot; names the field and what it takes.
    """
    source = command.job_id.source_name
    if source not in spec.sources:
        raise CommandRefusedError(
            f"Source {source!r} is not allowed for workflow {spec.name!r}; "
            f"allowed are {', '.join(spec.sources)}"
        )
    for name in spec.aux_sources:
        chosen = command.aux_source_names.get(name)
        if chosen is not None and chosen not in known:
            raise CommandRefusedError(
                f"{spec.title}: aux_source_names.{name}: {chosen!r} is no source that "
                f"this worker reads; it reads {', '.join(sorted(known))}"
            )
    schedule = command.schedule
    start_ns, end_ns = schedule.start_time, schedule.end_time
    if start_ns is not None and end_ns is not None and end_ns <= start_ns:
        raise CommandRefusedError(
            f"{spec.title}: schedule.end_time: {end_ns} is not after the start_time "
            f"{start_ns}; both are ns since the epoch"
        )


def checked_params(spec: WorkflowSpec, command: StartCommand) -> BaseModel | None:
    """Return the parameters as the workflow's model.

    Raises
    ------
    CommandRefusedError
        If they do not fit; names each field and what it takes.
    """
    if spec.params is None:
        return None
    try:
        return spec.params.model_validate(command.params)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'parameters'}: "
            f"{fault['msg'].removeprefix('Value error, ')}{_given(fault['input'])}"
            for fault in error.errors()
        )
        raise CommandRefusedError(f"{spec.title}: {faults}") from error


def make_workflow(
    instrument: Instrument,
    spec: WorkflowSpec,
    command: StartCommand,
    params: BaseModel | None,
) -> Workflow:
    """Return what the workflow's factory makes; it may raise anything."""
    workflow: Workflow = resolve(spec.factory)(
        WorkflowContext(
            instrument=instrument,
            spec=spec,
            source_name=command.job_id.source_name,
            params=params,
            aux_source_names=command.aux_source_names,
        )
    )
    return workflow


def _given(value: object) -> str:
    """Return what was given, where it is short enough to say."""
    return "" if isinstance(value, dict | BaseModel) else f", not {str(value)[:80]!r}"
