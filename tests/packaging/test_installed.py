"""What is installed works as a program. CI runs this against the built wheels too."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.support.serving import free_port, running, wait_for_page

LIVEDATA = Path(sys.executable).with_name("livedata")
FIRST_PARTY = {
    "authoring": "livedata-authoring",
    "cli": "livedata",
    "codecs": "livedata-codecs",
    "core": "livedata-core",
    "dummy": "livedata-dummy",
    "kafka": "livedata-kafka",
    "panel": "livedata-panel",
    "plotters": "livedata-plotters",
    "replay": "livedata-replay",
    "sans2d": "livedata-sans2d",
    "worker": "livedata-worker",
    "workflows": "livedata-workflows",
}


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's settings and list of disabled plugins out of it."""
    monkeypatch.setenv("LIVEDATA_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.delenv("LIVEDATA_DISABLE_PLUGINS", raising=False)
    monkeypatch.chdir(tmp_path)


def livedata(*arguments: str) -> str:
    finished = subprocess.run(
        [LIVEDATA, *arguments], capture_output=True, text=True, timeout=60
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    return finished.stdout


@functools.cache
def plugins() -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in json.loads(livedata("plugins", "--json"))}


def test_version_is_that_of_the_distribution() -> None:
    assert livedata("--version") == f"livedata {version('livedata')}\n"


def test_every_first_party_plugin_is_loaded() -> None:
    found = plugins()
    assert {
        name: found[name]["distribution"] for name in FIRST_PARTY if name in found
    } == FIRST_PARTY
    for name in FIRST_PARTY:
        assert (found[name]["status"], found[name]["problems"]) == ("loaded", [])


@pytest.mark.parametrize(
    ("plugin", "kind", "names"),
    [
        ("authoring", "subcommands", {"new", "check"}),
        ("cli", "subcommands", {"serve", "plugins", "instruments", "workflows"}),
        ("codecs", "decoders", {"da00", "ev44", "f144", "x5f2", "json:command"}),
        ("core", "transports", {"in-process", "null"}),
        ("core", "config_stores", {"file", "memory"}),
        ("dummy", "instruments", {"dummy"}),
        ("dummy", "workflows", {"dummy/panel_0_xy/1", "dummy/monitor_histogram/1"}),
        ("kafka", "transports", {"kafka"}),
        ("plotters", "plotters", {"image", "lines"}),
        ("replay", "subcommands", {"info", "record", "replay"}),
        ("sans2d", "instruments", {"sans2d"}),
        ("sans2d", "decoders", {"ev42"}),
    ],
)
def test_plugin_registers_what_it_is_for(
    plugin: str, kind: str, names: set[str]
) -> None:
    assert names <= set(plugins()[plugin]["registers"][kind])


def test_serve_answers(tmp_path: Path) -> None:
    port, output = free_port(), tmp_path / "output"
    command = [str(LIVEDATA), "serve", "--instrument", "dummy", "--port", str(port)]
    with running(command, output) as process:
        page = wait_for_page(f"http://127.0.0.1:{port}/", process, output)
    assert "<html" in page
    assert process.returncode in (0, 130), output.read_text()
