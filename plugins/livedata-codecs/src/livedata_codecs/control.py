"""JSON control messages: commands to workers and their acknowledgements.

Both are chosen by topic, for JSON names no schema. A command without `message_id`
gets one here: its acknowledgement then refers to an id that nobody waits for.
"""

from __future__ import annotations

from livedata_codecs.jsontext import read_object, write_object
from livedata_codecs.validation import validated
from livedata_core.contract import (
    CommandAck,
    DecodeError,
    JobCommand,
    Message,
    StartCommand,
    WireMessage,
)

__all__ = ["decode_ack", "decode_command", "encode"]

_COMMANDS: dict[object, type[StartCommand | JobCommand]] = {
    "workflow_config": StartCommand,
    "job_command": JobCommand,
}


def decode_command(wire: WireMessage) -> Message[StartCommand | JobCommand]:
    """Read a command, told apart by its `kind`.

    Raises
    ------
    DecodeError
        If it is no JSON object, of no known kind, or a field does not fit.
    """
    value = read_object(wire.value)
    kind = value.get("kind")
    model = _COMMANDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise DecodeError(f"{kind!r} is no kind of command")
    return Message(wire.topic, "", 0, validated(model, value))


def decode_ack(wire: WireMessage) -> Message[CommandAck]:
    """Read an acknowledgement.

    Raises
    ------
    DecodeError
        If it is no JSON object or a field does not fit.
    """
    return Message(wire.topic, "", 0, validated(CommandAck, read_object(wire.value)))


def encode(message: Message[StartCommand | JobCommand | CommandAck]) -> bytes:
    """Write a command or an acknowledgement, absent values as null."""
    return write_object(message.payload.model_dump(mode="json")).encode()
