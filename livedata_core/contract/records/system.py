"""Records of the program: codecs, transports, stores, subcommands, widgets."""

from __future__ import annotations

from enum import StrEnum

from livedata_core.contract.records.base import (
    Frozen,
    Name,
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
    "TransportOption",
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


class TransportOption(Frozen):
    """The option of ``livedata`` commands that chooses a transport.

    ``--kafka HOST:PORT`` chooses the transport whose option is named ``kafka``, with
    the value under `setting`. The environment may say the same as ``LIVEDATA_KAFKA``,
    and other settings as ``LIVEDATA_KAFKA_…``, with underscores for dots.
    """

    name: Name
    metavar: str
    setting: str
    help: Title

    @property
    def variable(self) -> str:
        """The environment variable that says the same as the option."""
        return f"LIVEDATA_{self.name.upper().replace('-', '_')}"


class TransportSpec(Record):
    """How to reach a broker: the factory takes settings, gives a `Transport`.

    The settings are a mapping of names to what options, files and the environment
    say: text, or what YAML makes of it. The factory raises `ValueError` for those it
    does not know and `AccessDeniedError` where the broker refuses them; neither text
    shows a secret. With an `option` the transport can be chosen in one word.

    A `dashboard` is the factory that ``livedata serve`` uses in place of `factory`:
    for one that may skip results of which newer ones have come.
    """

    title: Title
    factory: Ref
    dashboard: Ref | None = None
    option: TransportOption | None = None


class ConfigStoreSpec(Record):
    """Where settings persist: the factory takes a folder, gives a `ConfigStore`."""

    title: Title
    factory: Ref


class SubcommandSpec(Record):
    """A subcommand of ``livedata``; `command` names a click command.

    ``livedata --help`` lists it under the heading `section`. A command that talks to
    a broker says so with `broker`: it gets the options that choose one, and calls
    ``click.get_current_context().obj.open_transport()`` for the `Transport`.
    """

    summary: Title
    command: Ref
    section: Title = "More commands"
    broker: bool = False


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
