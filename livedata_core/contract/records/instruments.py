"""Records of instruments: what they have and where their data come from."""

from __future__ import annotations

from pydantic import Field, model_validator

from livedata_core.contract.identities import StreamId
from livedata_core.contract.records.base import (
    Frozen,
    Name,
    Record,
    Title,
)
from livedata_core.contract.refs import Ref

__all__ = [
    "AreaDetector",
    "Detector",
    "Instrument",
    "Log",
    "Monitor",
]


class _Source(Frozen):
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

    Attributes
    ----------
    positions:
        Function without arguments that gives the centres of the pixels, float64
        [pixel, 3] in m in the order of their ids: x, y, z from the sample, z along the
        beam, y up. None where only the logical layout is known.
    """

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    first_pixel_id: int = 1
    positions: Ref | None = None

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
    `flight_path_m` is the way of the neutrons from the source to it, in m; None where
    unknown, and then there is no wavelength.
    """

    pixel_id: int | None = None
    flight_path_m: float | None = Field(default=None, gt=0)


class Log(_Source):
    """A device whose readings arrive as f144; `source_name` is its EPICS PV."""

    unit: str | None = None


class Instrument(Record):
    """A neutron or X-ray instrument: what it has and where its data come from.

    Attributes
    ----------
    pulse_rate_hz:
        Pulses of the source per second.
    primary_flight_path_m:
        The way of the neutrons from the source to the sample, in m; None where unknown.
    simulator:
        Factory of a `Producer` that plays the instrument, called with the record;
        what ``livedata serve`` shows where there is neither broker nor replay.
    companion:
        Factory of a `Producer`, called with the record, whose messages a replay of a
        NeXus file brings along, for streams that files lack. What is simulated has to
        say so in the titles of its sources.
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
    primary_flight_path_m: float | None = Field(default=None, gt=0)
    simulator: Ref | None = None
    companion: Ref | None = None
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

    def alike(self, name: str) -> tuple[Monitor | Log, ...]:
        """Return the sources that can stand in for an auxiliary one, itself included.

        Monitors for a monitor, logs for a log. A detector has none: a worker would
        have to read the events of all.
        """
        for kind in (self.monitors, self.logs):
            if any(source.name == name for source in kind):
                return tuple(kind)
        return ()

    def topics(self) -> tuple[str, ...]:
        """Return the topics of its raw data, each once."""
        return tuple(dict.fromkeys(source.topic for source in self.sources))
