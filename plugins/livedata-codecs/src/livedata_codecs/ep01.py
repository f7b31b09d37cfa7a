"""Schema ep01: whether a device can be reached."""

from __future__ import annotations

from streaming_data_types.epics_connection_ep01 import ConnectionInfo, serialise_ep01

from livedata_codecs.tables import root
from livedata_core.contract import (
    ConnectionStatus,
    DecodeError,
    Message,
    WireMessage,
)

__all__ = ["decode", "encode"]

SCHEMA = "ep01"
_STATUSES = {status.value: status.name for status in ConnectionInfo}


def decode(wire: WireMessage) -> Message[ConnectionStatus]:
    """Read a message.

    Raises
    ------
    DecodeError
        If the bytes are no ep01 message or the status is unknown.
    """
    table = root(wire.value, SCHEMA)
    code = table.scalar(1, "h")
    if code not in _STATUSES:
        raise DecodeError(f"{code} is no status of a connection")
    connection = ConnectionStatus(_STATUSES[code], table.text(3))
    return Message(wire.topic, table.name(2), table.scalar(0, "q"), connection)


def encode(message: Message[ConnectionStatus]) -> bytes:
    """Write a message.

    Raises
    ------
    ValueError
        If the status is none that the schema knows.
    """
    connection = message.payload
    if connection.status not in ConnectionInfo.__members__:
        known = " ".join(ConnectionInfo.__members__)
        raise ValueError(
            f"{connection.status!r} is no status of a connection; there are {known}"
        )
    encoded: bytes = serialise_ep01(
        message.timestamp_ns,
        ConnectionInfo[connection.status],
        message.source_name,
        connection.service_id,
    )
    return encoded
