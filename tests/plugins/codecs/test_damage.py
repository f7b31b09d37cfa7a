"""Damaged bytes: a codec answers with a message or with `DecodeError`, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_core.contract import ArrayData, DecodeError, Message, WireMessage
from tests.support.codecs import DECODERS, decode, encode, schema_of
from tests.support.samples import MESSAGES

REAL = {
    name: WireMessage(message.topic, encode(message))
    for name, message in MESSAGES.items()
}
# Small places are likelier: there lie the offsets that everything hangs on.
FLIPPED = st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=6)
QUICK = settings(max_examples=200, deadline=None, derandomize=True)


def survives(schema: str, wire: WireMessage) -> None:
    """Decode; if a message comes out, everything in it can be read."""
    try:
        message = DECODERS[schema](wire)
    except DecodeError:
        return
    assert isinstance(message, Message)
    assert -(2**63) <= message.timestamp_ns < 2**63
    message.source_name.encode()
    if isinstance(message.payload, ArrayData):
        assert message.payload.nbytes <= 4 * len(wire.value) + 4096 * 256
        for variable in message.payload.variables:
            assert variable.values.ndim == len(variable.dims)
            np.array(variable.values)


def flip(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    damaged = bytearray(data)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    return bytes(damaged)


@pytest.mark.parametrize("name", REAL)
@given(changes=FLIPPED, cut=st.integers(0), other=st.sampled_from(sorted(REAL)))
@QUICK
def test_flipped_cut_and_spliced_bytes(
    name: str, changes: list[tuple[int, int]], cut: int, other: str
) -> None:
    wire = REAL[name]
    schema, data = schema_of(wire), wire.value
    at = cut % (len(data) + 1)
    for damaged in (
        flip(data, changes),
        data[:at],
        flip(data[:at] + REAL[other].value[at:], changes),
        data[:at] + data,
    ):
        survives(schema, WireMessage(wire.topic, damaged))


@pytest.mark.data
@given(which=st.integers(0), changes=FLIPPED, cut=st.integers(0), more=st.integers(0))
@settings(QUICK, max_examples=1000)
def test_damaged_recorded_messages(
    recording: Sequence[WireMessage],
    which: int,
    changes: list[tuple[int, int]],
    cut: int,
    more: int,
) -> None:
    # A prime step spreads small numbers over all topics.
    wire = recording[which * 1009 % len(recording)]
    schema, data = schema_of(wire), wire.value
    at = cut % (len(data) + 1)
    other = recording[more * 1013 % len(recording)].value
    for damaged in (flip(data, changes), data[:at], data[:at] + other[at:]):
        survives(schema, WireMessage(wire.topic, damaged))


@pytest.mark.parametrize("schema", sorted(DECODERS))
@given(noise=st.binary(max_size=300), place=st.integers(0, 200))
@QUICK
def test_random_bytes_behind_the_right_schema(
    schema: str, noise: bytes, place: int
) -> None:
    survives(schema, WireMessage("t", noise))
    named = place.to_bytes(4, "little") + schema[:4].encode() + noise
    survives(schema, WireMessage("t", named))


@pytest.mark.parametrize("name", REAL)
def test_every_single_byte_extreme(name: str) -> None:
    wire = REAL[name]
    for place in range(len(wire.value)):
        for value in (0x00, 0x7F, 0x80, 0xFF):
            damaged = flip(wire.value, [(place, value)])
            survives(schema_of(wire), WireMessage(wire.topic, damaged))


@pytest.mark.parametrize("name", REAL)
def test_every_prefix(name: str) -> None:
    wire = REAL[name]
    for length in range(len(wire.value)):
        survives(schema_of(wire), WireMessage(wire.topic, wire.value[:length]))


@pytest.mark.parametrize("schema", sorted(set(DECODERS) - {"json:command", "json:ack"}))
def test_another_schema_is_named(schema: str) -> None:
    other = REAL["6s4t" if schema != "6s4t" else "da00"]
    with pytest.raises(DecodeError, match=f"expected schema {schema}, found"):
        DECODERS[schema](other)


def test_real_bytes_are_read() -> None:
    for wire in REAL.values():
        decode(wire)
