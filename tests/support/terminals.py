"""Commands that run until Ctrl-C, each as if in a terminal of its own."""

from __future__ import annotations

import re
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.support.serving import free_port, running, wait_for_page

__all__ = ["Terminals"]

PATIENCE_S = 60.0


class Terminals:
    """Runs commands beside each other; `interrupt` ends them as Ctrl-C does.

    Parameters
    ----------
    folder:
        For what they print.
    program:
        What is ``livedata``.
    environment:
        Is added to this process' own.
    """

    def __init__(
        self,
        folder: Path,
        program: Sequence[str],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._program = program
        self._environment = environment
        self._stack = ExitStack()
        self._open: list[tuple[subprocess.Popen[bytes], Path]] = []
        self._number = 0

    @property
    def busy(self) -> bool:
        """Whether a command runs."""
        return bool(self._open)

    def start(self, arguments: Sequence[str]) -> None:
        """Start ``livedata`` and wait until it says that it is at work."""
        process, output = self._begin(arguments)
        self.wait_until(lambda: output.stat().st_size > 0 or process.poll() is not None)
        assert process.poll() is None, (arguments, output.read_text())

    def serve(self, arguments: Sequence[str], *, hears_worker: bool = True) -> None:
        """Start ``livedata serve``; wait until its page is there.

        Wait until it hears a worker too, which runs already or within it.
        """
        port = free_port()
        process, output = self._begin([*arguments, "--port", str(port)])
        url = f"http://127.0.0.1:{port}/"
        wait_for_page(url, process, output)
        if not hears_worker:
            return
        heard = re.compile(
            r'^livedata_worker_services\{.*state="running"\} [1-9]', re.M
        )
        self.wait_until(lambda: heard.search(_read(f"{url}metrics")) is not None)

    def interrupt(self) -> None:
        """End all; each has to end well, and without having printed a traceback."""
        self._stack.close()
        ended, self._open = self._open, []
        for process, output in ended:
            printed = output.read_text(encoding="utf-8", errors="replace")
            assert process.returncode == 0, (process.args, process.returncode, printed)
            assert "Traceback" not in printed, printed

    def kill(self) -> None:
        """End all, however."""
        self._stack.close()
        self._open.clear()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Look until a condition holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            printed = [output.read_text(errors="replace") for _, output in self._open]
            assert time.monotonic() < deadline, printed
            time.sleep(0.05)

    def _begin(self, arguments: Sequence[str]) -> tuple[subprocess.Popen[bytes], Path]:
        self._number += 1
        output = self._folder / f"terminal-{self._number}.log"
        command = [*self._program, *arguments]
        process = self._stack.enter_context(running(command, output, self._environment))
        self._open.append((process, output))
        return process, output


def _read(url: str) -> str:
    # Loopback only: a proxy of the machine must not be asked.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=PATIENCE_S) as response:
        return str(response.read().decode())
