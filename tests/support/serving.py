"""Server processes: started, waited for and stopped with all they started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path


def with_us(command: Sequence[str]) -> list[str]:
    """Return the command, made to end when this process does, however that ends.

    A test run that is killed cannot end what it has started.
    """
    setpriv = shutil.which("setpriv")
    return [*((setpriv, "--pdeathsig", "KILL") if setpriv else ()), *command]


def free_port() -> int:
    """Return a port that nobody listens on now."""
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """Return ports that nobody listens on now, no two alike.

    Asked for one after the other, the system may give the same port again.
    """
    with contextlib.ExitStack() as open_probes:
        probes = [open_probes.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


@contextlib.contextmanager
def running(
    command: Sequence[str], output: Path, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command while the block lasts; what it prints goes to a file.

    `env` is added to the environment.

    It is interrupted at the end with all that it started, as from the keyboard, and
    killed if it does not end within 10 s.
    """
    with output.open("wb") as file:
        process = subprocess.Popen(
            with_us(command),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(env or {})},
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for_page(
    url: str, process: subprocess.Popen[bytes], output: Path, timeout_s: float = 60.0
) -> str:
    """Return the page once the server answers with status 200.

    Raises
    ------
    RuntimeError
        If the process ends first or does not answer in time, with its output.
    """
    # Loopback only: a proxy of the machine must not be asked.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(url, timeout=timeout_s) as response:
                if response.status == 200:
                    return str(response.read().decode())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
    state = "ended" if process.poll() is not None else f"silent for {timeout_s:g} s"
    printed = output.read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"no page at {url}: {process.args!r} {state}:\n{printed}")
