"""How long data take to the screen of real browsers, and how long pages take.

From the time a result is due in the in-process broker (its own ``time``) to the
animation frame after the one in which its figure was painted. Chromium without window,
server and browsers on the same machine; the shell's own script paces the frames. No
driver is connected to the browsers meanwhile.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.benchmarks.machine import describe
from tests.support.bench_chromium import LoneBrowser, launch, left_alone
from tests.support.bench_data import Load
from tests.support.bench_meter import percentiles
from tests.support.bench_paints import (
    NOTE_PAINTS,
    Paint,
    paints,
    wait_for_figures,
)
from tests.support.bench_process import server

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        Page,
        Playwright,
        ViewportSize,
    )

NINE = Load(images=9, size=64, curves=0)
FAST = Load(images=1, size=256, curves=1, rate=20.0)
SIXTEEN = Load(images=8, size=256, curves=8)
SETTLE_S = 5.0
ROW = "{:<44} {:>10} {:>10} {:>10}   {}"


def open_page(context: BrowserContext, url: str) -> Page:
    """Open the dashboard in a page that notes its paints."""
    page = context.new_page()
    page.add_init_script(NOTE_PAINTS)
    page.goto(url, wait_until="commit")
    return page


@contextmanager
def browsers(
    playwright: Playwright, url: str, count: int
) -> Iterator[list[LoneBrowser]]:
    """Open the dashboard in so many browsers, each a set of processes of its own."""
    size = viewport()
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            lone = stack.enter_context(
                left_alone(playwright, size["width"], size["height"])
            )
            with lone.page() as page:
                page.add_init_script(NOTE_PAINTS)
                page.goto(url, wait_until="commit")
            opened.append(lone)
        yield opened


def viewport() -> ViewportSize:
    """Return the size of the page."""
    return {"width": 1600, "height": 1000}


def watch(
    playwright: Playwright, load: Load, count: int, seconds: float
) -> tuple[list[list[Paint]], dict[str, Any], int]:
    """Return what each browser painted, what the server says, and where time began."""
    with (
        server("shell", load) as (served, ready),
        browsers(playwright, ready["url"], count) as opened,
    ):
        for lone in opened:
            with lone.page() as page:
                wait_for_figures(page, load.cells)
        time.sleep(SETTLE_S)
        began_ms = 1e3 * time.time()
        served.ask("mark")
        time.sleep(seconds)
        said = served.ask("mark")
        ended_ms = 1e3 * time.time()
        noted = []
        for lone in opened:
            with lone.page() as page:
                noted.append(
                    [p for p in paints(page) if began_ms <= p.time_ms < ended_ms]
                )
        return noted, said, ready["began_ns"]


def latencies(noted: Sequence[Paint], load: Load, began_ns: int) -> list[float]:
    """Return the age of each painted frame in ms."""
    return [p.time_ms - load.due_ns(began_ns, p.frame) / 1e6 for p in noted]


def data_to_paint(
    playwright: Playwright, load: Load, count: int, seconds: float
) -> dict[str, Any]:
    """Measure the age of frames when they are painted."""
    noted, said, began_ns = watch(playwright, load, count, seconds)
    each = [latencies(one, load, began_ns) for one in noted]
    ages = [age for one in each for age in one]
    wanted = seconds * load.rate * load.cells * count
    return {
        "what": f"data to paint, {load}, {count} browser(s)",
        "unit": "ms",
        **percentiles(ages),
        "painted": len(ages) / wanted,
        "fps": len(ages) / (seconds * load.cells * count),
        "loop_delay_ms": {k: 1e3 * v for k, v in said["loop_delay_s"].items()},
        "server_cpu": said["cpu_s"] / said["seconds"],
    }


def page_load(playwright: Playwright, load: Load, repeats: int) -> list[dict[str, Any]]:
    """Measure navigation to all painted, and the same for a change of tabs."""
    with server("shell", load) as (served, ready):
        browser = launch(playwright)
        try:
            time.sleep(SETTLE_S)
            first = _load_ms(browser, ready["url"], load)
            with_others = [
                _load_ms(browser, ready["url"], load) for _ in range(repeats)
            ]
            switches = _switches_ms(browser, ready["url"], load, repeats)
        finally:
            browser.close()
        said = served.ask("mark")
    title = f"{load.cells} plots ({load.size} x {load.size}, {load.bins} bins)"
    loop = {k: 1e3 * v for k, v in said["loop_delay_s"].items()}
    return [
        _timing(f"page load, {title}, nobody else watches", [first], loop),
        _timing(f"page load, {title}, others watch", with_others, loop),
        _timing(f"tab switch to {title}", switches, loop),
    ]


def _timing(
    what: str, values: Sequence[float], loop: dict[str, float]
) -> dict[str, Any]:
    figures = percentiles(values)
    return {"what": what, "unit": "ms", **figures, "loop_delay_ms": loop}


def _load_ms(browser: Browser, url: str, load: Load) -> float:
    """Load the page in a fresh profile; return ms from navigation to all painted."""
    context = browser.new_context(viewport=viewport())
    try:
        page = open_page(context, url)
        painted_ms = wait_for_figures(page, load.cells)
        origin_ms: float = page.evaluate("() => performance.timeOrigin")
        return painted_ms - origin_ms
    finally:
        context.close()


def _switches_ms(browser: Browser, url: str, load: Load, repeats: int) -> list[float]:
    context = browser.new_context(viewport=viewport())
    page = open_page(context, url)
    wait_for_figures(page, load.cells)
    taken = []
    for _ in range(repeats):
        _click(page, "Other")
        wait_for_figures(page, 1, page.evaluate("() => Date.now()"))
        page.wait_for_timeout(500)
        clicked_ms = _click(page, "Bench")
        taken.append(wait_for_figures(page, load.cells, clicked_ms) - clicked_ms)
    context.close()
    return taken


def _click(page: Page, label: str) -> float:
    """Click an item of the rail from within the page; return when, in ms."""
    clicked_ms: float = page.evaluate(
        """(label) => {
          const items = [...document.querySelectorAll("button.rail-item")]
          items.find((item) => item.textContent.includes(label)).click()
          return Date.now()
        }""",
        label,
    )
    return clicked_ms


def print_row(row: dict[str, Any]) -> None:
    """Print one line of the table."""
    loop = row["loop_delay_ms"]
    notes = [f"loop delay p95 {loop['p95']:.0f} max {loop['max']:.0f} ms"]
    if "painted" in row:
        notes.append(f"{row['painted']:.1%} of frames, {row['fps']:.1f} fps")
        notes.append(f"server {row['server_cpu']:.0%} of a core")
    figures = [f"{row[name]:.0f} ms" for name in ("p50", "p95", "max")]
    print(ROW.format(row["what"], *figures, "; ".join(notes)), flush=True)


def measure(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield the figures that were asked for, one after the other."""
    from playwright.sync_api import sync_playwright

    nine, fast, sixteen = NINE, FAST, SIXTEEN
    counts = options.browsers
    if options.small:
        nine, fast = replace(NINE, images=2, size=16), replace(FAST, size=16)
        sixteen = replace(SIXTEEN, images=1, curves=1, size=16)
        counts, options.repeats, options.seconds = [1], 1, 3.0
    with sync_playwright() as playwright:
        if "latency" in options.parts:
            for count in counts:
                yield data_to_paint(playwright, nine, count, options.seconds)
        if "fps" in options.parts:
            yield data_to_paint(playwright, fast, 1, options.seconds)
        if "load" in options.parts:
            yield from page_load(playwright, sixteen, options.repeats)


def main(argv: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="paint", description=__doc__)
    parts = ("latency", "fps", "load")
    parser.add_argument("--parts", nargs="+", choices=parts, default=parts)
    parser.add_argument("--browsers", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--seconds", type=float, default=30.0, help="for each figure")
    parser.add_argument("--repeats", type=int, default=7, help="loads and switches")
    parser.add_argument("--small", action="store_true", help="seconds, not minutes")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    options = parser.parse_args(argv)
    if options.json:
        print(json.dumps(list(measure(options))))
        return 0
    print(describe())
    print(ROW.format("", "p50", "p95", "max", ""))
    for row in measure(options):
        print_row(row)
    return 0
