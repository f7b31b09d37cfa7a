"""Somebody who follows a page of the documentation, block by block, in this process.

Files are written and changed as the page says, `livedata` and `pytest` are called as
their commands would, packages are built and put on the path. ``livedata serve`` becomes
a whole system without browser, which has to show every plot of the layout.
"""

from __future__ import annotations

import importlib
import json
import os
import shlex
import site
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from livedata_cli.main import cli
from livedata_core.contract import resolve
from livedata_core.plugins import load_plugins
from livedata_testing.dashboard import running
from tests.support.blocks import Block, blocks

__all__ = ["Author", "forget", "pytest_here"]

_ENDLESS = ("worker", "simulate")
"""Commands that run until Ctrl-C; `serve` runs what they do."""


class Author:
    """An author with a folder of their own; `done` puts the process as it was.

    Parameters
    ----------
    folder:
        Empty; becomes the current folder.
    given:
        Commands that the tests' environment has done already, or that reach beyond
        this machine.
    """

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...]
    ) -> None:
        self.folder = folder
        self.given = given
        self.printed: dict[str, str] = {}
        self._names: dict[str, Any] = {"__name__": "page"}
        self._site = folder / "site"
        self._site.mkdir()
        self._path = list(sys.path)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("LIVEDATA_CONFIG_DIR", os.fspath(folder / "config"))
        monkeypatch.delenv("LIVEDATA_DISABLE_PLUGINS", raising=False)
        site.addsitedir(os.fspath(self._site))

    def done(self) -> None:
        """Forget what was imported from the folder."""
        sys.path[:] = self._path
        forget(self.folder)

    def follow(self, page: Path) -> None:
        """Do what a page says."""
        before = ""
        for block in blocks(page):
            if block.what == "before":
                before = block.text
            elif block.file:
                self._write(block, before)
            else:
                self._do(block)

    def run(self, command: str) -> str:
        """Run a command of a page; return what it printed."""
        program, *arguments = shlex.split(command.partition("  #")[0])
        does: dict[str, Callable[[list[str]], str]] = {
            "livedata": self._livedata,
            "pip": self._pip,
            "pytest": self._pytest,
            "cd": self._cd,
            "python3": self._python,
            "fresh/bin/pip": self._fresh_pip,
            "fresh/bin/livedata": self._fresh_livedata,
        }
        assert program in does, f"no way to run {command!r} here"
        self.printed[command] = does[program](arguments)
        return self.printed[command]

    def _write(self, block: Block, before: str) -> None:
        path = self.folder / block.file
        if block.what == "after":
            source = path.read_text(encoding="utf-8")
            assert source.count(before) == 1, (
                f"{block.file} has no such part:\n{before}"
            )
            text = source.replace(before, block.text)
        elif block.what == "add":
            text = path.read_text(encoding="utf-8") + "\n\n" + block.text
        else:
            text = block.text
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        forget(self.folder)

    def _do(self, block: Block) -> None:
        reads: dict[str, Callable[[str], Any]] = {
            "json": json.loads,
            "toml": tomllib.loads,
            "yaml": yaml.safe_load,
            "text": str,
        }
        if block.language == "console":
            for command, expected in block.commands:
                printed = "" if command in self.given else self.run(command)
                missing = [line for line in expected if line not in printed]
                assert not missing, (command, missing, printed)
        elif block.language == "python":
            exec(compile(block.text, "page", "exec"), self._names)
        else:
            reads[block.language](block.text)

    def _livedata(self, arguments: list[str]) -> str:
        if arguments[0] == "serve":
            return self._serve(arguments[1:])
        if arguments[0] in _ENDLESS:
            arguments = [*arguments, "--help"]  # whether it knows its options
        finished = CliRunner().invoke(cli, arguments, prog_name="livedata")
        assert finished.exit_code == 0, (arguments, finished.output)
        return finished.output

    def _serve(self, arguments: list[str]) -> str:
        """Run the instrument until every plot has been drawn."""
        arguments = [argument for argument in arguments if argument != "--dev"]
        options = dict(zip(arguments[::2], arguments[1::2], strict=True))
        instrument = options.pop("--instrument", "dummy")
        file = options.pop("--replay", None)
        plugins = load_plugins()
        transport = None
        for spec in plugins.registry.transports.values():
            if spec.option and f"--{spec.option.name}" in options:
                value = options.pop(f"--{spec.option.name}")
                transport = resolve(spec.factory)({spec.option.setting: value})
        assert not options, options
        producer = self.folder / file if file else None
        with running(plugins, instrument, producer, transport=transport) as dashboard:
            if file is None:
                dashboard.wait_until_drawn()
            else:  # not everything is in a file
                dashboard.wait_until(
                    lambda: any(layer.frame is not None for layer in dashboard.shown())
                )
            dashboard.assert_no_errors()
        plugins.close()
        return ""

    def _pip(self, arguments: list[str]) -> str:
        if arguments[:2] == ["install", "-e"]:
            project = self.folder / arguments[2].partition("[")[0]
            self._install(self._build(project, "build_editable"))
        elif arguments[0] == "wheel":
            project = (Path.cwd() / arguments[-1]).resolve()
            where = Path(arguments[arguments.index("--wheel-dir") + 1])
            where.mkdir(exist_ok=True)
            self._build(project, "build_wheel").rename(where / self._wheel.name)
        else:
            raise AssertionError(f"no way to run pip {arguments} here")
        return ""

    def _build(self, project: Path, how: str) -> Path:
        import hatchling.build

        here = Path.cwd()
        os.chdir(project)
        try:
            name = getattr(hatchling.build, how)(os.fspath(self.folder))
        finally:
            os.chdir(here)
        self._wheel = self.folder / name
        return self._wheel

    def _install(self, wheel: Path) -> None:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(self._site)
        site.addsitedir(os.fspath(self._site))
        importlib.invalidate_caches()

    def _pytest(self, arguments: list[str]) -> str:
        forget(self.folder)
        code, text = pytest_here(arguments)
        assert code == 0, text
        return text

    def _python(self, arguments: list[str]) -> str:
        if arguments[:2] == ["-m", "venv"]:
            fresh = Path(arguments[2])
            venv.create(fresh, with_pip=False)
            here = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
            (_packages(fresh) / "here.pth").write_text(here, encoding="utf-8")
        else:
            assert arguments[:3] == ["-m", "build", "--outdir"], arguments
            where = Path(arguments[3])
            for how in ("build_sdist", "build_wheel"):
                built = self._build(Path(arguments[4]).resolve(), how)
                built.replace(where / built.name)
        return ""

    def _fresh_pip(self, arguments: list[str]) -> str:
        with zipfile.ZipFile(arguments[-1]) as archive:
            archive.extractall(_packages(Path("fresh")))
        return ""

    def _fresh_livedata(self, arguments: list[str]) -> str:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        command = ["fresh/bin/python", "-m", "livedata_cli", *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        ).stdout

    def _cd(self, arguments: list[str]) -> str:
        os.chdir(arguments[0])
        return ""


def _packages(environment: Path) -> Path:
    return Path(
        sysconfig.get_path("purelib", vars={"base": str(environment), "platbase": ""})
    )


def forget(folder: Path) -> None:
    """Have what lies in a folder imported anew."""
    importlib.invalidate_caches()
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(os.fspath(folder)):
            del sys.modules[name]


class _Kept:
    """What a run of pytest said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.failed:
            self.lines.append(f"{report.nodeid} {report.outcome}")
        if report.failed:
            self.lines.append(report.longreprtext)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.lines.append(report.longreprtext)


def pytest_here(arguments: list[str]) -> tuple[int, str]:
    """Run pytest in this process; return its exit code and what it said of each test.

    What would interfere with the run that is going on is left out.
    """
    plugins = ("cacheprovider", "faulthandler", "terminal", "xdist")
    without = [option for name in plugins for option in ("-p", f"no:{name}")]
    kept = _Kept()
    options = ["--import-mode=importlib", "-W", "error", *without]
    code = pytest.main([*options, *arguments], plugins=[kept])
    for path in filter(Path.exists, map(Path, arguments)):
        forget(path.resolve())  # other projects have modules of the same names
    return int(code), "\n".join(kept.lines)
