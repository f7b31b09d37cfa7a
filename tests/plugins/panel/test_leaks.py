"""Sessions that close and plots that are made anew leave no objects behind.

Objects are counted, not memory: what is left after one is compared with what is left
after several.
"""

from __future__ import annotations

from livedata_core.api import DashboardServices
from tests.plugins.panel.conftest import Browser, put_image
from tests.support.bench_objects import objects

COUNTED = (
    "gc_documents",
    "gc_models",
    "gc_plots",
    "model_callbacks",
    "subscribers",
    "option_ids",
)


def counts(services: DashboardServices) -> dict[str, int]:
    """Count what is there, on all sides."""
    found = objects()
    return {
        **{name: found[name] for name in COUNTED},
        "wakes": len(services.wakeups),
        "subscriptions": services.data.subscribers,
        "viewed": len(services.sessions.viewed()),
        "sessions": len(services.sessions.snapshot()),
    }


def sight(services: DashboardServices, name: str) -> Browser:
    """Open a session whose browser keeps nothing of what it is sent."""
    browser = Browser(services, name)
    browser.updater.outbox.deliver = lambda *_: None  # type: ignore[method-assign]
    browser.hello()
    return browser


def visit(services: DashboardServices, number: int) -> None:
    """Open a session, look at a few frames, zoom and leave."""
    browser = sight(services, f"s{number}")
    for value in (1.0, 2.0):
        put_image(services, value + number)
        browser.look()
        browser.paint()
    (cell_id,) = browser.updater.plots.figures
    browser.send("zoom", cell=cell_id, region=[[0.5, 1.5], [0.5, 1.5]])
    browser.look()
    browser.send("navigate", page="workflows")
    browser.send("navigate", page="")
    browser.paint()
    browser.look()
    assert browser.updater.plots.figures
    browser.updater.close()
    browser.document.clear()
    services.plot_data.round()


def test_sessions_that_came_and_went_leave_nothing(services: DashboardServices) -> None:
    visit(services, 0)
    first = counts(services)
    assert first["sessions"] == first["viewed"] == 0
    for number in range(1, 6):
        visit(services, number)
    assert counts(services) == first


def test_session_among_others_leaves_nothing(services: DashboardServices) -> None:
    stays = sight(services, "stays")
    visit(services, 0)
    stays.look()
    stays.paint()
    first = counts(services)
    for number in range(1, 4):
        visit(services, number)
        stays.look()
        stays.paint()
    assert counts(services) == first
    stays.updater.close()


def test_plots_made_anew_leave_nothing(services: DashboardServices) -> None:
    browser = sight(services, "s1")
    put_image(services, 1.0)
    browser.look()
    (cell_id,) = browser.updater.plots.figures
    (layer,) = next(
        c.layers for _, c in services.plots.layout.cells() if c.id == cell_id
    )

    def rebuild(number: int) -> None:
        before = browser.updater.plots.figures[cell_id]
        params: dict[str, object] = {"colour_map": ("viridis", "magma")[number % 2]}
        services.plots.update_layer(cell_id, layer.id, params=params)
        for _ in range(2):
            browser.look()
            browser.paint()
        assert browser.updater.plots.figures[cell_id] != before

    rebuild(0)
    rebuild(1)
    first = counts(services)
    for number in range(2, 8):
        rebuild(number)
    assert counts(services) == first
    browser.updater.close()
