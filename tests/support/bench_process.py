"""Processes of a benchmark: told what to do by lines, answering with lines of JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

__all__ = ["Told", "clients", "server"]

from tests.support.bench_data import Load

ROOT = Path(__file__).parents[2]


class Told:
    """A process that obeys lines."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def tell(self, line: str) -> None:
        """Send a line that is not answered."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Return the next answer; lines that are no JSON objects are passed over.

        Raises
        ------
        RuntimeError
            If the process has ended.
        """
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                found: dict[str, Any] = json.loads(line)
                return found
        raise RuntimeError(f"{self._process.args!r} ended: {self._process.wait()}")

    def ask(self, line: str) -> dict[str, Any]:
        """Send a line and return the answer."""
        self.tell(line)
        return self.answer()

    def stop(self) -> None:
        """Have it end, and end it if it does not."""
        try:
            self.tell("stop")
            self._process.wait(timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):  # of a process that had ended already
                pipe.close()


@contextmanager
def server(kind: str, load: Load) -> Iterator[tuple[Told, dict[str, Any]]]:
    """Run a server; give it with what it said when it was ready."""
    told = Told(["tests.support.bench_server", kind, *load.arguments()])
    try:
        yield told, told.answer()
    finally:
        told.stop()


@contextmanager
def clients(
    ready: dict[str, Any], load: Load, paint_ms: float = 30.0
) -> Iterator[Told]:
    """Run clients, none at first, of a server."""
    told = Told(
        [
            "tests.support.bench_client",
            ready["url"],
            f"--began-ns={ready['began_ns']}",
            f"--paint-ms={paint_ms}",
            *load.arguments(),
        ]
    )
    try:
        yield told
    finally:
        told.stop()
