"""Real browsers that change plots while a server is watched: for the soak benchmark.

All are pages of one Chromium. Each change is made through the page, as people do it,
and waited for in that page: a plot is added by a click on an output, given another
setting, removed in edit mode.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.support.bench_chromium import launch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["Browsers", "browsers"]

MODELS = """() => ({
    page_models: livedata.plots.models.reduce((n, f) => n + f.references().size, 0),
    page_figures: livedata.plots.models.length,
    page_nodes: document.getElementsByTagName('*').length,
})"""


class Browsers:
    """Some pages that take turns in changing the first grid.

    Attributes
    ----------
    done:
        How many plots were added, changed and removed.
    errors:
        What went wrong in the pages.
    """

    def __init__(self, browser: Browser, url: str, number: int) -> None:
        self.done = {"added": 0, "changed": 0, "removed": 0}
        self.errors: list[str] = []
        self._pages = [self._open(browser, url) for _ in range(number)]
        self._cards = self._pages[0].locator(".card").count()
        self._next = itertools.cycle(self._turns())

    def _open(self, browser: Browser, url: str) -> Page:
        page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(url)
        page.wait_for_selector(".card canvas")
        return page

    def close(self) -> None:
        """Close all pages."""
        for page in self._pages:
            page.context.close()

    def _turns(self) -> list[Callable[[], None]]:
        """Each page adds a plot, then each changes one, then each removes one."""
        return [
            lambda page=page, turn=turn: turn(page)  # type: ignore[misc]
            for turn in (self._add, self._change, self._remove)
            for page in self._pages
        ]

    def act(self) -> None:
        """Make the next change."""
        next(self._next)()

    def _add(self, page: Page) -> None:
        page.click("#rail >> text=Workflows")
        page.wait_for_selector("[data-workflow] .output")
        outputs = page.locator("[data-workflow] .output")
        outputs.nth(self.done["added"] % outputs.count()).click()
        self._cards += 1
        self._wait_for_cards(page)
        self.done["added"] += 1

    def _change(self, page: Page) -> None:
        self._wait_for_cards(page)
        page.locator(".card").last.hover()
        page.locator(".card").last.locator("[title=Settings]").click()
        choices = page.locator("#drawer .form-body .fields select").first
        choices.locator("option").first.wait_for(state="attached")
        count = choices.locator("option").count()
        choices.select_option(index=(self.done["changed"] // len(self._pages)) % count)
        page.click("#drawer [aria-label=Close]")
        page.wait_for_selector("#drawer", state="hidden")
        self.done["changed"] += 1

    def _remove(self, page: Page) -> None:
        self._wait_for_cards(page)
        page.click("#rail >> text=Edit this grid")
        page.locator(".card").last.locator("[aria-label^=Remove]").click()
        self._cards -= 1
        self._wait_for_cards(page)
        page.click(".editing-bar >> text=Done")
        self.done["removed"] += 1

    def _wait_for_cards(self, page: Page) -> None:
        """Wait until a page has caught up with what all of them have done."""
        page.wait_for_function(
            "n => document.querySelectorAll('.card').length === n", arg=self._cards
        )

    def counts(self) -> dict[str, float]:
        """Return what all pages hold together; memory after a collection, in MB."""
        found: dict[str, float] = {}
        for page in self._pages:
            session = page.context.new_cdp_session(page)
            session.send("HeapProfiler.collectGarbage")
            heap: dict[str, Any] = session.send("Runtime.getHeapUsage")
            session.detach()
            here = {**page.evaluate(MODELS), "page_heap_mb": heap["usedSize"] / 1e6}
            for name, value in here.items():
                found[name] = found.get(name, 0.0) + value
        return found


@contextmanager
def browsers(url: str, number: int) -> Iterator[Browsers | None]:
    """Open so many pages of a server; none at all if the number is 0.

    Raises
    ------
    SystemExit
        If there is no Chromium on this machine.
    """
    if not number:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield Browsers(browser, url, number)
        browser.close()
