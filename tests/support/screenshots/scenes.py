"""What is on the pictures: how to come to each page and dialogue of the dashboard.

A scene begins on a fresh page of the simulated instrument with live plots and leaves
the dashboard as it found it, so that scenes can be taken alone and in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["SCENES", "Scene"]

Scene = Callable[["Page"], Iterator[None]]

SCENES: dict[str, Scene] = {}
"""By the name of their pictures, in the order of the guides."""

PANEL = "section[aria-label='Panel 0']"
MONITOR = "[data-workflow='dummy/monitor_histogram/1']"
CUT = b"grids:\n- title: Night shift\n  cells: [{row: 0, colu"


def scene(function: Scene) -> Scene:
    """Register a scene under its name."""
    SCENES[function.__name__.replace("_", "-")] = function
    return function


def live(page: Page) -> None:
    """Wait until all plots of the overview are painted."""
    page.wait_for_function(
        """() => {
            const cards = [...document.querySelectorAll('.card')]
            return cards.length && cards.every((card) => card.querySelector('.figure'))
        }""",
        timeout=60_000,
    )


def rail(page: Page, text: str) -> None:
    """Open a page by its name in the rail."""
    page.click(f"#rail >> text={text}")


@contextmanager
def drawer(page: Page) -> Iterator[None]:
    """Wait for the drawer, and close it at the end."""
    page.wait_for_selector("#drawer .form-header")
    yield
    page.click("#drawer [aria-label=Close]")


@scene
def plots(page: Page) -> Iterator[None]:
    """Show the overview."""
    live(page)
    yield


@scene
def plot_tools(page: Page) -> Iterator[None]:
    """Show a plot's tools and what is under More."""
    live(page)
    page.hover(PANEL)
    page.click(f"{PANEL} [title=More]")
    page.wait_for_selector(".menu")
    yield


@scene
def keys(page: Page) -> Iterator[None]:
    """Show the list of keys."""
    live(page)
    page.keyboard.press("?")
    page.wait_for_selector(".dialog-head")
    yield


@scene
def plot_alone(page: Page) -> Iterator[None]:
    """Show a plot in a window of its own."""
    live(page)
    cell = page.get_attribute(PANEL, "data-cell")
    page.evaluate("cell => { location.hash = `#cell:${cell}` }", cell)
    page.wait_for_function("document.querySelectorAll('.card').length === 1")
    page.wait_for_selector(f"{PANEL} canvas")
    yield


@scene
def plot_settings(page: Page) -> Iterator[None]:
    """Show the settings of a plot beside it."""
    live(page)
    page.hover(PANEL)
    page.click(f"{PANEL} [title=Settings]")
    with drawer(page):
        yield


@scene
def manage_grids(page: Page) -> Iterator[None]:
    """Show the page that manages grids."""
    rail(page, "Manage grids")
    page.click("[aria-label='Duplicate: Overview']")
    page.click("[aria-label='Remove: Overview (copy)']")
    page.wait_for_selector("[aria-label^='Put back']")
    yield


@scene
def upload_error(page: Page) -> Iterator[None]:
    """Show what is told of a layout file that is cut in half."""
    rail(page, "Manage grids")
    cut = {"name": "night.yaml", "mimeType": "text/yaml", "buffer": CUT}
    page.set_input_files("input[type=file]", cut)  # type: ignore[arg-type]
    page.wait_for_selector(".toast")
    yield


@scene
def notifications(page: Page) -> Iterator[None]:
    """Show the log of notifications."""
    live(page)
    page.click("[aria-label=Notifications]")
    page.wait_for_selector(".toasts-head")
    yield


@scene
def choose_output(page: Page) -> Iterator[None]:
    """Show an empty grid and the outputs to choose from."""
    with empty_grid(page):
        page.click("[aria-label='Add a plot at row 1, column 1']")
        with drawer(page):
            yield


@contextmanager
def empty_grid(page: Page) -> Iterator[None]:
    """Make a grid of no plots and remove it at the end."""
    rail(page, "Manage grids")
    page.fill("[aria-label='Title of an empty grid']", "Night shift")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=This grid has no plots yet")
    yield
    rail(page, "Manage grids")
    page.click("[aria-label='Remove: Night shift']")
    page.wait_for_selector("#rail >> text=Night shift", state="detached")


@scene
def empty_states(page: Page) -> Iterator[None]:
    """Show what plots say while there is nothing to be seen."""
    with empty_grid(page):
        for place, output in (("1", "cumulative"), ("2", "spectrum_current")):
            page.click(f"[aria-label='Add a plot at row 1, column {place}']")
            page.click(
                "#drawer [data-workflow='dummy/panel_0_mantle/1'] "
                f".output-choice[data-output={output}]"
            )
            page.wait_for_selector(f".card >> nth={int(place) - 1}")
        page.wait_for_selector(".empty >> text=is not running")
        yield


@scene
def correlation(page: Page) -> Iterator[None]:
    """Show counts over a motor position."""
    with empty_grid(page):
        page.click("[aria-label='Add a plot at row 1, column 1']")
        page.select_option(f"#drawer {MONITOR} select", "monitor1")
        page.click(f"#drawer {MONITOR} .output-choice[data-output=counts_total]")
        page.wait_for_selector(".card canvas")
        page.hover(".card")
        page.click(".card [title=Settings]")
        page.select_option("#drawer select >> nth=0", label="Over another quantity")
        page.select_option("#axis-x", label="Sample position")
        page.select_option("#field-style", label="Line")
        page.fill("#field-bins", "12")
        page.keyboard.press("Tab")
        with drawer(page):
            page.wait_for_selector(".card canvas", timeout=60_000)
            page.wait_for_timeout(15_000)
            yield


@scene
def regions(page: Page) -> Iterator[None]:
    """Show a region of interest on an image."""
    live(page)
    page.hover(PANEL)
    page.click(f"{PANEL} [aria-label^='Draw a region']")
    box = page.locator(f"{PANEL} .slot canvas").first.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle[0] - 70, middle[1] - 40)
    page.mouse.down()
    page.mouse.move(middle[0] - 10, middle[1] + 20, steps=4)
    page.mouse.up()
    outline = "[aria-label^='Region of interest']"
    page.wait_for_selector(outline)
    page.focus(outline)
    yield
    page.focus(outline)
    page.keyboard.press("Delete")
    page.wait_for_selector(outline, state="detached")


@scene
def edit_grid(page: Page) -> Iterator[None]:
    """Show the edit mode of a grid."""
    with empty_grid(page):
        rail(page, "Overview")
        live(page)
        rail(page, "Edit this grid")
        page.click("[aria-label='More columns']")
        page.wait_for_selector(".edit-place")
        page.hover(f"{PANEL} .edit-handles")
        yield
        page.click("[aria-label='Fewer columns']")
        page.click("text=Done")


@scene
def kiosk(page: Page) -> Iterator[None]:
    """Show what a screen on a wall shows."""
    page.goto(f"{page.url.split('#')[0]}?kiosk=3600")
    live(page)
    page.wait_for_selector(f"{PANEL} canvas")
    yield


@scene
def workflows(page: Page) -> Iterator[None]:
    """Show the workflows."""
    live(page)
    rail(page, "Workflows")
    page.wait_for_selector(MONITOR)
    yield


@scene
def workflow_form(page: Page) -> Iterator[None]:
    """Show the form of a workflow, with a value that one source has alone."""
    rail(page, "Workflows")
    page.click(f"{MONITOR} >> text=Configure")
    page.wait_for_selector("#scope")
    page.select_option("#scope", "monitor2")
    page.fill("#field-toa_edges-num_bins", "0")
    page.wait_for_selector("#drawer .field .error")
    with drawer(page):
        yield


@scene
def prepared(page: Page) -> Iterator[None]:
    """Show what is prepared for the next start."""
    rail(page, "Workflows")
    page.click(f"{MONITOR} >> text=Configure")
    page.wait_for_selector("#scope")
    page.select_option("#scope", "monitor2")
    page.fill("#field-toa_edges-num_bins", "500")
    page.click("#drawer >> text=Prepare")
    page.wait_for_selector(f"{MONITOR} .prepared")
    page.locator(MONITOR).scroll_into_view_if_needed()
    yield
    page.click(f"{MONITOR} >> text=Discard")
    page.wait_for_selector(f"{MONITOR} .prepared", state="detached")


@scene
def system(page: Page) -> Iterator[None]:
    """Show the system page."""
    live(page)
    rail(page, "System")
    page.wait_for_selector("text=Workers")
    yield
