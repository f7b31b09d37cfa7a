"""Grids are arranged in a real browser, and another one sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Dashboard, OpenWindow, Window

pytestmark = pytest.mark.browser


def boxes(dashboard: Dashboard) -> dict[str, tuple[int, int, int, int]]:
    (grid,) = [g for g in dashboard.services.plots.layout.grids if g.cells][:1]
    return {c.title: (c.row, c.column, c.rows, c.columns) for c in grid.cells}


def drag(window: Window, start: dict[str, float], end: dict[str, float]) -> None:
    mouse = window.page.mouse
    mouse.move(start["x"], start["y"])
    mouse.down()
    mouse.move(end["x"], end["y"], steps=4)
    mouse.up()


def middle(window: Window, selector: str) -> dict[str, float]:
    box: Any = window.page.locator(selector).bounding_box()
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}


def in_place(window: Window, title: str, row: int, column: int, rest: str) -> None:
    window.page.wait_for_function(
        """([title, area]) => document.querySelector(
            `section[aria-label="${title}"]`)?.style.gridArea.startsWith(area)""",
        arg=[title, f"{row + 1} / {column + 1} / {rest}"],
    )


def test_tab_goes_through_plots_as_they_lie(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    page = seen.page
    first, second = sorted(boxes(dashboard).items(), key=lambda item: item[1])[:2]
    order = "() => [...document.querySelectorAll('.card')].map((e) => e.ariaLabel)"
    page.click("text=Edit this grid")
    page.focus(f"section[aria-label='{second[0]}'] .edit-handles")
    for key, wanted in (
        ("ArrowLeft", [second[0], first[0]]),
        ("Control+z", [first[0], second[0]]),
    ):
        page.keyboard.press(key)
        page.wait_for_function(
            f"wanted => String(({order})().slice(0, 2)) === String(wanted)", arg=wanted
        )
        focused = page.evaluate("document.activeElement.ariaLabel")
        assert focused.startswith(f"Move {second[0]}:")


def test_plots_are_arranged_by_pointer_and_keys_and_others_see_it(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    editor, watcher = (window().open(dashboard.url) for _ in range(2))
    page = editor.page
    page.wait_for_selector(".card")
    assert page.query_selector(".edit-handles") is None
    page.click("text=Edit this grid")
    first, second = sorted(boxes(dashboard).items(), key=lambda item: item[1])[:2]
    handles = "section[aria-label='{}'] .edit-handles"
    one, other = handles.format(first[0]), handles.format(second[0])
    drag(editor, middle(editor, one), middle(editor, other))
    for seen in (editor, watcher):
        in_place(seen, first[0], *second[1][:2], "span 1 / span 1")
        in_place(seen, second[0], *first[1][:2], "span 1 / span 1")

    page.click("[aria-label='More columns']")
    page.wait_for_selector(".edit-place")
    page.focus(one)
    page.keyboard.press("ArrowRight")
    for seen in (editor, watcher):
        in_place(seen, first[0], 0, 2, "span 1 / span 1")
    page.keyboard.press("Control+z")
    for seen in (editor, watcher):
        in_place(seen, first[0], *second[1][:2], "span 1 / span 1")
    page.keyboard.press("ArrowRight")
    in_place(watcher, first[0], 0, 2, "span 1 / span 1")
    corner = middle(editor, f"{one} .edit-resize")
    drag(editor, corner, {"x": corner["x"], "y": corner["y"] + 200})
    in_place(watcher, first[0], 0, 2, "span 2 / span 1")

    page.hover(one)
    page.click(f"{one} [aria-label^=Remove]")
    for seen in (editor, watcher):
        seen.page.wait_for_selector(
            f"section[aria-label='{first[0]}']", state="detached"
        )
    watcher.page.click(".toast .remedy")
    in_place(editor, first[0], 0, 2, "span 2 / span 1")

    away = dashboard.services.plots.add_grid("Elsewhere")
    page.hover(one)
    page.select_option(f"{one} .edit-away", label="Elsewhere")
    watcher.page.wait_for_selector(
        f"section[aria-label='{first[0]}']", state="detached"
    )
    page.click("text=Bring back")
    in_place(watcher, first[0], 0, 2, "span 2 / span 1")
    dashboard.services.plots.remove_grid(away)
    page.click("text=Done")
    page.wait_for_selector(".edit-handles", state="detached")


def test_grids_are_managed_on_a_page_of_their_own(
    dashboard: Dashboard, window: OpenWindow, tmp_path: Path
) -> None:
    seen, watcher = (window().open(dashboard.url, "layouts") for _ in range(2))
    page = seen.page
    tabs = """wanted => JSON.stringify([...document.querySelectorAll(
        '#rail .rail-item:not(.minor) .rail-label')].map(e => e.textContent)
        .filter(text => !['Workflows', 'System', 'Collapse'].includes(text)))
        === JSON.stringify(wanted)"""
    page.fill("[aria-label='Title of an empty grid']", "Night <shift>")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=This grid has no plots yet")
    page.click("text=Manage grids")
    page.click("[aria-label='Move up: Night <shift>']")
    page.click("[aria-label='Duplicate: Overview']")
    page.fill("[aria-label='Title of Overview (copy)']", "Copy")
    page.keyboard.press("Enter")
    page.click("[aria-label='Hide from the rail: Overview']")
    for each in (seen, watcher):
        each.page.wait_for_function(tabs, arg=["Night <shift>", "Copy"])
    with page.expect_download() as download:
        page.click("[aria-label='Download: Copy']")
    stored = tmp_path / "stored.yaml"
    download.value.save_as(stored)
    assert download.value.suggested_filename == "Copy.yaml"
    page.click("[aria-label='Remove: Copy']")
    page.wait_for_function(tabs, arg=["Night <shift>"])
    page.set_input_files("input[type=file]", stored)
    watcher.page.wait_for_function(tabs, arg=["Night <shift>", "Copy"])
    page.set_input_files(
        "input[type=file]",
        {"name": "cut.yaml", "mimeType": "text/yaml", "buffer": b"grids: [{title"},
    )
    page.wait_for_selector(".toast >> text=“cut.yaml” was not added")
    watcher.page.click("[aria-label='Put back Copy']")
    page.wait_for_function(tabs, arg=["Night <shift>", "Copy", "Copy"])


def test_notifications_are_filtered_and_grouped(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    push = dashboard.services.notifications.push
    for _ in range(3):
        push("warning", "Vacuum is poor", "Pump 3")
    push("error", "Shutter stuck")
    push("info", "Run 7 began")
    seen.page.wait_for_selector(".toast:has-text('Vacuum is poor') >> text=×3")
    assert seen.page.locator(".toast:has-text('Vacuum')").count() == 1
    seen.page.click("button.bell")
    seen.page.click("text=Warnings and errors")
    seen.page.wait_for_selector(".toast:has-text('Run 7')", state="detached")
    seen.page.fill("[aria-label='Search notifications']", "pump")
    seen.page.wait_for_selector(".toast:has-text('Shutter')", state="detached")
    assert seen.page.locator(".toasts.open .toast").count() == 1
