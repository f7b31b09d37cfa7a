"""What ``livedata new`` writes is a package that works as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from livedata_cli.exit_codes import ExitCode
from livedata_cli.main import cli
from tests.support.author import forget, pytest_here
from tests.support.scaffolded import install, write_new

KINDS = ("instrument", "plotter", "workflow", "decoder", "transport")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a package of each kind, and the two files of each kind."""
    folder = tmp_path_factory.mktemp("new")
    for kind in KINDS:
        write_new(folder, kind, f"acme-{kind}")
        write_new(folder, kind, f"two-{kind}", "--minimal")
    return folder


@pytest.fixture(scope="module")
def site(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheels of all and install them into one folder."""
    site = tmp_path_factory.mktemp("site")
    install(sorted(written.iterdir()), site, tmp_path_factory.mktemp("wheels"))
    return site


def run(site: Path, folder: Path, *command: str | Path) -> str:
    finished = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": os.fspath(site),
            "LIVEDATA_CONFIG_DIR": os.fspath(site / "config"),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def refused(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["new", *arguments])
    return result.exit_code, " ".join(result.stderr.split())


@pytest.mark.parametrize("check", [["check"], ["format", "--check"]], ids=" ".join)
def test_packages_are_linted_and_formatted(written: Path, check: list[str]) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    for package in sorted(written.iterdir()):
        subprocess.run([ruff, *check, "--no-cache", "."], cwd=package, check=True)


@pytest.mark.parametrize("kind", KINDS)
def test_minimal_is_two_files(written: Path, kind: str) -> None:
    files = {path.name for path in (written / f"livedata-two-{kind}").iterdir()}
    assert files == {"pyproject.toml", f"livedata_two_{kind}.py"}


def test_every_package_is_listed_without_a_problem(site: Path, tmp_path: Path) -> None:
    listing = run(site, tmp_path, "livedata_cli", "plugins", "--json")
    found: dict[str, Any] = {entry["name"]: entry for entry in json.loads(listing)}
    for kind in KINDS:
        for name in (f"acme_{kind}", f"two_{kind}"):
            assert found[name]["status"] == "loaded"
            assert found[name]["problems"] == []
            assert kind + "s" in found[name]["registers"]


LIVE = """
import pytest

@pytest.mark.parametrize(("instrument", "plugins", "plotters"), [
    ("two_instrument", ["two_instrument"], {"image"}),
    ("dummy", ["two_plotter", "two_workflow"], {"two_plotter", "trend"}),
])
def test_two_files_are_seen_live(livedata_dashboard, instrument, plugins, plotters):
    with livedata_dashboard(instrument, plugins=plugins) as dashboard:
        dashboard.wait_until_drawn()
        assert plotters <= {layer.plotter for layer in dashboard.shown()}
"""


@pytest.fixture
def importable(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(site)
    yield
    forget(site)


@pytest.mark.usefixtures("importable")
def test_tests_of_the_packages_pass(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among them is one that sees every plot of the default layout live."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "test_live.py").write_text(LIVE, encoding="utf-8")
    folders = [f"{written}/livedata-acme-{kind}/tests" for kind in KINDS]
    code, said = pytest_here([*folders, "test_live.py"])
    assert code == 0, said


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    code, said = refused("plotter", "acme", "--output", os.fspath(tmp_path))
    assert code == ExitCode.CANNOT_START
    assert "is there already; remove it, or name another folder" in said
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["9lives", "Ä", "a b", "class", "a/b", "x" * 30, "-"])
def test_names_that_cannot_be_are_refused_with_an_example(name: str) -> None:
    code, said = refused("plotter", "--", name)
    assert code == ExitCode.USAGE
    assert "cannot name a plugin" in said
    assert "e.g. acme-lines" in said


def test_next_steps_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    printed = CliRunner().invoke(cli, ["new", "plotter", "acme"]).stdout
    for command in (
        'pip install -e "livedata-acme[test]"',
        "livedata serve --instrument acme",
        "pytest livedata-acme",
        "livedata check acme",
    ):
        assert f"  {command} " in printed
