"""Records of workflows: what can be computed and what comes of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field, model_validator

from livedata_core.contract.identities import WorkflowIdField
from livedata_core.contract.records.base import (
    Frozen,
    Name,
    Record,
    Title,
)
from livedata_core.contract.refs import Ref

__all__ = [
    "CoordSpec",
    "OutputSpec",
    "Temporality",
    "WorkflowGroup",
    "WorkflowSpec",
]


class Temporality(StrEnum):
    """What time an output covers; declared, never sent."""

    WINDOW = "window"
    """The last update interval; intervals are disjoint."""
    CUMULATIVE = "cumulative"
    """Everything since the job's start or reset."""
    SERIES = "series"
    """Samples with a time each; every message carries the new ones."""


class CoordSpec(Frozen):
    """A coordinate of an output; `edges` where it is one longer than its dim."""

    name: str
    dims: tuple[str, ...]
    unit: str | None = None
    edges: bool = False


class OutputSpec(Frozen):
    """One result stream of a workflow, declared without data.

    Attributes
    ----------
    device:
        Name under which the control system gets the value as well, the same for every
        job; ``{source}`` stands for the source, e.g. ``{source}_counts_total``. None:
        it does not.
    only_if:
        What has to be switched on for it to be given, for people: “it is given only
        if …”. Empty: it always is.
    """

    name: Name
    title: Title
    dims: tuple[str, ...] = ()
    unit: str | None = "counts"
    dtype: str = "float64"
    coords: tuple[CoordSpec, ...] = ()
    temporality: Temporality = Temporality.WINDOW
    description: str = ""
    device: str | None = None
    only_if: str = ""


class WorkflowGroup(StrEnum):
    """How workflows are grouped for people."""

    DETECTORS = "detectors"
    MONITORS = "monitors"
    REDUCTION = "reduction"
    LOGS = "logs"


class WorkflowSpec(Record):
    """A kind of work that can be started on sources.

    Attributes
    ----------
    id:
        The wire identity; its `name` part equals `Record.name`.
    sources:
        Names of the instrument's sources it can run on.
    params:
        Pydantic model of its parameters; None where it has none.
    outputs:
        What it publishes.
    aux_sources:
        Names under which it takes further streams, with their default source.
    context:
        Names of logs without which it cannot work. A job waits, as
        ``pending_context``, until each has sent a reading; the first window carries the
        latest of each, later windows what is new.
    on_run_start:
        Whether its jobs begin anew when a run starts, or go on.
    service:
        The worker service that runs it.
    factory:
        Called with a `WorkflowContext`, gives a `Workflow`. Needed where the
        worker runs, not in the dashboard's environment.
    """

    id: WorkflowIdField
    title: Title
    description: str = ""
    group: WorkflowGroup = WorkflowGroup.REDUCTION
    sources: tuple[str, ...]
    params: type[BaseModel] | None = None
    outputs: tuple[OutputSpec, ...]
    aux_sources: dict[str, str] = Field(default_factory=dict)
    context: tuple[str, ...] = ()
    on_run_start: Literal["reset", "accumulate"] = "reset"
    service: Literal[
        "detector_data", "monitor_data", "data_reduction", "timeseries"
    ] = "data_reduction"
    factory: Ref

    @model_validator(mode="after")
    def _consistent(self) -> WorkflowSpec:
        if self.id.name != self.name:
            raise ValueError(f"workflow {self.name!r}: id {self.id} has another name")
        names = [output.name for output in self.outputs]
        if len(set(names)) != len(names):
            raise ValueError(f"workflow {self.id}: an output is named twice: {names}")
        return self

    @property
    def key(self) -> str:
        """The text form of the id."""
        return str(self.id)

    def output(self, name: str) -> OutputSpec | None:
        """Return the output of that name, or None."""
        return next((out for out in self.outputs if out.name == name), None)
