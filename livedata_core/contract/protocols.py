"""Protocols that the factories in records fulfil.

Threads: *ingest* reads and decodes, *compute* runs extractors, plotters and all of
HoloViews, *io* writes files; the event loop belongs to the sessions. Each method says
where it runs. None of them may block for long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from livedata_core.contract.identities import DataKey
from livedata_core.contract.messages import Message, WireMessage
from livedata_core.contract.records import Instrument, OutputSpec, WorkflowSpec
from livedata_core.contract.views import PlotAxis, RunMark, Slider, View

if TYPE_CHECKING:
    import scipp as sc
    from pydantic import BaseModel

__all__ = [
    "AccessDeniedError",
    "AuxChoice",
    "AxesFrame",
    "Batch",
    "ByteSink",
    "ByteSource",
    "ConfigStore",
    "ConfigurationAdapter",
    "ExportingPlotter",
    "MeasuredTransport",
    "PlotInput",
    "Plotter",
    "Producer",
    "SlicedFrame",
    "SourceChoice",
    "SourceConfigurationAdapter",
    "SourceSettings",
    "TiledFrame",
    "TopicTraffic",
    "Transport",
    "TransportStatus",
    "Workflow",
    "WorkflowContext",
]


# --- Plots -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlotInput:
    """One result stream as a plotter gets it.

    Attributes
    ----------
    key:
        Which stream it is.
    data:
        The data array; a series or a plotter with ``history`` gets a ``time`` dim.
    title:
        What people call the source.
    output:
        The declaration of the output; None where its workflow is not installed.
    runs:
        When runs of the instrument began and ended, for plots over time; in the order
        in which it was told, the latest last.
    regions:
        What people call the regions of interest of the source, by their index on the
        wire.
    """

    key: DataKey
    data: sc.DataArray
    title: str
    output: OutputSpec | None = None
    runs: tuple[RunMark, ...] = ()
    regions: Mapping[int, str] = field(default_factory=dict)


@runtime_checkable
class Plotter(Protocol):
    """Shows the data of one layer. One instance per layer; compute thread only."""

    def compute(self, inputs: Sequence[PlotInput], params: Any, view: View) -> Any:
        """Turn data into a frame: once per layer, update and distinct view.

        Uses no front end. The frame is an immutable value of the plotter's own,
        which `draw` understands.

        Raises
        ------
        ValueError
            If the data cannot be shown, with a sentence for the operator.
        """

    def draw(self, frame: Any) -> Any:
        """Return the HoloViews element, or an overlay of elements, of a frame.

        It has axes: a layout, a grid of plots, a table of HoloViews or a text of HTML
        (`Layout`, `GridSpace`, `Table`, `Div`) is refused, with an error in the cell.
        Titles, labels, units, limits and options are set here. Called once per frame
        for all sessions; equal structure gives equal element types.
        """


@runtime_checkable
class TiledFrame(Protocol):
    """A frame that is reduced and whose plotter can show parts in more detail.

    Optional. A plotter that makes such frames heeds `View.tile`.
    """

    def tile_for(
        self, x: tuple[float, float], y: tuple[float, float]
    ) -> tuple[int, ...] | None:
        """Return the tile that shows a region of the axes in more detail.

        One of a bounded set, the same for nearby regions; None where the overview
        shows it as well. Event loop: quick, without side effects.

        Parameters
        ----------
        x, y:
            The limits of both axes, in their units.
        """


@runtime_checkable
class SlicedFrame(Protocol):
    """A frame that shows one position of a dim, and whose plotter can show the others.

    Optional. A plotter that makes such frames heeds `View.sliders`: each session then
    moves its own slider, and a position is computed once for all who look at it.
    """

    @property
    def sliders(self) -> Sequence[Slider]:
        """The dims that can be moved along; none: there is nothing to choose."""


@runtime_checkable
class AxesFrame(Protocol):
    """A frame that tells what its axes are.

    Optional. Of the layers of one plot, those are refused that do not fit the lowest
    that tells; a frame that does not tell is drawn over any other.
    """

    @property
    def axes(self) -> tuple[PlotAxis, PlotAxis] | None:
        """The horizontal and the vertical axis; None: it fits any."""


@runtime_checkable
class ExportingPlotter(Protocol):
    """A plotter that tells which data a plot shows, for whoever saves them.

    Optional, beside what `Plotter` asks for. Of other plotters the inputs are saved as
    they are, of a `SlicedFrame` the slice.
    """

    def shown(
        self, inputs: Sequence[PlotInput], params: Any, view: View
    ) -> Sequence[PlotInput]:
        """Return the data of a frame of these inputs, in full.

        As settings have them (rates, sums, slices, bins), before anything is thinned
        out for the screen. None: the layer shows no data of its own. Called when
        somebody saves, on an object made for that alone; it may take its time.

        Raises
        ------
        ValueError
            If the data cannot be shown, with a sentence for the operator.
        """


# --- Workflows -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one data-time window, half open: ``[start_ns, end_ns)``.

    `messages` maps stream names (detectors, monitors, logs, …) to what arrived, in
    order. Streams without a message in the window are absent.
    """

    start_ns: int
    end_ns: int
    messages: Mapping[str, Sequence[Message[Any]]]


@dataclass(frozen=True, slots=True)
class WorkflowContext:
    """What a workflow factory is called with.

    `params` is an instance of the spec's model, validated; None where there is none.
    """

    instrument: Instrument
    spec: WorkflowSpec
    source_name: str
    params: BaseModel | None = None
    aux_source_names: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Workflow(Protocol):
    """Turns raw messages of one source into results. Worker thread only."""

    def accumulate(self, batch: Batch) -> None:
        """Take in the messages of one window."""

    def finalize(self) -> Mapping[str, sc.DataArray]:
        """Return the results by output name, as declared by the `WorkflowSpec`.

        Window outputs cover what came since the previous call; the worker adds the
        ``start_time`` and ``time`` coords. Called only after `accumulate`. An output
        that has nothing new may be left out.
        """

    def reset(self) -> None:
        """Forget what has been accumulated."""


# --- Data in and out -------------------------------------------------------


class Producer(Protocol):
    """A source of raw messages in place of a real instrument: simulator, replay."""

    def messages(self, start_ns: int) -> Iterator[Message[Any]]:
        """Yield messages in order of `Message.timestamp_ns`, from `start_ns` on.

        Lazy and possibly endless. Whoever runs the producer encodes each message and
        sends it when its time has come.
        """


class ByteSource(Protocol):
    """Reads bytes of some topics. One thread at a time."""

    def poll(self, timeout_s: float) -> Sequence[WireMessage]:
        """Return what has arrived; wait up to `timeout_s` if nothing has."""

    def close(self) -> None:
        """Stop reading; a waiting `poll` returns."""


class ByteSink(Protocol):
    """Publishes bytes. Any thread."""

    def publish(self, topic: str, value: bytes) -> None:
        """Hand over for sending; never blocks.

        Raises
        ------
        RuntimeError
            If the message cannot be taken, with the reason.
        """

    def close(self) -> None:
        """Send what is queued, within seconds, and stop."""


class AccessDeniedError(RuntimeError):
    """The broker refuses the credentials or the certificate: trying again is vain.

    The message says what it refused and where to mend it, without the secret.
    """


@dataclass(frozen=True, slots=True)
class TransportStatus:
    """Whether the broker can be reached, for the header chip.

    `denied` is final: the broker refuses us (`AccessDeniedError`), for the reason in
    `detail`; a process that needs it ends.
    """

    name: str
    connected: bool
    detail: str = ""
    denied: bool = False


@dataclass(frozen=True, slots=True)
class TopicTraffic:
    """What went through a transport on one topic since it was opened.

    Attributes
    ----------
    received, received_bytes:
        Messages that were read, and their size.
    rate_hz, bytes_per_s:
        The same over the last seconds.
    lag:
        Messages that the broker has and that were not read yet; None if unknown.
    skipped:
        Messages that were never handed over: newer ones of their stream had come, or
        the broker had dropped them before they were read.
    sent, sent_bytes:
        Messages that the broker took, and their size.
    unsent:
        Messages that it did not take.
    errors:
        Times that the topic could not be read.
    last_error:
        Why the last message was not sent, or the topic not read.
    """

    received: int = 0
    received_bytes: int = 0
    rate_hz: float = 0.0
    bytes_per_s: float = 0.0
    lag: int | None = None
    skipped: int = 0
    sent: int = 0
    sent_bytes: int = 0
    unsent: int = 0
    errors: int = 0
    last_error: str = ""


@runtime_checkable
class MeasuredTransport(Protocol):
    """A `Transport` that counts what goes through it. Optional."""

    def traffic(self) -> Mapping[str, TopicTraffic]:
        """Return the counts by topic; any thread, never blocks."""


class Transport(Protocol):
    """How to reach a broker. Opened and closed off the event loop.

    A broker that cannot be reached, or lacks a topic, is no error: both are awaited,
    and `status` says so.
    """

    def source(self, topics: Iterable[str]) -> ByteSource:
        """Read those topics from now on."""

    def sink(self) -> ByteSink:
        """Open for publishing; a worker opens two, one of them for answers."""

    def status(self) -> TransportStatus:
        """Return the state of the connection; any thread, never blocks."""

    def close(self) -> None:
        """Close whatever is still open."""


# --- Settings --------------------------------------------------------------


class ConfigStore(Protocol):
    """Named documents that survive a restart: JSON-like mappings. io thread only."""

    def load(self, name: str) -> Mapping[str, Any] | None:
        """Return the document, or None if there is none.

        Raises
        ------
        ValueError
            If it cannot be read, naming the place and the way out.
        """

    def save(self, name: str, document: Mapping[str, Any]) -> None:
        """Write the document, whole or not at all.

        Raises
        ------
        OSError
            If it cannot be written.
        """

    def names(self) -> Sequence[str]:
        """Return the names of the stored documents."""


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """A source that can be chosen in a form."""

    name: str
    title: str
    selected: bool = False


class ConfigurationAdapter(Protocol):
    """What a form needs to configure a thing and what happens on its button.

    Runs on the event loop; `apply` hands over and returns at once. An adapter
    receives callables and imports no higher layer.
    """

    @property
    def title(self) -> str:
        """Heading of the form."""

    @property
    def description(self) -> str:
        """A sentence or two below the heading."""

    @property
    def action(self) -> str:
        """Label of the button, e.g. ``Start``."""

    @property
    def model(self) -> type[BaseModel]:
        """The model that the form is made from."""

    @property
    def sources(self) -> Sequence[SourceChoice]:
        """Sources to choose from; empty: no choice is shown."""

    def initial(self) -> Mapping[str, Any]:
        """Return the values to begin with; missing ones take the default."""

    def apply(self, values: BaseModel, sources: Sequence[str]) -> None:
        """Act on the button.

        Raises
        ------
        ValueError
            With a sentence for the user if it cannot be done.
        """


@dataclass(frozen=True, slots=True)
class AuxChoice:
    """What an auxiliary source of a workflow can be.

    Attributes
    ----------
    name:
        The workflow's name for it, a key of `WorkflowSpec.aux_sources`.
    default:
        The name of the source that it is unless another is chosen.
    sources:
        All that can be chosen.
    """

    name: str
    default: str
    sources: tuple[SourceChoice, ...]


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """What a form says for one source.

    Attributes
    ----------
    values:
        Its parameters.
    aux_sources:
        Auxiliary sources by the workflow's names for them; None: as chosen last.
    """

    values: BaseModel
    aux_sources: Mapping[str, str] | None = None


@runtime_checkable
class SourceConfigurationAdapter(ConfigurationAdapter, Protocol):
    """An adapter whose form may say something else for each source.

    Optional: the form of an adapter without these methods has the same values for all
    sources, and keeps the auxiliary sources as they are.
    """

    def aux_choices(self) -> Sequence[AuxChoice]:
        """Auxiliary sources to choose; empty: none is shown."""

    def initial_of(self, source: str) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        """Return the values and auxiliary sources that a source begins with."""

    def apply_each(self, settings: Mapping[str, SourceSettings]) -> None:
        """Act on the button, with settings for each chosen source.

        Raises
        ------
        ValueError
            With a sentence for the user if it cannot be done.
        """
