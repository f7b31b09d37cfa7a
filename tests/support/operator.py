"""Somebody who follows a page for operators, block by block, with a real broker.

What runs until Ctrl-C is a process, left running to the end of its block; all else is
called as its command would. A command that a page before gave is not run again.
"""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from click.testing import CliRunner

from livedata_cli.main import cli
from tests.support.blocks import DOCS, Block, blocks
from tests.support.pages import why_not_run
from tests.support.recordings import read
from tests.support.terminals import Terminals

__all__ = ["Operator"]

ROOT = DOCS.parent
RECORDED = {"dummy_detector", "dummy_livedata_heartbeat"}
"""Topics that a recording has to have before it is enough."""
WITH_INSTRUMENT = ("serve", "worker", "simulate")
"""Commands that take the instrument dummy if they are given none."""
SHORT = {"-i": "--instrument", "-o": "--output"}


class Operator:
    """An operator with a folder of their own, which has to be the current one.

    Parameters
    ----------
    replaced:
        What pages write, by what it is here: addresses, names.
    tools:
        Other programs that pages name.
    """

    def __init__(
        self,
        folder: Path,
        replaced: Mapping[str, str],
        tools: Mapping[str, Callable[[list[str]], str]],
    ) -> None:
        self.folder = folder
        self.ran: set[tuple[str, ...]] = set()
        self._replaced = replaced
        self._tools = tools
        # A program that is there, and opens nothing.
        self._environment = {"BROWSER": "true"}
        self._terminals = self._new_terminals()
        self._facility = self._new_terminals()

    def follow(self, page: Path, environment: Mapping[str, str] | None = None) -> None:
        """Do what a page says, with further variables set, and settings of its own."""
        before = dict(self._environment)
        settings = self.folder / f"config-{len(self.ran)}"
        self._environment["LIVEDATA_CONFIG_DIR"] = str(settings)
        self._environment.update(environment or {})
        try:
            for block in blocks(page):
                if block.language == "console":
                    self._do(block)
        finally:
            self.close()
            self._environment.clear()
            self._environment.update(before)

    def close(self) -> None:
        """End what still runs, after an error."""
        self._terminals.kill()
        self._facility.kill()

    def _new_terminals(self) -> Terminals:
        program = [sys.executable, "-m", "livedata_cli"]
        return Terminals(self.folder, program, self._environment)

    def _do(self, block: Block) -> None:
        workers = set()
        for printed, expected in block.commands:
            if why_not_run(printed):
                continue
            words = self._words(printed)
            if "=" in words[0]:
                name, _, value = words[0].partition("=")
                self._environment[name] = value
                continue
            if words[0] != "livedata":
                assert words[0] in self._tools, f"no way to run {printed!r} here"
                self._tools[words[0]](words[1:])
                continue
            arguments = _long(words[1:])
            if (known := self._meaning(arguments)) in self.ran:
                continue
            self.ran.add(known)
            if arguments[0] == "worker":
                workers.add(_option(arguments, "--instrument"))
            said = self._livedata(arguments, workers)
            told = _plain(" ".join(line for line in expected if line != "…"))
            assert told in _plain(said), (printed, told, said)
        self._terminals.interrupt()

    def _meaning(self, arguments: list[str]) -> tuple[str, ...]:
        """Return what is the same for commands that do the same."""
        words = [str(Path(word).resolve()) for word in arguments[1:]]
        if "--instrument" not in arguments and arguments[0] in WITH_INSTRUMENT:
            words += [str(Path(word).resolve()) for word in ("--instrument", "dummy")]
        return arguments[0], *sorted(words)

    def _words(self, command: str) -> list[str]:
        for name, value in self._replaced.items():
            command = command.replace(name, value)
        words = shlex.split(command.removeprefix("python3 -m "), comments=True)
        if words[:2] == ["hatch", "run"]:
            return shlex.split(_scripts().get(words[2], words[2])) + words[3:]
        return words

    def _livedata(self, arguments: list[str], workers: set[str]) -> str:
        """Run a command; return what it printed, if it has ended."""
        kind, broker = arguments[0], "--kafka" in arguments or "-X" in arguments
        if kind == "serve":
            heard = not broker or _option(arguments, "--instrument") in workers
            self._terminals.serve(arguments, hears_worker=heard)
        elif kind in ("worker", "simulate", "replay"):
            self._terminals.start(arguments)
        elif kind == "record" and broker:
            self._record(arguments)
        else:
            result = CliRunner().invoke(
                cli, arguments, env=self._environment, prog_name="livedata"
            )
            assert result.exit_code == 0, (arguments, result.output)
            return result.output
        return ""

    def _record(self, arguments: list[str]) -> None:
        """Record the simulated instrument for a moment, and cut the file's end off."""
        broker = ["--kafka", _option(arguments, "--kafka")]
        self._facility.start(["worker", *broker])
        self._facility.start(["simulate", *broker])
        recorder = self._new_terminals()
        recorder.start(arguments)
        file = Path(_option(arguments, "--output"))
        recorder.wait_until(lambda: _topics(file) >= RECORDED)
        enough = file.stat().st_size
        recorder.wait_until(lambda: file.stat().st_size > enough)
        recorder.interrupt()
        self._facility.interrupt()
        with file.open("r+b") as opened:  # as a writer that was killed leaves it
            opened.truncate(enough + (file.stat().st_size - enough) // 4)


def _topics(recording: Path) -> set[str]:
    """Return the topics of which a recording has messages by now."""
    if not recording.exists() or not recording.stat().st_size:
        return set()
    return {message.topic for message in read(recording)[0]}


def _long(arguments: list[str]) -> list[str]:
    return [SHORT.get(argument, argument) for argument in arguments]


def _option(arguments: list[str], name: str) -> str:
    """Return the value of an option; that of the instrument is dummy by default."""
    if name not in arguments:
        return "dummy"
    return arguments[arguments.index(name) + 1]


def _plain(text: str) -> str:
    """Return text without line breaks, and with all numbers alike."""
    return re.sub(r"\d[\d,]*", "0", " ".join(text.split()))


def _scripts() -> Mapping[str, str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    scripts = settings["tool"]["hatch"]["envs"]["default"]["scripts"]
    return {
        name: script.replace("{args}", "")
        for name, script in scripts.items()
        if isinstance(script, str)
    }
