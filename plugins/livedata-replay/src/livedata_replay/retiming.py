"""Moving all times of a message, whatever its schema.

A time is moved from its place after one instant to the same place after another,
brought nearer by the speed. What is a duration (time of flight) stays.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from pydantic import BaseModel

from livedata_core.contract import (
    ArrayData,
    EventData,
    Heartbeat,
    JobStatus,
    Message,
    RunStart,
    RunStop,
    ServiceStatus,
    StartCommand,
    Variable,
)

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["TimeShift", "retimed"]

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T", int, int | None)

_NS_PER_UNIT = {"ns": 1, "us": 1000, "µs": 1000, "ms": 10**6, "s": 10**9}
_DATETIME = re.compile(r"datetime64\[(\w+)\]")


@dataclass(frozen=True, slots=True)
class TimeShift:
    """Moves times in ns: what was at `since_ns` comes to `to_ns`.

    Attributes
    ----------
    speed:
        By which distances from there become shorter.
    """

    since_ns: int
    to_ns: int
    speed: float = 1.0

    def one(self, time_ns: int) -> int:
        """Return the time that a time moves to."""
        after = time_ns - self.since_ns
        return self.to_ns + (after if self.speed == 1.0 else int(after / self.speed))

    def all(self, times: npt.NDArray[Any], ns_per_unit: int = 1) -> npt.NDArray[Any]:
        """Return integer times moved, in their own unit and dtype.

        What leaves the dtype wraps around: nonsense stays nonsense.
        """
        wide = times.astype(np.int64)
        with np.errstate(over="ignore", invalid="ignore"):
            if self.speed == 1.0:
                moved = wide + np.int64((self.to_ns - self.since_ns) // ns_per_unit)
            else:
                after = (wide - np.int64(self.since_ns // ns_per_unit)) / self.speed
                moved = after.astype(np.int64) + np.int64(self.to_ns // ns_per_unit)
        return np.asarray(moved).astype(times.dtype)


def retimed(message: Message[Any], shift: TimeShift) -> Message[Any]:
    """Return the message with all its times moved.

    A timestamp of 0 stands for none and stays.
    """
    moved = message.timestamp_ns and shift.one(message.timestamp_ns)
    payload = _payload(message.payload, shift)
    if moved == message.timestamp_ns and payload is message.payload:
        return message
    return dataclasses.replace(message, timestamp_ns=moved, payload=payload)


def _payload(payload: Any, shift: TimeShift) -> Any:
    match payload:
        case EventData() if payload.reference_time.size:
            times = shift.all(payload.reference_time)
            return dataclasses.replace(payload, reference_time=times)
        case ArrayData():
            moved = tuple(_variable(each, shift) for each in payload.variables)
            same = all(a is b for a, b in zip(moved, payload.variables, strict=True))
            return payload if same else ArrayData(moved)
        case RunStart():
            return dataclasses.replace(
                payload,
                start_ns=_known(payload.start_ns, shift),
                stop_ns=_known(payload.stop_ns, shift),
            )
        case RunStop():
            return dataclasses.replace(payload, stop_ns=_known(payload.stop_ns, shift))
        case Heartbeat():
            return _model(payload, status=_status(payload.status, shift))
        case StartCommand():
            return _model(
                payload,
                schedule=_fields(payload.schedule, shift, "start_time", "end_time"),
            )
    return payload


def _variable(variable: Variable, shift: TimeShift) -> Variable:
    """Return a variable with its values moved if they are times."""
    unit = _DATETIME.fullmatch(variable.unit or "")
    scale = _NS_PER_UNIT.get(unit[1] if unit else "")
    if scale is None and variable.name == "reference_time":
        scale = _NS_PER_UNIT.get(variable.unit or "ns")
    if scale is None or variable.values.dtype.kind not in "iu":
        return variable
    return dataclasses.replace(variable, values=shift.all(variable.values, scale))


def _status(status: Any, shift: TimeShift) -> Any:
    if isinstance(status, JobStatus):
        return _fields(status, shift, "start_time", "end_time")
    if isinstance(status, ServiceStatus):
        return _fields(status, shift, "started_at")
    return status


def _fields(model: M, shift: TimeShift, *names: str) -> M:
    return _model(
        model, **{name: _known(getattr(model, name), shift) for name in names}
    )


def _known(time_ns: T, shift: TimeShift) -> T:
    """Return the time moved, if there is one."""
    return shift.one(time_ns) if time_ns else time_ns


def _model(model: M, **changes: object) -> M:
    """Return a model with changed fields, or itself where none differs."""
    if all(getattr(model, name) is value for name, value in changes.items()):
        return model
    return model.model_copy(update=changes)
