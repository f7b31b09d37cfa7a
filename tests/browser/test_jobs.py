"""Jobs are prepared, reset and stopped in a real browser while another one watches."""

from __future__ import annotations

import threading

import pytest

from tests.browser.conftest import Dashboard, OpenWindow
from tests.plugins.panel.conftest import PANEL
from tests.plugins.panel.test_jobs_and_system import ELSEWHERE, beat

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
    seen.page.click(f"{row} >> text=Reset")
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
