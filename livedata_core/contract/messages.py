"""Messages: bytes as they travel, and the payloads that codecs make of them.

Arrays in payloads may be read-only views of the received bytes: nobody writes
to them, and whoever keeps one keeps the whole message alive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "Alarm",
    "ArrayData",
    "ConnectionStatus",
    "DecodeError",
    "EventData",
    "ImageData",
    "LogData",
    "Message",
    "RunStart",
    "RunStop",
    "Variable",
    "WireMessage",
]

P = TypeVar("P")


class DecodeError(ValueError):
    """Bytes that are not what their schema promises.

    The message says what was expected and what was found; the caller adds topic
    and stream.
    """


@dataclass(frozen=True, slots=True)
class WireMessage:
    """Bytes with the place and time of their arrival.

    Attributes
    ----------
    topic:
        Where they were read.
    value:
        The encoded message.
    log_time_ms:
        When the broker logged it, milliseconds since the epoch, UTC.
    """

    topic: str
    value: bytes
    log_time_ms: int = 0


@dataclass(frozen=True, slots=True)
class Message(Generic[P]):
    """A decoded message.

    Attributes
    ----------
    topic:
        Where it was read or is to be published.
    source_name:
        The name that the schema carries; empty where it has none.
    timestamp_ns:
        The time the payload refers to, nanoseconds since the epoch, UTC; 0 where
        the schema has none.
    payload:
        One of the payloads of this module or of `livedata_core.contract.control`.
    """

    topic: str
    source_name: str
    timestamp_ns: int
    payload: P


@dataclass(frozen=True, slots=True, eq=False)
class EventData:
    """Neutron events of one or more pulses (schema ev44).

    Attributes
    ----------
    reference_time:
        Pulse times, int64 [pulse], ns since the epoch.
    reference_time_index:
        Index of the first event of each pulse, integer [pulse].
    time_of_flight:
        Time since the event's own pulse, int32 [event], ns.
    pixel_id:
        Detector pixel, int32 [event]; None or empty for monitors.
    """

    reference_time: npt.NDArray[np.int64]
    reference_time_index: npt.NDArray[np.integer]
    time_of_flight: npt.NDArray[np.int32]
    pixel_id: npt.NDArray[np.int32] | None


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """One named array of a da00 message.

    Attributes
    ----------
    name:
        ``signal``, ``errors`` or the name of a coord.
    dims:
        Names of the axes, one for each dimension of `values`.
    values:
        The array; 0-D values have no dims. Points in time are integers.
    unit:
        As written on the wire; None where there is none. Points in time have
        ``datetime64[ns]``, or another unit of time in the brackets.
    label:
        The title for people, if any.
    """

    name: str
    dims: tuple[str, ...]
    values: npt.NDArray[np.generic]
    unit: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ArrayData:
    """A data array as it travels (schema da00): its variables, in wire order."""

    variables: tuple[Variable, ...]

    def get(self, name: str) -> Variable | None:
        """Return the variable of that name, or None."""
        for variable in self.variables:
            if variable.name == name:
                return variable
        return None

    @property
    def nbytes(self) -> int:
        """Size of all arrays in bytes."""
        return sum(variable.values.nbytes for variable in self.variables)


@dataclass(frozen=True, slots=True, eq=False)
class ImageData:
    """A camera image (schema ad00): array of dims ``dim_0, dim_1, …``."""

    values: npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True, eq=False)
class LogData:
    """A reading of a device (schema f144): a number or an array of them."""

    value: npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Alarm:
    """The alarm state of a device (schema al00).

    `severity` is one of ``OK MINOR MAJOR INVALID``.
    """

    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """Whether a device can be reached (schema ep01), e.g. ``CONNECTED``."""

    status: str
    service_id: str | None = None


@dataclass(frozen=True, slots=True)
class RunStart:
    """A run began (schema pl72); times in ns since the epoch, None if unknown."""

    run_name: str
    start_ns: int
    stop_ns: int | None = None
    instrument: str = ""
    job_id: str = ""
    filename: str = ""
    nexus_structure: str = ""
    service_id: str | None = None
    broker: str = ""
    metadata: str = ""
    control_topic: str = ""


@dataclass(frozen=True, slots=True)
class RunStop:
    """A run ended (schema 6s4t); time in ns since the epoch."""

    run_name: str
    stop_ns: int
    job_id: str = ""
    service_id: str | None = None
    command_id: str = ""
