"""All that a pointer can do, the keyboard can; and one sees where it is."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Dashboard, OpenWindow, Window
from tests.browser.test_shell import card, feed

pytestmark = pytest.mark.browser

CONTROLS = """() => {
    const found = document.querySelectorAll("button, input, select, textarea, a[href]");
    return [...found].filter((e) => e.offsetParent && !e.disabled).length;
}"""
START = """() => {
    window.reached = new Set();
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
}"""
FOCUSED = """() => {
    const e = document.activeElement;
    window.reached ??= new Set();
    const again = window.reached.has(e);
    window.reached.add(e);
    const { outlineStyle: style, outlineWidth: width } = getComputedStyle(e);
    return [again || e === document.body, style !== "none" && width !== "0px"];
}"""


def walk(window: Window) -> None:
    """Check that Tab reaches each control of the page, with a ring around it."""
    window.page.evaluate(START)
    wanted = window.page.evaluate(CONTROLS)
    for _ in range(wanted + 1):
        window.page.keyboard.press("Tab")
        over, ringed = window.page.evaluate(FOCUSED)
        if over:
            break
        assert ringed, window.page.evaluate("document.activeElement.outerHTML")
    reached = (
        "() => [...reached].filter((e) => e.matches('button, input, select')).length"
    )
    assert window.page.evaluate(reached) == wanted


def focused(window: Window) -> str:
    label = "document.activeElement.getAttribute('aria-label') ?? ''"
    return str(window.page.evaluate(label))


def test_every_control_is_reached_and_keys_act(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    feed(dashboard.services)
    place = card(seen, "Panel 0")
    seen.page.wait_for_selector(f"{place} canvas")
    keys = seen.page.keyboard
    walk(seen)

    keys.press("?")
    seen.page.wait_for_selector("dialog[open] >> text=Hold the horizontal axis")
    keys.press("Escape")
    seen.page.wait_for_selector("dialog[open]", state="detached")

    seen.page.focus(f"{place} .tools [aria-label^=More]")
    keys.press("Enter")
    seen.page.wait_for_selector(f"{place} .menu")
    keys.press("ArrowDown")
    assert seen.page.evaluate("document.activeElement.className").startswith(
        "menu-item"
    )
    keys.press("Escape")
    seen.page.wait_for_selector(f"{place} .menu", state="detached")
    assert focused(seen).startswith("More")
    keys.press("p")
    seen.page.wait_for_selector(f"{place} .pill >> text=Paused")
    assert focused(seen).startswith("More")
    seen.page.focus(f"{place} .tools [aria-label^='Go on']")
    keys.press("Enter")
    seen.page.wait_for_selector(f"{place} .pill >> text=Paused", state="detached")
    assert focused(seen).startswith("Pause")
    keys.press("c")
    seen.page.wait_for_selector(
        f"{place} [aria-label^='Hold colour'].pressed", state="attached"
    )

    seen.page.focus(f"{place} .tools [aria-label^=Settings]")
    keys.press("Enter")
    seen.page.wait_for_selector("#drawer form")
    assert seen.page.evaluate("Boolean(document.activeElement.closest('#drawer'))")
    walk(seen)
    keys.press("Escape")
    seen.page.wait_for_selector("#drawer form", state="detached")


def test_pages_open_by_keys(dashboard: Dashboard, window: OpenWindow) -> None:
    seen = window().open(dashboard.url)
    keys = seen.page.keyboard
    seen.page.wait_for_selector(".card")
    keys.press("w")
    seen.page.wait_for_selector("h1 >> text=Workflows")
    walk(seen)
    keys.press("/")
    keys.type("w1?")
    assert seen.page.input_value(".search") == "w1?"
    seen.page.evaluate("document.activeElement.blur()")
    keys.press("s")
    seen.page.wait_for_selector("h1 >> text=System")
    walk(seen)
    keys.press("1")
    seen.page.wait_for_selector(".card")
    keys.press("e")
    seen.page.wait_for_selector(".editing-bar")
    keys.press("Escape")
    seen.page.wait_for_selector(".editing-bar", state="detached")
    keys.press("n")
    seen.page.wait_for_selector(".toasts.open")
    keys.press("Escape")
    seen.page.wait_for_selector(".toasts.open", state="detached")


def test_single_keys_are_switched_off_in_a_browser(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    keys = seen.page.keyboard
    switch = "dialog[open] input[type=checkbox]"
    seen.page.wait_for_selector(".card")
    keys.press("?")
    seen.page.uncheck(switch)
    keys.press("Escape")
    seen.page.wait_for_selector("dialog[open]", state="detached")
    seen.page.reload()
    seen.page.wait_for_selector(".card")
    theme = seen.page.get_attribute("html", "data-theme")
    for key in "enbtws/1":
        keys.press(key)
    keys.press("?")
    seen.page.wait_for_selector(switch)  # what the keys would have done is done
    assert not seen.page.is_checked(switch)
    assert seen.page.get_attribute("html", "data-theme") == theme
    for done in (".editing-bar", ".toasts.open", ".collapsed"):
        assert seen.page.query_selector(done) is None
    assert seen.page.evaluate("livedata.page.kind") == "grid"
    seen.page.check(switch)
    keys.press("Escape")
    keys.press("n")
    seen.page.wait_for_selector(".toasts.open")
    keys.press("Escape")
    seen.page.wait_for_selector(".toasts.open", state="detached")
