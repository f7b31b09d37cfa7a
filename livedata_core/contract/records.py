"""Records: what hooks yield. Frozen, validated, named and light.

A record describes; the heavy part (a factory, a workflow, a plotter) is named by
an import string and imported when it is needed. Nothing here imports numpy or
scipp.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from livedata_core.contract.identities import StreamId, WorkflowIdField
from livedata_core.contract.refs import Ref

__all__ = [
    "Accepts",
    "AdapterSpec",
    "AreaDetector",
    "CellTemplate",
    "ConfigStoreSpec",
    "CoordSpec",
    "DecoderSpec",
    "Detector",
    "EncoderSpec",
    "GridTemplate",
    "Instrument",
    "LayerTemplate",
    "Log",
    "Monitor",
    "Origin",
    "OutputSpec",
    "PlotterSpec",
    "Record",
    "StoredParams",
    "SubcommandSpec",
    "Temporality",
    "TransportSpec",
    "WidgetPlace",
    "WidgetSpec",
    "WorkflowGroup",
    "WorkflowSpec",
]

Name = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.\-]*$", max_length=120)
]
SchemaName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.:\-]*$", max_length=120)
]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
StoredParams = dict[str, object]


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, validate_default=True
    )


class Origin(_Frozen):
    """The plugin a record came from; stamped by the plugin manager."""

    plugin: str
    distribution: str
    version: str

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}"


class Record(_Frozen):
    """What every record has: a name, unique among its kind, and its origin.

    `origin` is set by the plugin manager; what a plugin writes there is replaced.
    """

    name: Name
    origin: Origin | None = Field(default=None, repr=False)

    @property
    def key(self) -> str:
        """The name by which conflicts are found."""
        return self.name


# --- Instruments -----------------------------------------------------------


class _Source(_Frozen):
    """Something that sends data: its stream name, title and place on the wire."""

    name: Name
    title: Title
    topic: str
    source_name: str
    description: str = ""

    @property
    def stream(self) -> StreamId:
        """The raw stream it arrives on."""
        return StreamId(self.topic, self.source_name)


class Detector(_Source):
    """A bank of pixels read out as events (ev44, ev42).

    Pixel ids are contiguous from `first_pixel_id` in C order over `shape`. Several
    banks may share one stream; each takes the ids that are its own.
    """

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    first_pixel_id: int = 1

    @model_validator(mode="after")
    def _dims_match_shape(self) -> Detector:
        if len(self.dims) != len(self.shape) or min(self.shape, default=0) < 1:
            raise ValueError(
                f"detector {self.name!r}: dims {self.dims} and shape {self.shape} "
                "must have equal length and positive sizes"
            )
        return self


class AreaDetector(_Source):
    """A camera that sends whole images (ad00) of dims ``dim_0, dim_1``."""

    shape: tuple[int, ...]


class Monitor(_Source):
    """A beam monitor, read out as events (ev44) or histograms (da00).

    `pixel_id` selects its events where it shares a stream with a detector.
    """

    pixel_id: int | None = None


class Log(_Source):
    """A device whose readings arrive as f144; `source_name` is its EPICS PV."""

    unit: str | None = None


class Instrument(Record):
    """A neutron or X-ray instrument: what it has and where its data come from.

    Attributes
    ----------
    pulse_rate_hz:
        Pulses of the source per second.
    simulator:
        Factory of a `Producer` that plays the instrument, called with the record;
        what ``livedata serve`` shows where there is neither broker nor replay.
    nexus_events:
        For replay: paths of NXevent_data groups in the instrument's files and
        the stream that each plays on. A group not named here plays on the detector
        or monitor stream whose ``source_name`` is the group's name.
    """

    title: Title
    description: str = ""
    detectors: tuple[Detector, ...] = ()
    area_detectors: tuple[AreaDetector, ...] = ()
    monitors: tuple[Monitor, ...] = ()
    logs: tuple[Log, ...] = ()
    pulse_rate_hz: float = Field(default=14.0, gt=0)
    simulator: Ref | None = None
    nexus_events: dict[str, StreamId] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Instrument:
        names = [source.name for source in self.sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"instrument {self.name!r}: source named twice: {twice}")
        return self

    @property
    def sources(self) -> tuple[Detector | AreaDetector | Monitor | Log, ...]:
        """Everything that sends data, detectors first."""
        return (*self.detectors, *self.area_detectors, *self.monitors, *self.logs)

    def source(self, name: str) -> Detector | AreaDetector | Monitor | Log:
        """Return the source of that name.

        Raises
        ------
        KeyError
            If there is none; the message lists those there are.
        """
        for source in self.sources:
            if source.name == name:
                return source
        known = ", ".join(source.name for source in self.sources)
        raise KeyError(
            f"instrument {self.name!r} has no source {name!r}; it has {known}"
        )

    def topics(self) -> tuple[str, ...]:
        """Return the topics of its raw data, each once."""
        return tuple(dict.fromkeys(source.topic for source in self.sources))


# --- Workflows -------------------------------------------------------------


class Temporality(StrEnum):
    """What time an output covers; declared, never sent."""

    WINDOW = "window"
    """The last update interval; intervals are disjoint."""
    CUMULATIVE = "cumulative"
    """Everything since the job's start or reset."""
    SERIES = "series"
    """Samples with a time each; every message carries the new ones."""


class CoordSpec(_Frozen):
    """A coordinate of an output; `edges` where it is one longer than its dim."""

    name: str
    dims: tuple[str, ...]
    unit: str | None = None
    edges: bool = False


class OutputSpec(_Frozen):
    """One result stream of a workflow, declared without data."""

    name: Name
    title: Title
    dims: tuple[str, ...] = ()
    unit: str | None = "counts"
    dtype: str = "float64"
    coords: tuple[CoordSpec, ...] = ()
    temporality: Temporality = Temporality.WINDOW
    description: str = ""


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


# --- Plots -----------------------------------------------------------------


class Accepts(_Frozen):
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


class PlotterSpec(Record):
    """A way to show results; its factory gives a `Plotter`.

    `priority` orders the plotters that accept an output: the highest is the default.
    `history` asks for all buffered updates instead of the latest alone.
    """

    title: Title
    description: str = ""
    params: type[BaseModel]
    accepts: Accepts
    history: bool = False
    priority: int = 0
    factory: Ref


class LayerTemplate(_Frozen):
    """One layer of a cell: an output of a workflow, from some sources."""

    workflow: WorkflowIdField
    sources: tuple[str, ...]
    output: str
    plotter: str
    params: StoredParams = Field(default_factory=dict)


class CellTemplate(_Frozen):
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


# --- Wire, storage, program ------------------------------------------------


class DecoderSpec(Record):
    """Bytes to `Message`, for the schema in bytes 4 to 8.

    JSON has no schema id: the names ``json:command`` and ``json:ack`` stand for the
    commands and responses topics. `decode` is called with a `WireMessage`, on the
    thread that reads, and raises `DecodeError` for anything it cannot read.

    Examples
    --------
    >>> DecoderSpec(name="json:ack", decode="acme.codec:decode_ack").key
    'json:ack'
    """

    name: SchemaName
    decode: Ref


class EncoderSpec(Record):
    """`Message` to bytes, chosen by the class of its payload.

    `payload` names that class; `encode` is called with the message.
    """

    payload: Ref
    encode: Ref

    @property
    def key(self) -> str:
        """One encoder for each payload class."""
        return self.payload


class TransportSpec(Record):
    """How to reach a broker: the factory takes settings, gives a `Transport`."""

    title: Title
    factory: Ref


class ConfigStoreSpec(Record):
    """Where settings persist: the factory takes a folder, gives a `ConfigStore`."""

    title: Title
    factory: Ref


class SubcommandSpec(Record):
    """A subcommand of ``livedata``; `command` names a click command.

    ``livedata --help`` lists it under the heading `section`.
    """

    summary: Title
    command: Ref
    section: Title = "More commands"


class WidgetPlace(StrEnum):
    """Named places of the shell."""

    HEADER = "header"
    RAIL = "rail"
    SYSTEM = "system"


class WidgetSpec(Record):
    """A widget that a plugin adds to every session.

    The factory is called once per session with its `SessionInfo`, on the event
    loop, and returns what Panel can show.
    """

    title: Title
    place: WidgetPlace = WidgetPlace.SYSTEM
    factory: Ref
