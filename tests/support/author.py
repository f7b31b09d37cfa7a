"""Somebody who follows a page of the documentation, block by block, in this process.

Files are written and changed as the page says, `livedata` and `pytest` are called as
their commands would, packages are built and put on the path, and uploaded to an index
on loopback. ``livedata serve`` becomes a whole system without browser, which has to
show every plot of the layout. Where a block starts a worker or simulator of its own,
these are processes, and so is the dashboard.
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
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
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
from tests.support.package_index import package_index
from tests.support.pages import why_not_run
from tests.support.terminals import Terminals

__all__ = ["Author", "forget", "pytest_here"]

_ENDLESS = ("worker", "simulate")
"""Commands that run until Ctrl-C; each is left running to the end of its block."""


class Author:
    """An author with a folder of their own; `done` puts the process as it was.

    Parameters
    ----------
    folder:
        Empty; becomes the current folder.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.printed: dict[str, str] = {}
        self._names: dict[str, Any] = {"__name__": "page"}
        self._site = folder / "site"
        self._site.mkdir()
        self._terminals: Terminals | None = None
        self._stack = ExitStack()
        self._index: Mapping[str, str] = {}
        self._path = list(sys.path)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("LIVEDATA_CONFIG_DIR", os.fspath(folder / "config"))
        monkeypatch.delenv("LIVEDATA_DISABLE_PLUGINS", raising=False)
        site.addsitedir(os.fspath(self._site))

    def done(self) -> None:
        """End what runs, and forget what was imported from the folder."""
        self._stack.close()
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
            "twine": partial(self._module, "twine"),
        }
        environment, _, name = program.rpartition("/bin/")
        if environment:
            does = {
                "pip": partial(self._pip_of, environment),
                "livedata": partial(self._livedata_of, environment),
            }
        assert name in does, f"no way to run {command!r} here"
        self.printed[command] = does[name](arguments)
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
                printed = "" if why_not_run(command) else self.run(command)
                missing = [line for line in expected if line not in printed]
                assert not missing, (command, missing, printed)
            if self._terminals is not None:
                self._terminals.interrupt()
        elif block.language == "python":
            exec(compile(block.text, "page", "exec"), self._names)
        else:
            reads[block.language](block.text)

    def _livedata(self, arguments: list[str]) -> str:
        if arguments[0] in _ENDLESS:
            self._beside().start(arguments)
            return ""
        if arguments[0] == "serve":
            if self._terminals is not None and self._terminals.busy:
                self._terminals.serve(arguments)
                return ""
            return self._serve(arguments[1:])
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

    def _beside(self) -> Terminals:
        """Return terminals that have what the page has installed."""
        if self._terminals is None:
            here = _environment(self.folder / "here", os.fspath(self._site))
            program = [os.fspath(here / "bin" / "python"), "-m", "livedata_cli"]
            self._terminals = Terminals(self.folder, program)
            self._stack.callback(self._terminals.interrupt)
        return self._terminals

    def _python(self, arguments: list[str]) -> str:
        assert arguments[0] == "-m", arguments
        if arguments[1] == "venv":
            _environment(Path(arguments[2]))
            return ""
        # What builds a package is installed here, and is not fetched.
        options = ["--no-isolation"] if arguments[1] == "build" else []
        return self._module(arguments[1], [*arguments[2:], *options])

    def _module(self, name: str, arguments: list[str]) -> str:
        command = [sys.executable, "-m", name, *_expanded(arguments)]
        return _printed(command, self._uploads() if name == "twine" else {})

    def _pip_of(self, environment: str, arguments: list[str]) -> str:
        python = f"{environment}/bin/python"
        command = [sys.executable, "-m", "pip", "--python", python, *arguments]
        return _printed(command, self._uploads())

    def _uploads(self) -> Mapping[str, str]:
        """Return the environment of an index that takes uploads."""
        if not self._index:
            index = package_index(self.folder / "index")
            self._index = self._stack.enter_context(index)
        return self._index

    def _livedata_of(self, environment: str, arguments: list[str]) -> str:
        return _printed([f"{environment}/bin/python", "-m", "livedata_cli", *arguments])

    def _cd(self, arguments: list[str]) -> str:
        os.chdir(arguments[0])
        return ""


def _environment(folder: Path, *sites: str) -> Path:
    """Make an environment that has what this one has, and what is in other folders."""
    venv.create(folder, with_pip=False)
    packages = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": ""})
    here = (sysconfig.get_path("purelib"), *sites)
    lines = [f"import site; site.addsitedir({place!r})\n" for place in here]
    Path(packages, "here.pth").write_text("".join(lines), encoding="utf-8")
    return folder


def _matches(pattern: str) -> list[str]:
    return sorted(map(str, Path().glob(pattern)))


def _expanded(arguments: list[str]) -> list[str]:
    """Do what a shell does with ``*``."""
    return [
        name
        for argument in arguments
        for name in (_matches(argument) if "*" in argument else [argument])
    ]


def _printed(command: list[str], variables: Mapping[str, str] | None = None) -> str:
    """Return what a command prints that has to succeed."""
    environment = {**os.environ, **(variables or {})}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stdout + done.stderr)
    return done.stdout


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
