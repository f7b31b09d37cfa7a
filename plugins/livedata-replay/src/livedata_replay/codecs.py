"""Codecs for recordings, whose messages may be of any instrument."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from livedata_core.api import CodecTable
from livedata_core.contract import DecodeError, Message, Topics, WireMessage

if TYPE_CHECKING:
    from livedata_core.api import Registry

__all__ = ["ERROR_SOURCE", "JSON", "Codecs", "schema_of"]

JSON = "json"
"""What stands for the schema id of JSON messages."""

ERROR_SOURCE = "<error>"
"""Source name of messages that their schema's codec cannot read."""

_COMMON = ""
_KEPT_TABLES = 16


def schema_of(topic: str, value: bytes) -> str:
    r"""Return the schema id of a message; empty where it names none.

    Flatbuffers name it in bytes 4 to 8. Commands and acknowledgements are JSON, as
    their topics tell.

    Examples
    --------
    >>> schema_of("dummy_detector", b"\x18\x00\x00\x00ev44...")
    'ev44'
    >>> schema_of("dummy_livedata_commands", b"{}")
    'json'
    """
    if _json_instrument(topic) != _COMMON:
        return JSON
    schema = value[4:8]
    return schema.decode() if len(schema) == 4 and schema.isalnum() else ""


class Codecs:
    """Decodes and encodes with what the plugins register. One thread.

    Parameters
    ----------
    registry:
        The plugins' records.
    """

    def __init__(self, registry: Registry) -> None:
        self._decoders = registry.decoders
        self._encoders = registry.encoders
        self._table = functools.lru_cache(_KEPT_TABLES)(self._new_table)

    def decode(self, wire: WireMessage) -> Message[Any]:
        """Read a message.

        Raises
        ------
        DecodeError
            As `CodecTable.decode`.
        """
        return self._table(_json_instrument(wire.topic)).decode(wire)

    def encode(self, message: Message[Any]) -> bytes:
        """Write a message.

        Raises
        ------
        EncodeError
            As `CodecTable.encode`.
        """
        return self._table(_COMMON).encode(message)

    def source_name(self, wire: WireMessage) -> str:
        """Return whose message it is.

        Empty where the schema has no source names or none can read it;
        `ERROR_SOURCE` where the bytes are not what their schema promises.
        """
        try:
            return self.decode(wire).source_name
        except DecodeError:
            schema = schema_of(wire.topic, wire.value)
            known = schema == JSON or schema in self._decoders
            return ERROR_SOURCE if known else ""

    def _new_table(self, instrument: str) -> CodecTable:
        return CodecTable(self._decoders, self._encoders, Topics(instrument))


def _json_instrument(topic: str) -> str:
    """Return the instrument of a topic that carries JSON; empty for any other."""
    instrument, found, _ = topic.rpartition("_livedata_")
    topics = Topics(instrument)
    return instrument if found and topic in (topics.commands, topics.responses) else ""
