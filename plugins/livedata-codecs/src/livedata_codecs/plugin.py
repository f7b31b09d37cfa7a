"""What this distribution registers: a decoder and an encoder for each message."""

from __future__ import annotations

from collections.abc import Iterable

from livedata_core.contract import DecoderSpec, EncoderSpec, hookimpl

_FLATBUFFERS = {
    "da00": ("livedata_codecs.da00", "ArrayData"),
    "ev44": ("livedata_codecs.ev44", "EventData"),
    "f144": ("livedata_codecs.f144", "LogData"),
    "ad00": ("livedata_codecs.ad00", "ImageData"),
    "al00": ("livedata_codecs.al00", "Alarm"),
    "ep01": ("livedata_codecs.ep01", "ConnectionStatus"),
    "pl72": ("livedata_codecs.pl72", "RunStart"),
    "6s4t": ("livedata_codecs.run_6s4t", "RunStop"),
}


@hookimpl
def livedata_decoders() -> Iterable[DecoderSpec]:
    """Read all schemas of the wire protocol."""
    for schema, (module, _) in _FLATBUFFERS.items():
        yield DecoderSpec(name=schema, decode=f"{module}:decode")
    yield DecoderSpec(name="x5f2", decode="livedata_codecs.x5f2:decode")
    yield DecoderSpec(
        name="json:command", decode="livedata_codecs.control:decode_command"
    )
    yield DecoderSpec(name="json:ack", decode="livedata_codecs.control:decode_ack")


@hookimpl
def livedata_encoders() -> Iterable[EncoderSpec]:
    """Write all payloads of the contract."""
    for schema, (module, payload) in _FLATBUFFERS.items():
        yield EncoderSpec(
            name=schema,
            payload=f"livedata_core.contract.messages:{payload}",
            encode=f"{module}:encode",
        )
    yield EncoderSpec(
        name="x5f2",
        payload="livedata_core.contract.control:Heartbeat",
        encode="livedata_codecs.x5f2:encode",
    )
    for name, payload in {
        "json-start": "StartCommand",
        "json-job": "JobCommand",
        "json-ack": "CommandAck",
    }.items():
        yield EncoderSpec(
            name=name,
            payload=f"livedata_core.contract.control:{payload}",
            encode="livedata_codecs.control:encode",
        )
