"""``livedata simulate``: a simulator into a broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from livedata_cli.exit_codes import ExitCode
from livedata_cli.main import cli
from livedata_core.api import InProcessBroker, InProcessTransport
from livedata_core.contract import TopicTraffic
from livedata_dummy.instrument import DUMMY
from livedata_replay.simulate_command import simulate

LIVEDATA = Path(sys.executable).with_name("livedata")
DEADLINE_S = 60.0


class Context:
    """A context whose broker is the test's, with the plugins of the program's."""

    def __init__(self) -> None:
        from livedata_cli.context import LivedataContext

        self._livedata = LivedataContext()
        self.broker = InProcessBroker()
        self.transport: type[InProcessTransport] = InProcessTransport
        self.plugins = self._livedata.plugins
        self.all_plugins = self._livedata.all_plugins

    def open_transport(self) -> InProcessTransport:
        return self.transport(self.broker)


def test_every_topic_of_the_instrument_gets_messages_until_a_signal() -> None:
    context = Context()
    reader = InProcessTransport(context.broker).source(DUMMY.topics())
    seen = Counter[str]()

    def interrupt_when_seen() -> None:
        while set(seen) != set(DUMMY.topics()):
            seen.update(wire.topic for wire in reader.poll(DEADLINE_S))
        os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=interrupt_when_seen, daemon=True)
    watcher.start()
    result = CliRunner().invoke(simulate, ["--speed", "20"], obj=context)
    watcher.join(DEADLINE_S)
    assert result.exit_code == ExitCode.OK, result.output
    assert "simulates dummy" in result.stdout
    assert "messages" in result.stdout.splitlines()[-1]


class Deaf(InProcessTransport):
    """Tells that the broker took nothing."""

    def traffic(self) -> dict[str, TopicTraffic]:
        return {"dummy_motion": TopicTraffic(unsent=1, last_error="not allowed")}


def test_messages_that_the_broker_did_not_take_are_an_error() -> None:
    context = Context()
    context.transport = Deaf
    reader = InProcessTransport(context.broker).source(DUMMY.topics())

    def interrupt_when_sent() -> None:
        assert reader.poll(DEADLINE_S)
        os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=interrupt_when_sent, daemon=True)
    watcher.start()
    result = CliRunner().invoke(simulate, obj=context)
    watcher.join(DEADLINE_S)
    assert result.exit_code == ExitCode.CANNOT_START
    assert "the broker did not take" in result.stderr
    assert "dummy_motion: not allowed" in result.stderr


def test_an_instrument_without_a_simulator_is_named() -> None:
    result = CliRunner().invoke(simulate, ["-i", "sans2d"], obj=Context())
    assert result.exit_code == ExitCode.CANNOT_START
    assert "has no simulator; play a file with `livedata replay`" in result.stderr


def test_it_needs_a_broker() -> None:
    result = CliRunner().invoke(cli, ["simulate"], prog_name="livedata")
    assert result.exit_code == ExitCode.USAGE
    assert "no broker is named" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_the_program_in_order(number: signal.Signals) -> None:
    command = [str(LIVEDATA), "simulate", "--transport", "null"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "simulates dummy" in process.stdout.readline()
        process.send_signal(number)
        assert process.wait(DEADLINE_S) == ExitCode.OK
