"""How long until `livedata serve` answers, shows data, and lists its plugins.

Runs of the dashboard and of a bare ``pn.serve`` alternate, each in a new process with
settings of its own; medians are reported. Aims: HTTP 200 within 1.5 times the bare
server; the second painted frame of the first plot within 3 s more in a browser that
is open; ``livedata plugins`` and ``livedata --help`` within 0.7 s.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.machine import describe
from tests.support.bench_chromium import launch
from tests.support.serving import free_port, running, wait_for_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LIVEDATA = Path(sys.executable).with_name("livedata")
BARE = Path(__file__).with_name("_bare_panel.py")
FRAME_TIMEOUT_MS = 30_000

# Follows the data of the first plot that shows any: new arrays in one of its sources
# are a new frame, and it is painted when the next animation frame begins. Gives the
# epoch time of each painted frame, in ms.
PAINTED_FRAMES = """
() => {
  const frames = (window.__frames ??= [])
  if (window.__watching) return
  window.__watching = true
  let sources = null
  let seen = ""
  let pending = false
  const sums = new WeakMap()
  const sum = (column) => {
    if (typeof column === "number") return column || 0
    if (typeof column !== "object" || column === null) return 0
    if (!sums.has(column)) {
      let total = 0
      for (let i = 0; i < column.length; i++) total += (i % 97 + 1) * sum(column[i])
      sums.set(column, total)
    }
    return sums.get(column)
  }
  const columns = (source) => {
    const data = source.data
    const values = data instanceof Map ? [...data.values()] : Object.values(data)
    return values.filter((column) => column && column.length > 0)
  }
  const find = () => {
    for (const doc of window.Bokeh?.documents ?? []) {
      for (const model of doc._all_models?.values() ?? []) {
        if (model.type !== "Figure") continue
        const found = model.renderers.map((r) => r.data_source).filter(Boolean)
        if (found.some((source) => columns(source).length > 0)) return found
      }
    }
    return null
  }
  const look = () => {
    if (pending) frames.push(performance.timeOrigin + performance.now())
    pending = false
    sources ??= find()
    if (sources) {
      const now = sources.flatMap(columns).map(sum).join()
      pending = now !== seen && now !== ""
      seen = now
    }
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}
"""


def dashboard(port: int, settings: Path) -> list[str]:
    """Return the command of the dashboard, with settings of its own."""
    return [
        *(str(LIVEDATA), "serve", "--instrument", "dummy"),
        *("--port", str(port), "--settings", str(settings)),
    ]


def bare(port: int, _settings: Path) -> list[str]:
    """Return the command of the yardstick."""
    return [sys.executable, str(BARE), str(port)]


@contextmanager
def answering(
    command: Callable[[int, Path], list[str]],
) -> Iterator[tuple[str, float, float]]:
    """Start a server; give its URL, seconds until HTTP 200 and when that was."""
    with tempfile.TemporaryDirectory() as folder:
        port, output = free_port(), Path(folder, "output")
        url = f"http://127.0.0.1:{port}/"
        began = time.perf_counter()
        with running(command(port, Path(folder, "settings")), output) as process:
            wait_for_page(url, process, output)
            yield url, time.perf_counter() - began, time.time()


@contextmanager
def open_page(browser: Browser) -> Iterator[Page]:
    """Open an empty page that will note its painted frames."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    try:
        page = context.new_page()
        page.add_init_script(f"({PAINTED_FRAMES})()")
        yield page
    finally:
        context.close()


def second_frame(page: Page, url: str) -> float:
    """Go there; return when its second frame was painted, in seconds of the epoch."""
    page.goto(url)
    page.wait_for_function(
        "() => window.__frames.length >= 2", timeout=FRAME_TIMEOUT_MS
    )
    painted_ms: float = page.evaluate("() => window.__frames[1]")
    return painted_ms / 1e3


def command_seconds(arguments: Sequence[str]) -> float:
    """Return how long one call of ``livedata`` takes."""
    began = time.perf_counter()
    subprocess.run(
        [LIVEDATA, *arguments], check=True, stdout=subprocess.DEVNULL, timeout=60
    )
    return time.perf_counter() - began


def spread(seconds: Sequence[float]) -> str:
    """Return median and range."""
    low, high = min(seconds), max(seconds)
    return f"{statistics.median(seconds):6.2f} s   ({low:.2f} to {high:.2f})"


def measure_server(repeats: int, browser: Browser | None) -> None:
    """Alternate bare server and dashboard and print what they took."""
    bare_to_page, own_to_page, to_frame, in_all = [], [], [], []
    for run in range(repeats + 1):
        with answering(bare) as (_url, bare_seconds, _since):
            pass
        own_seconds, frame_seconds = dashboard_run(browser)
        if run == 0:
            continue  # reads files from disk that later runs find in memory
        bare_to_page.append(bare_seconds)
        own_to_page.append(own_seconds)
        to_frame.append(frame_seconds)
        in_all.append(own_seconds + frame_seconds)
    ratio = statistics.median(own_to_page) / statistics.median(bare_to_page)
    row("bare pn.serve: start to HTTP 200", spread(bare_to_page))
    row("livedata serve: start to HTTP 200", spread(own_to_page))
    row("ratio", f"{ratio:6.2f}", "at most 1.5")
    if browser is not None:
        allowed = 1.5 * statistics.median(bare_to_page) + 3.0
        row("HTTP 200 to second painted frame", spread(to_frame), "at most 3 s")
        row("start to second painted frame", spread(in_all), f"at most {allowed:.1f} s")


def dashboard_run(browser: Browser | None) -> tuple[float, float]:
    """Return seconds until HTTP 200 and from there to the second painted frame."""
    if browser is None:
        with answering(dashboard) as (_url, seconds, _since):
            return seconds, 0.0
    with open_page(browser) as page, answering(dashboard) as (url, seconds, since):
        return seconds, second_frame(page, url) - since


def row(name: str, figure: str, aim: str = "") -> None:
    """Print one line of the result."""
    print(f"{name:<34} {figure:<26}", f"(aim: {aim})" if aim else "", flush=True)


def measure_commands(repeats: int) -> None:
    """Time what a shell user calls, and print it."""
    for arguments in (["--help"], ["plugins"]):
        command_seconds(arguments)
        seconds = [command_seconds(arguments) for _ in range(repeats)]
        name = " ".join(["livedata", *arguments])
        row(name, spread(seconds), "at most 0.7 s")


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="startup", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args(argv)
    with bytecode_kept():
        return measure(options)


@contextmanager
def bytecode_kept() -> Iterator[None]:
    """Let Python keep bytecode, in a folder of this run, as an installed program does.

    Where the environment forbids it, every start would compile every module.
    """
    forbidden = os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        try:
            yield
        finally:
            del os.environ["PYTHONPYCACHEPREFIX"]
            if forbidden is not None:
                os.environ["PYTHONDONTWRITEBYTECODE"] = forbidden


def measure(options: argparse.Namespace) -> int:
    """Measure and print all that was asked for."""
    print(describe())
    print(f"medians of {options.repeats} runs after one to warm up, new process each")
    measure_commands(options.repeats)
    if options.no_browser:
        measure_server(options.repeats, None)
        return 0
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            measure_server(options.repeats, browser)
        finally:
            browser.close()
    return 0
