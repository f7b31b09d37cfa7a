"""How long until `livedata serve` answers, shows data, and lists its plugins.

Runs of the dashboard and of a bare ``pn.serve`` alternate, each in a new process with
settings of its own; medians are reported. Aims: HTTP 200 within 1.5 times the bare
server; the second painted frame of the first plot within 3 s more in a browser that
is open; ``livedata plugins`` and ``livedata --help`` within 0.7 s.
"""

from __future__ import annotations

import argparse
import shutil
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
from tests.support.serving import free_port, running, wait_for_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
  const ids = new WeakMap()
  let next = 0
  const id = (array) => {
    if (!ids.has(array)) ids.set(array, ++next)
    return ids.get(array)
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
      const now = sources.flatMap(columns).map(id).join()
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


def seconds_to_second_frame(browser: Browser, url: str, since: float) -> float:
    """Open the page; return seconds from `since` (epoch) to its second frame."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    try:
        page = context.new_page()
        page.add_init_script(f"({PAINTED_FRAMES})()")
        page.goto(url)
        page.wait_for_function(
            "() => window.__frames.length >= 2", timeout=FRAME_TIMEOUT_MS
        )
        painted_ms: float = page.evaluate("() => window.__frames[1]")
        return painted_ms / 1e3 - since
    finally:
        context.close()


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
    to_page: dict[str, list[float]] = {"bare pn.serve": [], "livedata serve": []}
    to_frame = []
    for run in range(repeats + 1):
        with answering(bare) as (_, bare_seconds, _since):
            pass
        with answering(dashboard) as (url, own_seconds, since):
            if browser is not None:
                frame_seconds = seconds_to_second_frame(browser, url, since)
        if run == 0:
            continue  # reads files from disk that later runs find in memory
        to_page["bare pn.serve"].append(bare_seconds)
        to_page["livedata serve"].append(own_seconds)
        if browser is not None:
            to_frame.append(frame_seconds)
    for name, seconds in to_page.items():
        print(f"{name:<16} start to HTTP 200      {spread(seconds)}")
    medians = [statistics.median(seconds) for seconds in to_page.values()]
    print(f"{'ratio':<39} {medians[1] / medians[0]:6.2f}     (aim: at most 1.5)")
    if to_frame:
        print(f"{'browser':<16} to the second frame    {spread(to_frame)}   (aim: 3 s)")


def measure_commands(repeats: int) -> None:
    """Time what a shell user calls, and print it."""
    for arguments in (["--help"], ["plugins"]):
        command_seconds(arguments)
        seconds = [command_seconds(arguments) for _ in range(repeats)]
        name = " ".join(["livedata", *arguments])
        print(f"{name:<39} {spread(seconds)}   (aim: 0.7 s)")


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="startup", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args(argv)
    print(describe())
    print(f"medians of {options.repeats} runs after one to warm up, new process each")
    measure_commands(options.repeats)
    if options.no_browser:
        measure_server(options.repeats, None)
        return 0
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        try:
            measure_server(options.repeats, browser)
        finally:
            browser.close()
    return 0


def chromium() -> str:
    """Return the path of the machine's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise SystemExit("no chromium on the PATH; install it or use --no-browser")
    return path
