"""An author with an environment of their own, made of what is installed here.

It sees the distributions of this environment, so that nothing is fetched: neither
livedata itself nor what builds a package.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.serving import free_port, running, wait_for_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["InstalledAuthor", "live_page"]


class InstalledAuthor:
    """Somebody with a folder and an environment, who runs commands there.

    `site` is where packages are installed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder / ".venv", with_pip=False)
        self.python = folder / ".venv" / "bin" / "python"
        self.site = Path(
            sysconfig.get_path(
                "purelib", vars={"base": str(folder / ".venv"), "platbase": ""}
            )
        )
        here = sysconfig.get_path("purelib")
        (self.site / "here.pth").write_text(f"import site; site.addsitedir({here!r})\n")
        self.environment = {
            **os.environ,
            "LIVEDATA_CONFIG_DIR": str(folder / "config"),
        }
        self.environment.pop("PYTHONPATH", None)

    def command(self, line: str) -> list[str]:
        """Return what a printed command is here."""
        program, *arguments = shlex.split(line)
        python = str(self.python)
        if program == "pip":
            base = [sys.executable, "-m", "pip", "--python", python, "-q"]
            return [*base, arguments[0], "--no-build-isolation", "--no-deps", *(
                argument for argument in arguments[1:] if argument != "--no-deps"
            )]  # fmt: skip
        module = {"livedata": "livedata_cli", "pytest": "pytest"}[program]
        return [python, "-m", module, *arguments]

    def run(self, line: str) -> str:
        """Run a command that has to succeed; return what it printed."""
        finished = subprocess.run(
            self.command(line),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert finished.returncode == 0, (line, finished.stdout + finished.stderr)
        return finished.stdout

    @contextmanager
    def serving(self, line: str) -> Iterator[str]:
        """Run a command that serves while the block lasts; gives its address."""
        port = free_port()
        command = [*self.command(line), "--port", str(port)]
        output = self.folder / f"served-{port}.log"
        url = f"http://127.0.0.1:{port}/"
        variable = f"LIVEDATA_CONFIG_DIR={self.environment['LIVEDATA_CONFIG_DIR']}"
        program = ["env", "-u", "PYTHONPATH", variable]
        with running([*program, *command], output) as process:
            assert "<html" in wait_for_page(url, process, output)
            yield url


@contextmanager
def live_page(browser: Browser, url: str, frames: int) -> Iterator[Page]:
    """Open a page, at a common size of screen, and wait until it painted so often."""
    with browser.new_page(viewport={"width": 1366, "height": 768}) as page:
        page.set_default_timeout(60_000)
        page.goto(url)
        page.wait_for_selector("#rail .rail-item")
        page.wait_for_function(
            "n => Bokeh.documents[0].get_model_by_name('livedata').painted >= n",
            arg=frames,
        )
        yield page
