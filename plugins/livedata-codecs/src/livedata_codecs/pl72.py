"""Schema pl72: a run began. The wire's milliseconds become ns; spectra are unused."""

from __future__ import annotations

from streaming_data_types.run_start_pl72 import serialise_pl72

from livedata_codecs.milliseconds import from_ns, to_ns
from livedata_codecs.tables import root
from livedata_core.contract import Message, RunStart, WireMessage

__all__ = ["decode", "encode"]

SCHEMA = "pl72"


def decode(wire: WireMessage) -> Message[RunStart]:
    """Read a message; its timestamp is the start, and it has no source name.

    A start of 0, which is how a missing one reads, is when the broker logged it.

    Raises
    ------
    DecodeError
        If the bytes are no pl72 message.
    """
    table = root(wire.value, SCHEMA)
    start_ns = to_ns(table.scalar(0, "Q") or max(wire.log_time_ms, 0))
    run = RunStart(
        run_name=table.name(2),
        start_ns=start_ns,
        stop_ns=to_ns(table.scalar(1, "Q")) or None,
        instrument=table.name(3),
        job_id=table.name(5),
        filename=table.name(8),
        nexus_structure=table.text(4, limit=None) or "",
        service_id=table.text(7),
        broker=table.name(6),
        metadata=table.text(11, limit=None) or "",
        control_topic=table.name(12),
    )
    return Message(wire.topic, "", start_ns, run)


def encode(message: Message[RunStart]) -> bytes:
    """Write a message; an unknown stop time travels as 0."""
    run = message.payload
    encoded: bytes = serialise_pl72(
        job_id=run.job_id,
        filename=run.filename,
        start_time=from_ns(run.start_ns),
        stop_time=from_ns(run.stop_ns),
        run_name=run.run_name,
        nexus_structure=run.nexus_structure,
        service_id=run.service_id or "",
        instrument_name=run.instrument,
        broker=run.broker,
        metadata=run.metadata,
        control_topic=run.control_topic,
    )
    return encoded
