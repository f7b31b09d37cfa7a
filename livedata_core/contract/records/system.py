"""Records of the program: codecs, transports, stores, subcommands, widgets."""

from __future__ import annotations

from enum import StrEnum

from livedata_core.contract.records.base import (
    Record,
    SchemaName,
    Title,
)
from livedata_core.contract.refs import Ref

__all__ = [
    "ConfigStoreSpec",
    "DecoderSpec",
    "EncoderSpec",
    "SubcommandSpec",
    "TransportSpec",
    "WidgetPlace",
    "WidgetSpec",
]


class DecoderSpec(Record):
    """Bytes to `Message`, for the schema in bytes 4 to 8.

    JSON has no schema id: the names ``json:command`` and ``json:ack`` stand for the
    commands and responses topics. `decode` is called with a `WireMessage`, on the
    thread that reads, and raises `DecodeError` for anything it cannot read.

    Examples
    --------
    >>> DecoderSpec(name="json:ack", decode="acme.codec:decode_ack").key
    'json:ack'
    """

    name: SchemaName
    decode: Ref


class EncoderSpec(Record):
    """`Message` to bytes, chosen by the class of its payload.

    `payload` names that class; `encode` is called with the message.
    """

    payload: Ref
    encode: Ref

    @property
    def key(self) -> str:
        """One encoder for each payload class."""
        return self.payload


class TransportSpec(Record):
    """How to reach a broker: the factory takes settings, gives a `Transport`."""

    title: Title
    factory: Ref


class ConfigStoreSpec(Record):
    """Where settings persist: the factory takes a folder, gives a `ConfigStore`."""

    title: Title
    factory: Ref


class SubcommandSpec(Record):
    """A subcommand of ``livedata``; `command` names a click command.

    ``livedata --help`` lists it under the heading `section`.
    """

    summary: Title
    command: Ref
    section: Title = "More commands"


class WidgetPlace(StrEnum):
    """Named places of the shell."""

    HEADER = "header"
    RAIL = "rail"
    SYSTEM = "system"


class WidgetSpec(Record):
    """A widget that a plugin adds to every session.

    The factory is called once per session with its `SessionInfo`, on the event
    loop, and returns what Panel can show.
    """

    title: Title
    place: WidgetPlace = WidgetPlace.SYSTEM
    factory: Ref
