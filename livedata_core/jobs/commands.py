"""Commands on their way to the workers.

What to send is decided in `livedata_core.jobs.orchestrator`; answers come back to
`livedata_core.jobs.pending`.
"""

from __future__ import annotations

from livedata_core.contract import JobCommand, Message, StartCommand, Topics
from livedata_core.transport import MessageSink

__all__ = ["CommandError", "CommandService"]


class CommandError(RuntimeError):
    """A command could not be handed over for sending."""


class CommandService:
    """Puts commands on the instrument's command topic. Any thread; never blocks."""

    def __init__(self, sink: MessageSink, topics: Topics) -> None:
        self._sink = sink
        self._topic = topics.commands

    def start(self, command: StartCommand) -> None:
        """Start a workflow on one source.

        Raises
        ------
        CommandError
            If the transport does not take it, with the reason.
        """
        self._send(command, f"start {command.identifier} on {command.job_id}")

    def act(self, command: JobCommand) -> None:
        """Act on running jobs.

        Raises
        ------
        CommandError
            If the transport does not take it, with the reason.
        """
        target = command.job_id or command.workflow_id or "every job"
        self._send(command, f"{command.action} {target}")

    def _send(self, command: StartCommand | JobCommand, what: str) -> None:
        try:
            self._sink.send(Message(self._topic, "", 0, command))
        except Exception as error:
            raise CommandError(
                f"cannot {what}: {self._topic} did not take the command: {error}"
            ) from error
