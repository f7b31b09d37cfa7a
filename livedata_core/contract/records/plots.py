"""Records of plots: plotters, layouts, forms."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from livedata_core.contract.identities import DataKey, WorkflowIdField
from livedata_core.contract.records.base import (
    Frozen,
    Name,
    Record,
    StoredParams,
    Title,
)
from livedata_core.contract.records.workflows import (
    OutputSpec,
    Temporality,
    WorkflowSpec,
)
from livedata_core.contract.refs import Ref

__all__ = [
    "Accepts",
    "AdapterSpec",
    "AxisSpec",
    "AxisStream",
    "CellTemplate",
    "GridTemplate",
    "LayerTemplate",
    "PlotterSpec",
]


class Accepts(Frozen):
    """What data a plotter can show, as far as an `OutputSpec` tells.

    Attributes
    ----------
    ndim:
        Allowed numbers of dimensions.
    temporality:
        Allowed temporalities; None: any.
    workflows:
        Text forms of the only workflows it is made for; None: any.
    outputs:
        Names of the only outputs it is made for; None: any.
    max_inputs:
        Most result streams in one layer; None: no limit.
    """

    ndim: tuple[int, ...]
    temporality: tuple[Temporality, ...] | None = None
    workflows: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    max_inputs: int | None = Field(default=None, ge=1)

    def matches(self, workflow: WorkflowSpec, output: OutputSpec) -> bool:
        """Return whether one stream of that output can be shown."""
        return (
            len(output.dims) in self.ndim
            and (self.temporality is None or output.temporality in self.temporality)
            and (self.workflows is None or str(workflow.id) in self.workflows)
            and (self.outputs is None or output.name in self.outputs)
        )


class AxisSpec(Frozen):
    """An axis of a plotter that shows results of one stream over those of others.

    Attributes
    ----------
    name:
        Under which the stream is stored; axes come in the order of their names.
    title:
        What people call the axis.
    accepts:
        What can be chosen for it, of any workflow; one of them has to fit.
    """

    name: Name
    title: Title
    accepts: tuple[Accepts, ...]

    def matches(self, workflow: WorkflowSpec, output: OutputSpec) -> bool:
        """Return whether an output can be chosen."""
        return any(accepts.matches(workflow, output) for accepts in self.accepts)


class PlotterSpec(Record):
    """A way to show results; its factory gives a `Plotter`.

    `priority` orders the plotters that accept an output: the highest is the default.
    `history` asks for all buffered updates instead of the latest alone. What is drawn
    `over` others is offered as a layer of plots that show the same output, or another
    of the same workflow where it accepts only some `outputs`. For each of its `axes` a
    stream is chosen, of whatever workflow; its `PlotInput`s come first.
    """

    title: Title
    description: str = ""
    params: type[BaseModel]
    accepts: Accepts
    history: bool = False
    over: bool = False
    axes: tuple[AxisSpec, ...] = ()
    priority: int = 0
    factory: Ref


class AxisStream(Frozen):
    """The result stream that is chosen for an axis of a plotter."""

    workflow: WorkflowIdField
    source: str
    output: str

    @property
    def key(self) -> DataKey:
        """Which stream it is."""
        return DataKey(self.workflow, self.source, self.output)


class LayerTemplate(Frozen):
    """One layer of a cell: an output of a workflow, from some sources.

    `axes` are the streams that it is shown over, by the names of its plotter's axes.
    """

    workflow: WorkflowIdField
    sources: tuple[str, ...]
    output: str
    plotter: str
    params: StoredParams = Field(default_factory=dict)
    axes: dict[str, AxisStream] = Field(default_factory=dict)


class CellTemplate(Frozen):
    """A cell of a grid: its place and its layers, lowest first."""

    row: int = Field(ge=0)
    column: int = Field(ge=0)
    rows: int = Field(default=1, ge=1)
    columns: int = Field(default=1, ge=1)
    title: str = ""
    layers: tuple[LayerTemplate, ...]


class GridTemplate(Record):
    """A ready layout of an instrument.

    `default` ones are opened, and in an embedded system their workflows started,
    where the user has no layout yet.
    """

    title: Title
    instrument: str
    rows: int = Field(default=2, ge=1, le=24)
    columns: int = Field(default=2, ge=1, le=24)
    cells: tuple[CellTemplate, ...]
    default: bool = False

    @property
    def key(self) -> str:
        """Templates are unique per instrument."""
        return f"{self.instrument}/{self.name}"


class AdapterSpec(Record):
    """How a workflow or plotter is configured in a form.

    `target` is ``workflow:instrument/name/version`` or ``plotter:name``; the factory
    takes the standard `ConfigurationAdapter` of that target and returns the one to
    use in its place.
    """

    target: Annotated[str, StringConstraints(pattern=r"^(workflow|plotter):.+$")]
    factory: Ref

    @property
    def key(self) -> str:
        """One adapter for each target."""
        return self.target
