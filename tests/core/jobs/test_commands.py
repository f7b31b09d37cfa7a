from typing import Any

import pytest

from livedata_core.contract import (
    JobAction,
    JobCommand,
    Message,
    StartCommand,
    Topics,
    WorkflowId,
)
from livedata_core.jobs import CommandError, CommandService
from tests.support.job_statuses import TOTAL, job

START = StartCommand(identifier=TOTAL, job_id=job(1))


class Sink:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.sent: list[Message[Any]] = []

    def send(self, message: Message[Any]) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append(message)


def test_commands_go_to_the_instruments_command_topic() -> None:
    sink = Sink()
    commands = CommandService(sink, Topics("dummy"))
    reset = JobCommand(action=JobAction.RESET)
    commands.start(START)
    commands.act(reset)
    assert [(m.topic, m.payload) for m in sink.sent] == [
        ("dummy_livedata_commands", START),
        ("dummy_livedata_commands", reset),
    ]


@pytest.mark.parametrize("error", [RuntimeError("full"), ValueError("no encoder")])
@pytest.mark.parametrize(
    ("command", "what"),
    [
        (START, "start dummy/total/1 on panel/"),
        (JobCommand(action=JobAction.STOP, job_id=job(1)), "stop panel/"),
        (
            JobCommand(
                action=JobAction.RESET, workflow_id=WorkflowId("dummy", "total", 1)
            ),
            "reset dummy/total/1",
        ),
        (JobCommand(action=JobAction.RESET), "reset every job"),
    ],
)
def test_what_cannot_be_sent_is_named_with_the_reason(
    error: Exception, command: StartCommand | JobCommand, what: str
) -> None:
    commands = CommandService(Sink(error), Topics("dummy"))
    send = commands.start if isinstance(command, StartCommand) else commands.act
    with pytest.raises(CommandError, match=f"cannot {what}") as caught:
        send(command)  # type: ignore[arg-type]
    assert str(error) in str(caught.value)
    assert caught.value.__cause__ is error
