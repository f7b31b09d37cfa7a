"""Jobs are prepared, reset and stopped in a real browser while another one watches."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from livedata_core.config import MemoryConfigStore
from livedata_core.contract import WorkflowId
from livedata_core.plugins import PluginManager
from tests.browser.conftest import Dashboard, OpenWindow, Window, dashboard_of
from tests.plugins.panel.conftest import PANEL
from tests.plugins.panel.test_jobs_and_system import ELSEWHERE, beat

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_starts_are_prepared_and_jobs_of_others_stopped(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    services = dashboard.services
    seen, other = (window().open(dashboard.url, "workflows") for _ in range(2))
    row = f'[data-workflow="{PANEL}"]'
    seen.page.click(f"{row} >> text=Configure")
    seen.page.fill("#field-toa_edges-num_bins", "77")
    seen.page.click("#drawer >> text=Prepare")
    other.page.wait_for_selector(f"{row} .prepared >> text=num_bins: 100 → 77")
    other.page.click(f"{row} >> text=Start prepared")
    seen.page.wait_for_selector(f"{row} .prepared", state="detached")

    heard = threading.Event()

    def hear() -> None:
        beat(services, PANEL, 1)
        beat(services, ELSEWHERE, 2)
        heard.set()

    services.orchestrator.post(hear)
    assert heard.wait(10)
    waiting = services.pending.snapshot()
    for key in ("Escape", "Enter"):  # Enter: the button that has the focus, Cancel
        seen.page.click(f"{row} >> text=Restart")
        seen.page.wait_for_selector(f"{row} .confirm >> text=it begins anew")
        seen.page.keyboard.press(key)
        seen.page.wait_for_selector(f"{row} .confirm", state="detached")
        label = "document.activeElement.getAttribute('aria-label')"
        assert seen.page.evaluate(label) == "Restart Panel 0"
    seen.page.click(f"{row} >> text=Reset")
    lost = f"{row} .confirm >> text=Data accumulated on Panel 0 are lost."
    seen.page.wait_for_selector(lost)
    assert services.pending.snapshot() == waiting
    seen.page.click(f"{row} .confirm >> text=Reset >> nth=-1")
    other.page.click("#rail >> text=System")
    other.page.wait_for_selector("text=its workflow is not installed here")
    other.page.click(f"[aria-label='Stop {ELSEWHERE} on Panel 0']")
    for _ in range(200):
        waiting = services.pending.snapshot().values()
        verbs = {command.label.split(" ", 1)[0] for command in waiting}
        if verbs >= {"Start", "Reset", "Stop"}:
            break
        other.page.wait_for_timeout(50)
    assert verbs >= {"Start", "Reset", "Stop"}


I_OF_Q = WorkflowId("sans2d", "i_of_q", 1)
BINS = "#field-wavelength_edges-num_bins"
MONITOR = "[id='field-auxiliary sources-incident_monitor']"


def test_sources_have_settings_of_their_own_and_keep_them(
    plugins: PluginManager, window: OpenWindow
) -> None:
    store = MemoryConfigStore()
    seen = window()
    with dashboard_of(plugins, "sans2d", store) as dashboard:
        page = configure(seen, dashboard)
        first, second = dashboard.services.specs[I_OF_Q].sources
        # Units, limits and meaning are beside the fields, errors below them.
        assert "Å" in page.inner_text("label[for=field-q_edges-start]")
        assert page.get_attribute("label[for=field-q_edges-num_bins]", "title")
        page.fill(BINS, "0")
        page.wait_for_selector(f".field:has({BINS}) .error")
        assert page.is_disabled("#drawer >> text=Prepare")
        page.click(f".field:has({BINS}) [aria-label^=Reset]")
        page.wait_for_selector(f".field:has({BINS}) .error", state="detached")

        page.select_option("#field-normalisation", index=1)
        page.select_option("#scope", second)
        page.fill(BINS, "33")
        page.select_option(MONITOR, index=3)
        page.select_option("#scope", "")
        page.wait_for_selector(f".field:has({BINS}) .others >> text=33")
        page.click("#drawer >> text=Start")
        page.wait_for_selector("#drawer", state="hidden")
        jobs = dashboard.services.jobs.snapshot()
        commands = [jobs[I_OF_Q, name].command for name in (first, second)]
    params = [c.params for c in commands if c is not None]
    assert [p["wavelength_edges"]["num_bins"] for p in params] == [60, 33]
    assert len({str(p["normalisation"]) for p in params}) == 1
    chosen = [c.aux_source_names["incident_monitor"] for c in commands if c is not None]
    assert len(set(chosen)) == 2

    with dashboard_of(plugins, "sans2d", store) as dashboard:
        page = configure(seen, dashboard)
        page.wait_for_selector(f".field:has({BINS}) .others >> text=33")
        page.select_option("#scope", second)
        page.wait_for_function(
            "([bins, monitor]) => document.querySelector(bins).value === '33'"
            " && document.querySelector(monitor).selectedIndex === 3",
            arg=[BINS, MONITOR],
        )


def configure(seen: Window, dashboard: Dashboard) -> Page:
    """Open the form of I(Q)."""
    seen.open(dashboard.url, "workflows")
    seen.page.click(f'[data-workflow="{I_OF_Q}"] >> text=Configure')
    seen.page.wait_for_selector("#scope")
    return seen.page
