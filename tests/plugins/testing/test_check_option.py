"""``pytest --livedata-check``: the compliance check beside a project's tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = (
    '[project]\nname = "livedata-mine"\n[project.entry-points.livedata]\n{name} = "x"'
)


def pytest_run(folder: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    finished = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "LIVEDATA_CONFIG_DIR": os.fspath(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return finished.returncode, finished.stdout + finished.stderr


def test_plugins_of_the_project_are_checked(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT.format(name="core"))
    code, printed = pytest_run(tmp_path, "--livedata-check", "-vv")
    assert code == 0, printed
    assert "livedata-check[core]" in printed
    assert "1 passed" in printed


def test_findings_fail_it_and_no_traceback_hides_them(tmp_path: Path) -> None:
    info = tmp_path / "mine-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: mine\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[livedata]\nmine = mine\n")
    (tmp_path / "mine.py").write_text("def livedata_plotters(): ...\n")
    code, printed = pytest_run(tmp_path, "--livedata-plugin", "mine")
    assert code == 1, printed
    assert "put @hookimpl above it" in printed
    assert "Traceback" not in printed


def test_a_project_without_plugins_is_told(tmp_path: Path) -> None:
    code, printed = pytest_run(tmp_path, "--livedata-check")
    assert code == 4, printed
    assert "name a plugin with --livedata-plugin" in printed
