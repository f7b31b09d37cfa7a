"""Commands that wait for an answer: feedback for the user, never run state.

A worker answers per device; several may answer one command, or none. What runs is
what heartbeats say (`livedata_core.jobs.status`).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from livedata_core.contract import CommandAck
from livedata_core.sessions import Level, NotificationQueue

__all__ = ["Answer", "Command", "Expired", "PendingCommandTracker", "Reply"]

ANSWER_WITHIN_NS = 30_000_000_000
"""How long a command waits for its answers, ns."""

COMMAND_LIMIT = 1000


class Reply(StrEnum):
    """How a device answered a command."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply of one device, with the reason where it was rejected."""

    reply: Reply = Reply.WAITING
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was sent; `sent_ns` in ns since the epoch."""

    message_id: str
    label: str
    sent_ns: int
    answers: Mapping[str, Answer]

    def waiting(self) -> tuple[str, ...]:
        """Return the devices that have not answered yet."""
        return tuple(
            device
            for device, answer in self.answers.items()
            if answer.reply is Reply.WAITING
        )


@dataclass(frozen=True, slots=True)
class Expired:
    """A command that nobody answered in time, for these devices."""

    message_id: str
    devices: tuple[str, ...]
    label: str


class PendingCommandTracker:
    """The last commands and their answers. Any thread.

    Rejections and missing answers become notifications. A late answer still counts.
    """

    def __init__(
        self,
        clock: Callable[[], int] = time.time_ns,
        notifications: NotificationQueue | None = None,
        *,
        limit: int = COMMAND_LIMIT,
    ) -> None:
        self._clock = clock
        self._notifications = notifications
        self._limit = limit
        self._lock = threading.Lock()
        self._commands: OrderedDict[str, Command] = OrderedDict()
        self._open: set[str] = set()
        self._version = 0

    @property
    def version(self) -> int:
        """Rises with every command, answer and expiry."""
        return self._version

    def expect(self, message_id: str, devices: Iterable[str], label: str) -> None:
        """Wait for answers of `devices`.

        Parameters
        ----------
        message_id:
            The id that all messages of the command share.
        devices:
            Names as acknowledgements carry them: the source (start), ``source/uuid``
            (one job) or ``all``.
        label:
            What people call it, e.g. ``Start Total counts on Panel 0``.
        """
        answers = MappingProxyType(dict.fromkeys(devices, Answer()))
        command = Command(message_id, label, self._clock(), answers)
        with self._lock:
            self._commands[message_id] = command
            self._open.add(message_id)
            while len(self._commands) > self._limit:
                oldest, _ = self._commands.popitem(last=False)
                self._open.discard(oldest)
            self._version += 1

    def acknowledge(self, ack: CommandAck) -> None:
        """Take in an answer; answers to the commands of others are ignored."""
        with self._lock:
            command = self._commands.get(ack.message_id)
            if command is None or ack.device not in command.answers:
                return
            rejected = ack.response == "ERR"
            if command.answers[ack.device].reply is Reply.REJECTED and not rejected:
                return  # one worker's refusal is not undone by another's consent
            reply = Reply.REJECTED if rejected else Reply.ACCEPTED
            self._answer(command, {ack.device: Answer(reply, ack.message)})
        if rejected:
            self._notify(
                Level.ERROR,
                f"{command.label} was refused",
                ack.message or f"The worker gave no reason ({ack.device}).",
                f"refused {ack.message_id} {ack.device}",
            )

    def expire(self) -> tuple[Expired, ...]:
        """Give up on what has waited too long; return it, each once."""
        latest_ns = self._clock() - ANSWER_WITHIN_NS
        expired = []
        with self._lock:
            for message_id in [key for key in self._commands if key in self._open]:
                command = self._commands[message_id]
                if command.sent_ns >= latest_ns:
                    continue
                missing = command.waiting()
                self._answer(command, dict.fromkeys(missing, Answer(Reply.UNANSWERED)))
                expired.append(Expired(message_id, missing, command.label))
        for item in expired:
            self._notify(
                Level.WARNING,
                f"No worker answered “{item.label}”; is the worker running?",
                f"Nothing came back for {', '.join(item.devices)} within "
                f"{ANSWER_WITHIN_NS // 1_000_000_000} s.",
                f"unanswered {item.message_id}",
            )
        return tuple(expired)

    def answer(self, message_id: str, device: str) -> Answer | None:
        """Return how a device answered a command; None if that is not known here."""
        with self._lock:
            command = self._commands.get(message_id)
        return None if command is None else command.answers.get(device)

    def snapshot(self) -> Mapping[str, Command]:
        """Return the commands that still wait, by message id, oldest first."""
        with self._lock:
            return MappingProxyType(
                {
                    key: self._commands[key]
                    for key in self._commands
                    if key in self._open
                }
            )

    def _answer(self, command: Command, answers: Mapping[str, Answer]) -> None:
        merged = MappingProxyType({**command.answers, **answers})
        answered = replace(command, answers=merged)
        self._commands[command.message_id] = answered
        if not answered.waiting():
            self._open.discard(command.message_id)
        self._version += 1

    def _notify(self, level: Level, title: str, text: str, key: str) -> None:
        if self._notifications is not None:
            self._notifications.push(level, title, text, key)
