"""`livedata serve` as users run it, seen in browsers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.conftest import OpenWindow, Window
from tests.support.bad_plugins import (
    AT_LOADING,
    SITECUSTOMIZE,
    WORKFLOWS,
    install_bad_plugins,
)
from tests.support.edited_plugin import EditedPlugin
from tests.support.plugins import Site
from tests.support.programs import livedata
from tests.support.serving import free_port, running, wait_for_page

pytestmark = pytest.mark.browser

LIVEDATA = Path(sys.executable).with_name("livedata")
OTHERS = ("bad_metadata", "bad_everywhere", "bad_work")
REAR, FRONT = 176_714, 60_364


@contextmanager
def livedata_serve(
    tmp_path: Path,
    *arguments: str,
    port: int = 0,
    env: Mapping[str, str] | None = None,
    clean: bool = True,
) -> Iterator[str]:
    """Run `livedata serve`; gives the URL of its page."""
    port, output = port or free_port(), tmp_path / "output"
    command = [str(LIVEDATA), "serve", "--store", "memory", "--port", str(port)]
    with running([*command, *arguments], output, env) as process:
        url = f"http://localhost:{port}/"
        wait_for_page(url, process, output)
        yield url
        assert not clean or "Traceback" not in output.read_text()


def close(*windows: Window) -> None:
    """Close windows before their server goes; an open one would complain."""
    for seen in windows:
        seen.page.close()


def pill(seen: Window, cell: str, word: str) -> None:
    """Wait until a plot's pill says `word`."""
    seen.page.wait_for_selector(
        f"section[aria-label='{cell}'] .pill-word >> text={word}", timeout=40_000
    )


def titles_with(seen: Window, *texts: str) -> None:
    """Wait until each text is in the title of some plot."""
    seen.page.wait_for_function(
        """texts => {
            const titles = livedata.plots.models.map(figure => figure.title?.text ?? '')
            return texts.every(text => titles.some(title => title.includes(text)))
        }""",
        arg=list(texts),
        timeout=60_000,
    )


def test_dummy_is_live_and_workflows_stop_and_start(
    tmp_path: Path, window: OpenWindow
) -> None:
    with livedata_serve(tmp_path) as url:
        one, other = window().open(url), window().open(url)
        for seen in (one, other):
            pill(seen, "Panel 0", "Live")
            seen.painted(2)
        one.page.click("#rail >> text=Workflows")
        row = '[data-workflow="dummy/panel_0_xy/1"]'
        one.page.click(f"{row} >> text=Stop")
        one.page.wait_for_selector(f"{row} .source >> text=Stopped")
        pill(other, "Panel 0", "Stopped")
        pill(other, "Monitors", "Live")
        other.page.click("section[aria-label='Panel 0'] button.start")
        pill(other, "Panel 0", "Live")
        one.page.wait_for_selector(f"{row} .source >> text=Running")
        close(one, other)


@pytest.mark.data
def test_real_neutrons_are_counted_exactly_in_two_browsers(
    tmp_path: Path, window: OpenWindow, sans2d_file: Path
) -> None:
    replay = ["-i", "sans2d", "--replay", str(sans2d_file), "--speed", "5"]
    with livedata_serve(tmp_path, *replay) as url:
        windows = [window().open(url) for _ in range(2)]
        for seen in windows:
            titles_with(seen, f"{REAR:,} counts", f"{FRONT:,} counts")
            seen.page.wait_for_selector("section[aria-label='Rear bank'] canvas")
        close(*windows)


def test_page_says_that_the_server_is_gone_and_comes_back_with_it(
    tmp_path: Path, window: OpenWindow
) -> None:
    port = free_port()
    with livedata_serve(tmp_path, port=port) as url:
        seen = window().open(url)
        pill(seen, "Panel 0", "Live")
    pill(seen, "Panel 0", "Stale")
    assert "lost" in seen.page.inner_text("#header [role=alert]")
    seen.errors.clear()  # what the browser says of a server that is not there
    with livedata_serve(tmp_path, port=port):
        pill(seen, "Panel 0", "Live")
        seen.page.goto("about:blank")  # it would look for this server, too
        seen.errors.clear()


def test_all_bad_plugins_at_once_leave_the_dashboard_and_the_listing_working(
    tmp_path: Path, window: OpenWindow
) -> None:
    site = Site(tmp_path / "site")
    path = install_bad_plugins(site)
    site.write("sitecustomize.py", SITECUSTOMIZE)
    env = {
        "PYTHONPATH": os.pathsep.join(path),
        "LIVEDATA_CONFIG_DIR": str(tmp_path / "config"),
    }
    limit = ("--memory-limit", "1200")
    with livedata_serve(tmp_path, *limit, env=env, clean=False) as url:
        seen = window().open(url)
        pill(seen, "Panel 0", "Live")
        page = seen.page
        assert page.is_visible("text=Good"), "the good widget beside the bad one"
        page.click("#rail >> text=Workflows")
        for name in WORKFLOWS:
            title = name.removeprefix("bad_").title()
            # Not with the mouse: notices of those that failed lie over the last ones.
            page.press(f'[aria-label="Start {title}"]', "Enter")
        page.click("#rail >> text=Bad plots")
        for cell, said in (
            ("slow", "Slow (bad_work 1.2.3) did not return within"),
            ("raises", "Raises (bad_work 1.2.3) failed on these data: ZeroDiv"),
            ("missing", "cannot import 'bad_work:missing'"),
        ):
            page.wait_for_selector(f"section[aria-label='{cell}'] >> text={said}")
        page.click("#rail >> text=System")
        for name in (*AT_LOADING, *OTHERS):
            page.wait_for_selector(f"text={name}")
        page.wait_for_selector("text=the decoder of bad_work 1.2.3 failed")
        page.click("#rail >> text=Workflows")
        for name, said in WORKFLOWS.items():
            row = f'[data-workflow="dummy/{name}/1"]'
            page.wait_for_selector(f"{row} >> text={said}", timeout=60_000)
        page.click('[data-workflow="dummy/panel_0_xy/1"] >> text=Configure')
        page.wait_for_selector("#drawer >> text=Restart")
        page.keyboard.press("Escape")
        page.click("#rail .rail-item >> nth=0")
        pill(seen, "Panel 0", "Live")
        close(seen)
    listing = livedata("plugins", env=env)
    assert listing.returncode == 0, listing.stderr
    for name in (*AT_LOADING, *OTHERS):
        assert name in listing.stdout


def test_an_edited_plugin_is_shown_anew_in_the_same_session(
    tmp_path: Path, window: OpenWindow
) -> None:
    site = Site(tmp_path / "site")
    plugin = EditedPlugin(site)
    env = {
        "PYTHONPATH": str(site.folder),
        "LIVEDATA_CONFIG_DIR": str(tmp_path / "config"),
    }
    with livedata_serve(tmp_path, "--dev", env=env, clean=False) as url:
        seen = window().open(url)
        page = seen.page
        page.click("#rail >> text=Edited")
        titles_with(seen, "one 1")
        page.evaluate("window.sameSession = true")

        plugin.edit(compute="f'two {value:g}'")
        titles_with(seen, "two 1")

        plugin.edit(compute="f'three {value:g}'", value="1.0))")
        cell = "section[aria-label='Edited cell']"
        page.wait_for_selector(f"{cell} >> text=Shown as before the last edit")
        page.click(f"{cell} summary")
        assert "SyntaxError" in page.inner_text(f"{cell} pre")
        titles_with(seen, "two 1")

        plugin.edit(compute="1 / 0", value="3.0")
        page.wait_for_selector(f"{cell} >> text=ZeroDivisionError: division by zero")
        page.click(f"{cell} summary")
        assert "return 1 / 0" in page.inner_text(f"{cell} pre")

        plugin.edit(compute="f'four {value:g}'", value="4.0")
        titles_with(seen, "four 4")
        assert page.query_selector(f"{cell} [role=alert]") is None
        assert page.evaluate("window.sameSession")
        close(seen)
