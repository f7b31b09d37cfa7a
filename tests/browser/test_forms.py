"""Forms in a browser: the way to what is wrong, drafts, and what others change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Dashboard, OpenWindow
from tests.browser.test_shell import card, feed

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SMALL = {"width": 1366, "height": 768}
MONITORS = "[data-workflow='dummy/monitor_histogram/1'] >> text=Configure"
START = "#field-toa_edges-start"


def shot(page: Page, name: str) -> None:
    folder = os.environ.get("SHOTS")
    if folder:
        for theme in ("light", "dark"):
            page.evaluate("t => livedata.setTheme(t)", theme)
            page.wait_for_timeout(300)
            page.screenshot(path=Path(folder) / f"{name}-{theme}.png")


def open_settings(page: Page) -> None:
    page.hover("section[aria-label='Panel 0']")
    page.click("[aria-label='Settings: Panel 0']")


def chosen(page: Page, field: str) -> str:
    """Return what a select shows."""
    text: str = page.eval_on_selector(field, "s => s.selectedOptions[0].text")
    return text


def test_what_is_wrong_is_told_beside_the_buttons_and_leads_to_its_field(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    page = window(viewport=SMALL).open(dashboard.url, "workflows").page
    page.click(MONITORS)
    page.fill(START, "1e9")
    problem = page.locator("#drawer .form-problem button")
    expect(problem).to_have_text(
        "Time-of-arrival bins: First edge (1e+09) must be less than Last edge (71.43)."
    )
    expect(problem).to_be_in_viewport(ratio=1)
    box, start = (
        problem.bounding_box(),
        page.locator("#drawer .primary").bounding_box(),
    )
    assert box
    assert start
    assert (box["x"], box["y"] + box["height"] <= start["y"]) == (start["x"], True)
    for field in ("start", "stop"):
        box = page.locator(f"#field-toa_edges-{field}")
        expect(box).to_have_attribute("aria-invalid", "true")
    bins = page.locator("#field-toa_edges-num_bins")
    expect(bins).not_to_have_attribute("aria-invalid", "true")
    shot(page, "problem")
    page.set_viewport_size({"width": 1366, "height": 400})
    page.locator("#drawer .form-body").evaluate("e => e.scrollTo(0, e.scrollHeight)")
    expect(page.locator(START)).not_to_be_in_viewport()
    problem.click()
    expect(page.locator(START)).to_be_focused()
    expect(page.locator(START)).to_be_in_viewport(ratio=1)
    shot(page, "problem-field")
    page.fill(START, "1")
    problem.wait_for(state="detached")
    assert page.is_enabled("#drawer .primary")


def test_problem_of_another_source_leads_to_its_field_there(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    page = window(viewport=SMALL).open(dashboard.url, "workflows").page
    page.click(MONITORS)
    page.select_option("#scope", index=1)
    expect(page.locator("#scope-help")).to_contain_text("this source alone")
    page.fill("#field-toa_edges-num_bins", "0")
    problem = page.locator("#drawer .form-problem button")
    problem.wait_for()
    page.select_option("#scope", index=0)
    expect(page.locator("#scope-help")).to_contain_text("Choose a source")
    problem.click()
    expect(page.locator("#field-toa_edges-num_bins")).to_be_focused()
    expect(page.locator("#scope-help")).to_contain_text("this source alone")


def test_escape_keeps_what_was_entered_for_a_workflow(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    page = window(viewport=SMALL).open(dashboard.url, "workflows").page
    page.click(MONITORS)
    page.fill(START, "12")
    expect(page.locator(f".field.changed:has({START})")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    page.click(MONITORS)
    expect(page.locator(START)).to_have_value("12")
    expect(page.locator(".form-note")).to_contain_text("still here")
    shot(page, "draft")
    page.click(".form-note >> text=Discard")
    expect(page.locator(START)).to_have_value("0.0")
    expect(page.locator(".form-note")).to_have_count(0)


def test_open_settings_follow_those_of_another_browser_but_not_what_is_typed(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    one = window(viewport=SMALL).open(dashboard.url).page
    other = window(viewport=SMALL).open(dashboard.url).page
    for page in (one, other):
        open_settings(page)
        page.wait_for_selector("#field-scale")
    other.focus("#field-axes-x_label")
    other.fill("#field-low", "1")
    one.select_option("#field-scale", label="Log")
    one.fill("#field-axes-x_label", "AAA")
    one.fill("#field-low", "5")
    one.keyboard.press("Enter")
    other.wait_for_function(
        "document.querySelector('#field-axes-x_label').value === 'AAA'"
    )
    assert chosen(other, "#field-scale") == "Log"
    expect(other.locator("#field-low")).to_be_focused()
    expect(other.locator("#field-low")).to_have_value("1")
    other.select_option("#field-scale", label="Linear")
    one.wait_for_function(
        "document.querySelector('#field-scale').selectedOptions[0].text === 'Linear'"
    )


def test_plotters_keep_their_settings_and_a_paused_plot_says_so(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window(viewport=SMALL).open(dashboard.url)
    page = seen.page
    feed(dashboard.services)
    page.wait_for_selector(f"{card(seen, 'Panel 0')} canvas")
    open_settings(page)
    page.select_option("#field-scale", label="Log")
    page.select_option("#field-colour_map", label="Magma")
    page.select_option("#choose-plotter", label="Flat image")
    page.wait_for_selector("#field-keep")
    assert chosen(page, "#field-colour_map") == "Magma"
    page.select_option("#choose-plotter", label="Image")
    page.wait_for_selector("#field-keep", state="detached")
    assert chosen(page, "#field-scale") == "Log"
    page.fill("#field-low", "-1")
    expect(page.locator("#drawer .form-problem button")).to_have_text(
        "The lower limit of a logarithmic scale must be above zero."
    )
    expect(page.locator("#field-low")).to_have_attribute("aria-invalid", "true")
    page.select_option("#field-colour_map", label="Plasma")
    expect(page.locator("#drawer .form-problem .waiting")).to_contain_text("Colours")
    shot(page, "waiting")
    page.fill("#field-low", "")
    page.hover("section[aria-label='Panel 0']")
    page.click("[aria-label='Pause: Panel 0']")
    expect(page.locator(".form-note")).to_contain_text("paused")
    shot(page, "paused")
    page.click(".form-note >> text=Go on")
    expect(page.locator(".form-note")).to_have_count(0)
