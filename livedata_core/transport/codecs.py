"""Bytes to messages and back, by the codecs that plugins register."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

from livedata_core.contract import (
    DecodeError,
    DecoderSpec,
    EncoderSpec,
    Message,
    RefError,
    Topics,
    WireMessage,
    resolve,
)
from livedata_core.contract.raised import describe, pass_on, text_of
from livedata_core.plugins.reports import way_to_disable

__all__ = ["CodecTable", "EncodeError"]

log = logging.getLogger(__name__)

Decode = Callable[[WireMessage], Message[Any]]
Encode = Callable[[Message[Any]], bytes]


class EncodeError(ValueError):
    """A message that no registered encoder can write."""


class CodecTable:
    """Finds the codec of a message; imports each when it is first needed.

    Any thread: codecs are functions without state, and two threads that look up the
    same one find the same.

    Parameters
    ----------
    decoders:
        By schema id, or ``json:command`` and ``json:ack``.
    encoders:
        By the import string of the payload class.
    topics:
        Tell which topics carry JSON.
    """

    def __init__(
        self,
        decoders: Mapping[str, DecoderSpec],
        encoders: Mapping[str, EncoderSpec],
        topics: Topics,
    ) -> None:
        self._decoders = decoders
        self._encoders = encoders
        self._json = {topics.commands: "json:command", topics.responses: "json:ack"}
        self._decode: dict[str, Decode] = {}
        self._encode: dict[type, Encode] = {}
        self._failed: set[str] = set()

    def decode(self, wire: WireMessage) -> Message[Any]:
        """Read a message by the schema in its bytes 4 to 8, or as JSON by its topic.

        Raises
        ------
        DecodeError
            If no decoder is registered, or if the decoder fails in whatever way;
            the text names the schema.
        """
        schema = self._json.get(wire.topic)
        if schema is None:
            # Latin-1 reads any bytes, so that a wrong id is reported as it is.
            schema = wire.value[4:8].decode("latin-1")
        decode = self._decode.get(schema) or self._find_decoder(schema)
        try:
            message = decode(wire)
        except DecodeError as error:
            raise DecodeError(f"{schema}: {text_of(error)}") from error
        except BaseException as error:
            pass_on(error)
            self._tell_once(schema, error)
            raise DecodeError(
                f"{schema}: {self._provider(schema)} failed with "
                f"{describe(error)}. {self._mend(schema)}"
            ) from error
        if not isinstance(message, Message):
            raise DecodeError(
                f"{schema}: {self._provider(schema)} gave "
                f"{type(message).__name__} in place of a Message. {self._mend(schema)}"
            )
        return message

    def encode(self, message: Message[Any]) -> bytes:
        """Write a message with the encoder of its payload's class.

        Raises
        ------
        EncodeError
            If no encoder is registered or the encoder fails; names the class.
        """
        payload = type(message.payload)
        encode = self._encode.get(payload) or self._find_encoder(payload)
        try:
            return bytes(encode(message))
        except BaseException as error:
            pass_on(error)
            raise EncodeError(
                f"cannot encode {payload.__name__} for topic {message.topic!r}: "
                f"{describe(error)}"
            ) from error

    def _find_decoder(self, schema: str) -> Decode:
        spec = self._decoders.get(schema)
        if spec is None:
            if len(schema) < 4:
                raise DecodeError("too short to name a schema in bytes 4 to 8")
            raise DecodeError(
                f"no decoder for schema {schema!r}; there are "
                f"{', '.join(sorted(self._decoders)) or 'none'}"
            )
        try:
            decode = cast("Decode", resolve(spec.decode))
        except RefError as error:
            decode = _unavailable(
                f"{self._provider(schema)} is unusable: {error}. {self._mend(schema)}"
            )
        self._decode[schema] = decode
        return decode

    def _find_encoder(self, payload: type) -> Encode:
        for spec in self._encoders.values():
            if _names(spec.payload, payload):
                try:
                    encode = cast("Encode", resolve(spec.encode))
                except RefError as error:
                    raise EncodeError(
                        f"encoder {spec.name!r} of {spec.origin or 'the core'} is "
                        f"unusable: {error}"
                    ) from error
                self._encode[payload] = encode
                return encode
        raise EncodeError(
            f"no encoder for {payload.__module__}:{payload.__qualname__}; install a "
            "plugin that registers one"
        )

    def _tell_once(self, schema: str, error: BaseException) -> None:
        """Log the first failure of a decoder; all are counted by whoever reads."""
        if schema not in self._failed:
            self._failed.add(schema)
            log.error(
                "%s: %s failed; further failures are counted only. %s",
                schema,
                self._provider(schema),
                self._mend(schema),
                exc_info=error,
            )

    def _mend(self, schema: str) -> str:
        """Return what to do about a decoder."""
        origin = self._decoders[schema].origin
        if origin is None:
            return "Update livedata"
        disable = way_to_disable(origin)
        return f"Update {origin.distribution}, or disable it with {disable}"

    def _provider(self, schema: str) -> str:
        return f"the decoder of {self._decoders[schema].origin or 'the core'}"


def _names(ref: str, payload: type) -> bool:
    """Return whether `ref` is the class, under its own or a re-exporting module."""
    if ref == f"{payload.__module__}:{payload.__qualname__}":
        return True
    if ref.partition(":")[2] != payload.__qualname__:
        return False
    try:
        return resolve(ref) is payload
    except RefError:
        return False  # its module is not installed, so no payload is of that class


def _unavailable(reason: str) -> Decode:
    """Return a decoder that gives the reason, so that the import is not repeated."""

    def decode(wire: WireMessage) -> Message[Any]:
        raise DecodeError(reason)

    return decode
