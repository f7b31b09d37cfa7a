"""A schema of one byte string, and codecs that fail in every way a codec can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from livedata_core.contract import (
    DecodeError,
    DecoderSpec,
    EncoderSpec,
    Message,
    WireMessage,
)


@dataclass(frozen=True, slots=True)
class Toy:
    """The payload: bytes after the schema id."""

    value: bytes


def decode(wire: WireMessage) -> Message[Toy]:
    return Message(wire.topic, "toy", 0, Toy(wire.value[8:]))


def encode(message: Message[Toy]) -> bytes:
    return b"\0\0\0\0toy1" + message.payload.value


def decode_short(wire: WireMessage) -> Message[Toy]:
    raise DecodeError(f"{len(wire.value)} bytes are not enough")


def decode_broken(wire: WireMessage) -> Message[Toy]:
    raise ZeroDivisionError("a fault of the codec")


def decode_nothing(wire: WireMessage) -> None:
    return None


def encode_broken(message: Message[Any]) -> bytes:
    raise ZeroDivisionError("a fault of the codec")


HERE = "tests.support.toy_codecs"
DECODERS = {
    schema: DecoderSpec(name=schema, decode=f"{HERE}:{function}")
    for schema, function in {
        "toy1": "decode",
        "shrt": "decode_short",
        "brok": "decode_broken",
        "none": "decode_nothing",
        "miss": "not_there",
        "json:command": "decode",
        "json:ack": "decode_broken",
    }.items()
}
ENCODERS = {
    f"{HERE}:Toy": EncoderSpec(
        name="toy1", payload=f"{HERE}:Toy", encode=f"{HERE}:encode"
    )
}


def toy_bytes(value: bytes, schema: bytes = b"toy1") -> bytes:
    return b"\0\0\0\0" + schema + value
