"""Rules on codecs: no bytes bring a decoder down; what is written is read."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from livedata_authoring.check.findings import Finding, Level
from livedata_authoring.check.payloads import differing, made
from livedata_authoring.check.samples import simulated
from livedata_authoring.check.subject import Subject, called, name_of_error
from livedata_core.contract import (
    DecodeError,
    DecoderSpec,
    EncoderSpec,
    Message,
    WireMessage,
    resolve,
)

__all__ = ["codecs"]

TRIES = 400
_TOPIC = "check_topic"
_OF_LIVEDATA = "livedata_core."
"""What no simulator sends: commands, answers, heartbeats."""


def codecs(subject: Subject) -> Iterator[Finding]:
    """Damaged bytes are refused with `DecodeError`, good ones come back."""
    encoders = {spec.name: spec for spec in subject.records("encoders", EncoderSpec)}
    for spec in subject.records("decoders", DecoderSpec):
        where = f"decoder {spec.name!r}"
        decode, error = called(partial(resolve, spec.decode))
        if error is not None:
            continue  # said by `factories`
        samples: list[bytes] = []
        if spec.name in encoders:
            for message, encoded in _encoded(subject, encoders[spec.name]):
                samples.append(encoded)
                yield from _read_back(where, decode, message, encoded)
            payload = encoders[spec.name].payload
            if not samples and not payload.startswith(_OF_LIVEDATA):
                yield _untried(where, payload)
        yield from _damaged(where, spec.name, decode, samples)


def _encoded(
    subject: Subject, spec: EncoderSpec
) -> Iterator[tuple[Message[Any], bytes]]:
    """Yield a few messages and their bytes: simulated ones, else made up."""
    payload, _ = called(lambda: resolve(spec.payload))
    encode, error = called(lambda: resolve(spec.encode))
    if payload is None or encode is None or error is not None:
        return
    sent = (
        message
        for instrument in subject.registry.instruments.values()
        for message in itertools.islice(
            (m for m in simulated(instrument) if type(m.payload) is payload), 3
        )
    )
    for message in itertools.chain(sent, made(payload)):
        encoded, error = called(partial(encode, message))
        if error is None and isinstance(encoded, bytes):
            yield message, encoded


def _untried(where: str, payload: str) -> Finding:
    return Finding(
        "decoder-round-trip",
        Level.WARNING,
        f"was not tried on good bytes: no simulator sends {payload!r}",
        where,
        "whether what is written is read could not be seen",
        "let the simulator of an instrument send it, and test it on its own",
    )


def _read_back(
    where: str, decode: Any, message: Message[Any], encoded: bytes
) -> Iterator[Finding]:
    read, error = called(lambda: decode(WireMessage(message.topic, encoded)))
    if not isinstance(read, Message):
        fault = name_of_error(error) if error else f"a {type(read).__name__}"
        yield _bad(where, f"gives {fault} for what its own encoder wrote")
        return
    for name in ("topic", "source_name", "timestamp_ns"):
        before, after = getattr(message, name), getattr(read, name)
        if before != after:
            yield _bad(where, f"{name} {before!r} comes back as {after!r}")
    for name in differing(message.payload, read.payload):
        before, after = getattr(message.payload, name), getattr(read.payload, name)
        text = f"{before!r:.60} comes back as {after!r:.60}"
        yield _bad(where, f"{name} of the payload: {' '.join(text.split())}")


def _damaged(
    where: str, schema: str, decode: Any, samples: list[bytes]
) -> Iterator[Finding]:
    rng = random.Random(1)  # noqa: S311 - the same bytes each time
    raised: dict[str, int] = {}
    for number in range(TRIES):
        wire = WireMessage(_TOPIC, _bytes(rng, schema, samples, number))
        read: object
        read, error = called(partial(decode, wire))
        if error is not None and not isinstance(error, DecodeError):
            raised.setdefault(name_of_error(error), number)
        elif error is None and not isinstance(read, Message):
            raised.setdefault(f"returned a {type(read).__name__}", number)
    for fault in list(raised)[:3]:
        yield Finding(
            "decoder-fuzz",
            Level.ERROR,
            f"damaged bytes give {fault}",
            where,
            "one bad message of any device would be an error of the program",
            "catch what reading can raise and raise DecodeError in its place",
        )


def _bytes(rng: random.Random, schema: str, samples: list[bytes], number: int) -> bytes:
    """Return bytes that are cut, changed or made up."""
    head = b"\0\0\0\0" + schema.encode()[:4].ljust(4)
    if not samples or number % 4 == 0:
        noise = rng.randbytes(rng.randrange(200))
        return noise if schema.startswith("json") else head + noise
    sample = bytearray(samples[number % len(samples)])
    if number % 4 == 1:
        return bytes(sample[: rng.randrange(len(sample) + 1)])
    for _ in range(rng.randint(1, 8)):
        sample[rng.randrange(len(sample))] = rng.randrange(256)
    return bytes(sample)


def _bad(where: str, what: str) -> Finding:
    return Finding(
        "decoder-round-trip",
        Level.ERROR,
        what,
        where,
        "recordings and simulators would show other data than were sent",
        "test that `decode(encode(message))` is the message",
    )
