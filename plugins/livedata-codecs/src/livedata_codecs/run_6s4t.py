"""Schema 6s4t: a run ended. The wire's milliseconds become ns."""

from __future__ import annotations

from streaming_data_types.run_stop_6s4t import serialise_6s4t

from livedata_codecs.milliseconds import from_ns, to_ns
from livedata_codecs.tables import root
from livedata_core.contract import Message, RunStop, WireMessage

__all__ = ["decode", "encode"]

SCHEMA = "6s4t"


def decode(wire: WireMessage) -> Message[RunStop]:
    """Read a message; its timestamp is the stop, and it has no source name.

    Raises
    ------
    DecodeError
        If the bytes are no 6s4t message.
    """
    table = root(wire.value, SCHEMA)
    stop_ns = to_ns(table.scalar(0, "Q"))
    run = RunStop(
        run_name=table.name(1),
        stop_ns=stop_ns,
        job_id=table.name(2),
        service_id=table.text(3),
        command_id=table.name(4),
    )
    return Message(wire.topic, "", stop_ns, run)


def encode(message: Message[RunStop]) -> bytes:
    """Write a message."""
    run = message.payload
    encoded: bytes = serialise_6s4t(
        job_id=run.job_id,
        run_name=run.run_name,
        service_id=run.service_id or "",
        command_id=run.command_id,
        stop_time=from_ns(run.stop_ns),
    )
    return encoded
