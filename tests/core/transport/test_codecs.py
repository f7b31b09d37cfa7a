from __future__ import annotations

import pytest

from livedata_core.contract import (
    DecodeError,
    EncoderSpec,
    Message,
    RunStop,
    Topics,
    WireMessage,
)
from livedata_core.transport import CodecTable, EncodeError
from tests.support.toy_codecs import DECODERS, ENCODERS, HERE, Toy, toy_bytes

TOPICS = Topics("dummy")


@pytest.fixture
def codecs() -> CodecTable:
    return CodecTable(DECODERS, ENCODERS, TOPICS)


def test_the_schema_in_the_bytes_chooses_the_decoder(codecs: CodecTable) -> None:
    message = codecs.decode(WireMessage("any", toy_bytes(b"x")))
    assert message == Message("any", "toy", 0, Toy(b"x"))


def test_the_topic_chooses_the_decoder_of_json(codecs: CodecTable) -> None:
    assert codecs.decode(WireMessage(TOPICS.commands, b'{"a": 1}')).payload == Toy(b"")
    with pytest.raises(DecodeError, match="json:ack"):
        codecs.decode(WireMessage(TOPICS.responses, b"{}"))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "too short to name a schema"),
        (b"1234567", "too short to name a schema"),
        (toy_bytes(b"", b"xy99"), "no decoder for schema 'xy99'; there are .*toy1"),
        (toy_bytes(b"", b"\xff\0\xfe\n"), r"no decoder for schema 'ÿ\\x00þ\\n'"),
        (toy_bytes(b"", b"shrt"), "shrt: 8 bytes are not enough"),
        (toy_bytes(b"", b"brok"), "brok: .*ZeroDivisionError: a fault of the codec"),
        (toy_bytes(b"", b"none"), "none: .*gave NoneType in place of a Message"),
        (toy_bytes(b"", b"miss"), "miss: .*unusable: cannot import"),
    ],
)
def test_whatever_goes_wrong_is_a_decode_error(
    codecs: CodecTable, value: bytes, reason: str
) -> None:
    for _ in range(2):
        with pytest.raises(DecodeError, match=reason):
            codecs.decode(WireMessage("any", value))


def test_the_class_of_the_payload_chooses_the_encoder(codecs: CodecTable) -> None:
    assert codecs.encode(Message("any", "", 0, Toy(b"x"))) == toy_bytes(b"x")


def test_an_encoder_is_found_by_a_reexported_class() -> None:
    spec = EncoderSpec(
        name="stop",
        payload="livedata_core.contract:RunStop",
        encode=f"{HERE}:encode_broken",
    )
    codecs = CodecTable({}, {spec.key: spec}, TOPICS)
    with pytest.raises(EncodeError, match=r"RunStop for topic 'any': ZeroDivisionErr"):
        codecs.encode(Message("any", "", 0, RunStop("run", 0)))


def test_a_payload_without_encoder_is_named(codecs: CodecTable) -> None:
    with pytest.raises(EncodeError, match="no encoder for builtins:int"):
        codecs.encode(Message("any", "", 0, 3))


def test_an_encoder_that_cannot_be_imported_is_named() -> None:
    spec = EncoderSpec(name="toy", payload=f"{HERE}:Toy", encode=f"{HERE}:missing")
    codecs = CodecTable({}, {spec.key: spec}, TOPICS)
    with pytest.raises(EncodeError, match=r"encoder 'toy'.*unusable.*missing"):
        codecs.encode(Message("any", "", 0, Toy(b"")))


def test_an_encoder_of_a_plugin_not_installed_is_passed_over() -> None:
    other = EncoderSpec(name="other", payload="absent:Toy", encode="absent:encode")
    codecs = CodecTable({}, {other.key: other, **ENCODERS}, TOPICS)
    assert codecs.encode(Message("any", "", 0, Toy(b"x"))) == toy_bytes(b"x")
