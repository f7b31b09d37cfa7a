"""What ``livedata serve`` says when it cannot serve. What it serves: tests/browser."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import h5py
import pytest
from click.testing import CliRunner, Result

from livedata_cli.exit_codes import ExitCode
from livedata_cli.main import cli
from tests.support.plugins import Site

LIVEDATA = Path(sys.executable).with_name("livedata")


def serve(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["serve", *arguments])


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_unknown_instrument_suggests_one() -> None:
    result = serve("--instrument", "dumy")
    assert result.exit_code == ExitCode.NOT_FOUND
    assert "did you mean 'dummy'?" in result.stderr


def test_memory_of_histories_has_a_least_size() -> None:
    result = serve("--history-memory", "1")
    assert result.exit_code != 0
    assert "16<=x<=65536" in result.stderr


def test_port_in_use_is_one_line_with_the_way_out(taken_port: int) -> None:
    result = serve("--port", str(taken_port))
    assert result.exit_code == ExitCode.CANNOT_START
    assert f"port {taken_port}" in result.stderr
    assert "--port 0" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("port: [", "is not YAML"),
        ("- a\n- b\n", "holds no options"),
        ("prot: 5010\n", "no option 'prot'"),
        ("port: many\n", "port"),
    ],
)
def test_bad_config_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "serve.yaml"
    path.write_text(text)
    result = serve("--config", str(path))
    assert result.exit_code in {ExitCode.CANNOT_START, ExitCode.USAGE}
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr


def test_missing_config_file_is_named(tmp_path: Path) -> None:
    result = serve("--config", str(tmp_path / "absent.yaml"))
    assert result.exit_code == ExitCode.CANNOT_START
    assert "absent.yaml" in result.stderr


def test_options_of_the_config_file_count(tmp_path: Path) -> None:
    path = tmp_path / "serve.yaml"
    path.write_text("instrument: nowhere\n")
    result = serve("--config", str(path))
    assert result.exit_code == ExitCode.NOT_FOUND
    assert "'nowhere'" in result.stderr


def test_file_without_events_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "empty.nxs"
    with h5py.File(path, "w") as file:
        file.create_group("entry")
    result = serve("--port", "0", "--replay", str(path))
    assert result.exit_code == ExitCode.CANNOT_START
    assert "empty.nxs" in result.stderr
    assert "NXevent_data" in result.stderr
    assert "Traceback" not in result.stderr


def test_file_that_is_no_nexus_file_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not HDF5")
    result = serve("--port", "0", "--replay", str(path))
    assert result.exit_code == ExitCode.CANNOT_START
    assert "notes.txt" in result.stderr


def test_traceback_comes_with_debug_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not HDF5")
    result = serve("--port", "0", "--debug", "--replay", str(path))
    assert result.exit_code == ExitCode.CANNOT_START
    assert "Traceback" in result.stderr


def test_replay_needs_the_in_process_transport() -> None:
    result = serve("--port", "0", "--transport", "null", "--replay", "x.nxs")
    assert result.exit_code == ExitCode.USAGE
    assert "in-process" in result.stderr


SHUNNED = """
    from livedata_core.contract import TransportSpec, TransportStatus, hookimpl
    from livedata_core.transport import NullTransport

    class Shunned(NullTransport):
        def status(self):
            return TransportStatus("shunned", False, "no user 'me' here", denied=True)

    @hookimpl
    def livedata_transports():
        yield TransportSpec(
            name="shunned", title="S", factory="shunned_plugin:create"
        )

    def create(settings):
        return Shunned()
"""


def test_a_broker_that_refuses_us_ends_it_with_its_code(site: Site) -> None:
    site.install("shunned_plugin", SHUNNED, distribution="acme-shunned")
    done = subprocess.run(
        [LIVEDATA, "serve", "--transport", "shunned", "--port", "0"],
        env={**os.environ, "PYTHONPATH": str(site.folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == ExitCode.ACCESS_DENIED
    assert "Error: no user 'me' here" in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_transport_is_named() -> None:
    result = serve("--transport", "carrier-pigeon")
    assert result.exit_code == ExitCode.NOT_FOUND
    assert "carrier-pigeon" in result.stderr
