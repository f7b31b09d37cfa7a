"""The first-party codecs as functions, chosen as the transport chooses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livedata_codecs.plugin import livedata_decoders, livedata_encoders
from livedata_core.api import CodecTable
from livedata_core.contract import DecodeError, Message, Topics, WireMessage, resolve

DECODERS: dict[str, Callable[[WireMessage], Message[Any]]] = {
    spec.name: resolve(spec.decode) for spec in livedata_decoders()
}
ENCODERS: dict[type, Callable[[Message[Any]], bytes]] = {
    resolve(spec.payload): resolve(spec.encode) for spec in livedata_encoders()
}


def schema_of(wire: WireMessage) -> str:
    """Return the name of the decoder for a recorded message."""
    if wire.topic.endswith("_livedata_commands"):
        return "json:command"
    if wire.topic.endswith("_livedata_responses"):
        return "json:ack"
    return wire.value[4:8].decode("latin-1")


def decode(wire: WireMessage) -> Message[Any]:
    """Decode with the decoder of its schema; nothing is caught."""
    schema = schema_of(wire)
    if schema not in DECODERS:
        raise DecodeError(f"no decoder for {schema!r}")
    return DECODERS[schema](wire)


def encode(message: Message[Any]) -> bytes:
    """Encode with the encoder of its payload."""
    return ENCODERS[type(message.payload)](message)


def through_wire(message: Message[Any]) -> Message[Any]:
    """Return what a reader makes of the message."""
    return decode(WireMessage(message.topic, encode(message)))


def codec_table(instrument: str) -> CodecTable:
    """Return the first-party codecs."""
    return CodecTable(
        {spec.name: spec for spec in livedata_decoders()},
        {spec.payload: spec for spec in livedata_encoders()},
        Topics(instrument),
    )
