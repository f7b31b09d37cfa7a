"""``pytest --livedata-check``: the compliance check beside a project's tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.author import pytest_here

PROJECT = (
    '[project]\nname = "livedata-mine"\n[project.entry-points.livedata]\n{name} = "x"'
)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIVEDATA_CONFIG_DIR", os.fspath(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)


def test_plugins_of_the_project_are_checked(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT.format(name="core"))
    code, printed = pytest_here(["--livedata-check"])
    assert code == 0, printed
    assert printed == "::livedata-check[core] passed"


def test_findings_fail_it_and_no_traceback_hides_them(tmp_path: Path) -> None:
    info = tmp_path / "mine-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: mine\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[livedata]\nmine = mine\n")
    (tmp_path / "mine.py").write_text("def livedata_plotters(): ...\n")
    code, printed = pytest_here(["--livedata-plugin", "mine"])
    assert code == 1, printed
    assert "put @hookimpl above it" in printed
    assert "Traceback" not in printed


def test_a_project_without_plugins_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = pytest_here(["--livedata-check"])
    assert code == 4, printed
    assert "name a plugin with --livedata-plugin" in capsys.readouterr().err
