"""The Chromium that benchmarks drive: at the priority that a user's browser has.

A driver that is connected gets a copy of all that a page receives, which takes about a
tenth of what the browser itself does. What is measured with `left_alone` browsers is
therefore done while nobody is connected.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.support.chromium import ARGUMENTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

__all__ = ["LoneBrowser", "launch", "left_alone"]

AS_USER = Path(__file__).with_name("chromium-as-user")
BARS_PX = 143  # what a window without screen keeps for its bars
START_S = 30.0


@dataclass(frozen=True)
class LoneBrowser:
    """A browser with one page, to which a driver connects when it has to."""

    playwright: Playwright
    port: int

    @contextmanager
    def page(self) -> Iterator[Page]:
        """Connect, yield the page, and leave it as it is."""
        address = f"http://127.0.0.1:{self.port}"
        browser = self.playwright.chromium.connect_over_cdp(address)
        try:
            yield browser.contexts[0].pages[0]
        finally:
            browser.close()


@contextmanager
def left_alone(
    playwright: Playwright, width: int, height: int
) -> Iterator[LoneBrowser]:
    """Start a browser whose page has this size in px; end it with the block.

    Raises
    ------
    SystemExit
        If there is no Chromium on this machine.
    """
    _demand_chromium()
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            str(AS_USER),
            *ARGUMENTS,
            "--headless",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            f"--window-size={width},{height + BARS_PX}",
            "about:blank",
        ]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            yield LoneBrowser(playwright, _port(Path(profile)))
        finally:
            process.terminate()
            process.wait(START_S)


def _port(profile: Path) -> int:
    """Return where the browser of this profile listens, once it says so."""
    said = profile / "DevToolsActivePort"
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if said.exists() and len(lines := said.read_text().splitlines()) > 1:
            return int(lines[0])
        time.sleep(0.05)
    raise TimeoutError(f"no browser after {START_S:.0f} s")


def launch(playwright: Playwright) -> Browser:
    """Start a browser without window, in processes of its own.

    Raises
    ------
    SystemExit
        If there is no Chromium on this machine.
    """
    _demand_chromium()
    return playwright.chromium.launch(executable_path=str(AS_USER), args=ARGUMENTS)


def _demand_chromium() -> None:
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        raise SystemExit("no chromium on the PATH; install it")
