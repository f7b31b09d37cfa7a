"""``livedata worker``: what it runs, how it ends, what it says."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import pytest
from click.testing import CliRunner, Result

from livedata_cli.main import cli
from livedata_core.api import InProcessBroker, InProcessTransport
from livedata_core.contract import TransportStatus
from livedata_worker.command import run
from livedata_worker.signals import Stops
from livedata_worker.worker import Worker
from tests.plugins.worker.probe import PROBE
from tests.plugins.worker.rig import ACME
from tests.support.codecs import codec_table


def called(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["worker", *arguments])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-i", "nowhere"], "no instrument 'nowhere'"),
        (["--service", "detektor_data"], "'detektor_data'; there are: data_reduction"),
        (["--source", "panel_9"], "source 'panel_9' of dummy; there are: "),
        (
            ["--service", "monitor_data", "--source", "panel_0"],
            "'panel_0' of dummy; there are: monitor1",
        ),
    ],
)
def test_a_name_that_nothing_has_is_told_with_what_there_is(
    arguments: list[str], sentence: str
) -> None:
    result = called(*arguments)
    assert result.exit_code == 3
    assert sentence in result.output


def test_without_a_broker_it_says_how_to_name_one() -> None:
    result = called()
    assert result.exit_code == 2
    assert "no broker is named" in result.output


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a worker on topics of its own; it has said that it runs."""
    command = [sys.executable, "-m", "livedata_cli", "worker"]
    child = subprocess.Popen(
        [*command, "--transport", "in-process", *arguments],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        if child.stderr is not None:
            child.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_what_it_runs_and_ends_well_when_asked(number: signal.Signals) -> None:
    with process("--service", "monitor_data") as child:
        assert child.stderr is not None
        line = child.stderr.readline()
        assert re.search(r"runs \d+ workflows of monitor_data; reads dummy_", line)
        assert "dummy_detector" not in line
        child.send_signal(number)
        rest = child.stderr.read()
        assert child.wait(30) == 0
        assert "stopped" in rest


def test_log_lines_may_be_json() -> None:
    with process("--json-logs") as child:
        assert child.stderr is not None
        entry = json.loads(child.stderr.readline())
        assert entry["level"] == "info"
        assert "an update covers 1 s" in entry["message"]
        child.terminate()
        assert child.wait(30) == 0


class Refusing(InProcessTransport):
    """A transport that the broker refuses in the end."""

    def status(self) -> TransportStatus:
        return TransportStatus("test", False, "password of 'me' is wrong", denied=True)


def worker_on(transport: InProcessTransport) -> Worker:
    return Worker(ACME, {PROBE.id: PROBE}, transport, codec_table("acme"))


def test_a_broker_that_refuses_ends_it_with_that_code() -> None:
    transport = Refusing(InProcessBroker())
    with Stops() as stops, pytest.raises(click.ClickException) as caught:
        run(worker_on(transport), transport, stops)
    assert caught.value.exit_code == 6
    assert "password of 'me' is wrong" in caught.value.message


def test_a_worker_that_gives_up_ends_with_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    transport = InProcessTransport(InProcessBroker())
    worker = worker_on(transport)

    def broken(timeout_s: float) -> int:
        raise OSError("the network is gone")

    monkeypatch.setattr(worker._intake, "step", broken)
    monkeypatch.setattr(worker._loops, "_retry_s", 0.0)
    with Stops() as stops, pytest.raises(click.ClickException) as caught:
        run(worker, transport, stops)
    assert caught.value.exit_code == 1
    assert "the network is gone" in caught.value.message


def test_the_second_signal_is_not_held_back() -> None:
    code = (
        "import signal, os, time; from livedata_worker.signals import Stops\n"
        "with Stops() as stops:\n"
        "    os.kill(os.getpid(), signal.SIGTERM); print(stops.asked, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("True\n", -signal.SIGTERM)
