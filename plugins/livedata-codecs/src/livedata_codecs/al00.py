"""Schema al00: the alarm state of a device."""

from __future__ import annotations

from streaming_data_types.alarm_al00 import Severity, serialise_al00

from livedata_codecs.tables import root
from livedata_core.contract import Alarm, DecodeError, Message, WireMessage

__all__ = ["decode", "encode"]

SCHEMA = "al00"
_SEVERITIES = {severity.value: severity.name for severity in Severity}


def decode(wire: WireMessage) -> Message[Alarm]:
    """Read a message.

    Raises
    ------
    DecodeError
        If the bytes are no al00 message or the severity is unknown.
    """
    table = root(wire.value, SCHEMA)
    code = table.scalar(2, "h")
    if code not in _SEVERITIES:
        raise DecodeError(f"{code} is no severity of an alarm")
    alarm = Alarm(_SEVERITIES[code], table.text(3, limit=None) or "")
    return Message(wire.topic, table.name(0), table.scalar(1, "q"), alarm)


def encode(message: Message[Alarm]) -> bytes:
    """Write a message.

    Raises
    ------
    ValueError
        If the severity is none of ``OK MINOR MAJOR INVALID``.
    """
    alarm = message.payload
    if alarm.severity not in Severity.__members__:
        known = " ".join(Severity.__members__)
        raise ValueError(f"{alarm.severity!r} is no severity; there are {known}")
    encoded: bytes = serialise_al00(
        message.source_name,
        message.timestamp_ns,
        Severity[alarm.severity],
        alarm.text,
    )
    return encoded
