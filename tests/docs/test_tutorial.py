"""The tutorial on plugins works as printed, in an environment of its own.

Its commands are run in their order. The environment sees what is installed here, so
that nothing is fetched: neither livedata itself nor what builds the package.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.serving import free_port, running, wait_for_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "first-plugin.md"
BLOCK = re.compile(
    r"^```(?:\{code-block\} )?(?P<language>\w+)\n"
    r"(?::caption: (?P<file>\S+), (?P<which>before|after)\n\n)?(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
GIVEN = (
    "python3 -m venv .venv",
    ". .venv/bin/activate",
    "pip install livedata livedata-testing",
)
"""What the fixture does in their place."""


class Author:
    """Somebody who follows the page, in a folder and an environment."""

    def __init__(self, folder: Path, browser: Browser | None) -> None:
        self.folder = folder
        self.browser = browser
        venv.create(folder / ".venv", with_pip=False)
        self.python = folder / ".venv" / "bin" / "python"
        site = Path(
            sysconfig.get_path(
                "purelib", vars={"base": str(folder / ".venv"), "platbase": ""}
            )
        )
        here = sysconfig.get_path("purelib")
        (site / "here.pth").write_text(f"import site; site.addsitedir({here!r})\n")
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

    def see(self, line: str, element: str) -> None:
        """Serve, and look at the page; with a browser, until both plots have data."""
        port = free_port()
        command = [*self.command(line), "--port", str(port)]
        output = self.folder / f"{element}.log"
        url = f"http://127.0.0.1:{port}/"
        environment = {k: v for k, v in self.environment.items() if k != "PYTHONPATH"}
        program = ["env", f"LIVEDATA_CONFIG_DIR={environment['LIVEDATA_CONFIG_DIR']}"]
        with running([*program, *command], output) as process:
            assert "<html" in wait_for_page(url, process, output)
            if self.browser is not None:
                look(self.browser, url, element)


def look(browser: Browser, url: str, element: str) -> None:
    with browser.new_page(viewport={"width": 1366, "height": 768}) as page:
        page.set_default_timeout(60_000)
        page.goto(url)
        page.wait_for_selector("#rail .rail-item")
        page.wait_for_function(
            "n => Bokeh.documents[0].get_model_by_name('livedata').painted >= n", arg=4
        )
        for title in ("Acme", "Panel"):
            page.get_by_text(title, exact=True).first.wait_for()
        drawn = page.evaluate(
            "() => Bokeh.documents.flatMap(d => [...d._all_models.values()])"
            ".map(m => m.type)"
        )
        assert element in drawn, sorted(set(drawn))
        if shots := os.environ.get("LIVEDATA_TEST_SHOTS"):
            page.screenshot(path=str(Path(shots) / f"tutorial-{element}.png"))


def blocks() -> list[re.Match[str]]:
    return list(BLOCK.finditer(PAGE.read_text(encoding="utf-8")))


def commands() -> list[str]:
    return [
        line.removeprefix("$ ")
        for block in blocks()
        if block["language"] == "console"
        for line in block["text"].splitlines()
    ]


@pytest.fixture(scope="module")
def author(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Author:
    seeing = importlib.util.find_spec("playwright") and shutil.which("chromium")
    browser = request.getfixturevalue("chromium") if seeing else None
    return Author(tmp_path_factory.mktemp("author"), browser)


def test_tutorial_from_an_empty_folder_to_a_wheel(author: Author) -> None:
    assert tuple(commands()[: len(GIVEN)]) == GIVEN
    before = ""
    elements = iter(["Line", "Patch"])
    printed: dict[str, str] = {}
    for block in blocks():
        if block["which"] == "before":
            before = block["text"]
        elif block["which"] == "after":
            file = author.folder / block["file"]
            source = file.read_text(encoding="utf-8")
            assert source.count(before) == 1, "the page quotes another file"
            file.write_text(source.replace(before, block["text"]), encoding="utf-8")
        for line in block["text"].splitlines() if not block["file"] else ():
            command = line.removeprefix("$ ")
            if command.startswith("livedata serve"):
                author.see(command, next(elements))
            elif command not in GIVEN:
                printed[command] = author.run(command)
    assert next(elements, None) is None, "the page serves twice"
    assert "acme (livedata-acme 0.1.0)" in printed["livedata plugins show acme"]
    assert "nothing to mend" in printed["livedata check acme"]
    (wheel,) = (author.folder / "dist").iterdir()
    assert wheel.name == "livedata_acme-0.1.0-py3-none-any.whl"
