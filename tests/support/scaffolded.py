"""New packages as an author has them: written, built, and put on the path."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from livedata_cli.main import cli

BUILD = """
import os, sys
from hatchling.build import build_wheel
for project in sys.argv[2:]:
    os.chdir(project)
    print(build_wheel(sys.argv[1]))
"""


def write_new(folder: Path, kind: str, name: str, *options: str) -> Path:
    """Run ``livedata new`` and return the folder of the package."""
    package = folder / f"livedata-{name}"
    arguments = ["new", kind, name, "--output", os.fspath(package), *options]
    finished = CliRunner().invoke(cli, arguments)
    assert finished.exit_code == 0, finished.output
    return package


def install(projects: Sequence[Path], site: Path, wheels: Path) -> None:
    """Build the wheels of projects and put what is in them into a folder."""
    finished = subprocess.run(
        [sys.executable, "-c", BUILD, wheels, *projects],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    for wheel in finished.stdout.split():
        with zipfile.ZipFile(wheels / wheel) as archive:
            archive.extractall(site)
    importlib.invalidate_caches()
