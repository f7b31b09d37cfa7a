"""A cell that was patched looks like one that has just been loaded, pixel by pixel."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from livedata_core.api import DashboardServices, Layer
from livedata_core.contract import ArrayData, JobId, ResultKey, Variable, WorkflowId
from livedata_core.plugins import PluginManager
from livedata_sans2d.instrument import BANK_SHAPE
from tests.browser.conftest import Dashboard, OpenWindow, Window, dashboard_of
from tests.browser.test_times import feed_readings

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser

BANKS = ("rear_bank", "front_bank")
CELLS = {
    "Image": (("front_bank", "cumulative", "image"),),
    "Lines": tuple((bank, "spectrum_cumulative", "lines") for bank in BANKS),
    "Trend": (("rear_bank", "counts_total", "trend"),),
    "Rear bank": (("rear_bank", "cumulative", "sans2d_rear_bank"),),
}
SCALES = (1.0, 40.0, 0.0, 3.0, 5000.0, 200.0)
"""Of the values in each frame: labels grow and shrink, one frame is empty."""

SECOND = 1_000_000_000
START_NS = 1_767_225_600 * SECOND
ALONE = {
    "painting.js": "lessenPaints",
    "parts.js": "paintParts",
}
"""The modules that change how Bokeh paints, and what is called of them."""

PARTS = """() => livedata.plots.models.map(
    figure => Bokeh.index.get_by_id(figure.id)?.livedataParts ?? 0)"""
TOLERANCE = 16
"""In 255 steps of a colour: less is how edges happened to be smoothed."""


@pytest.fixture
def sans2d(plugins: PluginManager) -> Iterator[Dashboard]:
    """Serve SANS2D with a grid of the cells, without anything that sends data."""
    with dashboard_of(plugins, "sans2d", prepare=add_cells) as made:
        yield made


def add_cells(services: DashboardServices) -> None:
    grid = services.plots.add_grid("All", 2, 2)
    for title, layers in CELLS.items():
        services.plots.add_cell(grid, map(_layer, layers), title=title)


def _layer(what: tuple[str, str, str]) -> Layer:
    bank, output, plotter = what
    workflow = WorkflowId("sans2d", bank, 1)
    return Layer(workflow=workflow, sources=(bank,), output=output, plotter=plotter)


def put(services: DashboardServices, number: int) -> str:
    """Have a frame of all cells arrive; return the title of its image."""
    rng = np.random.default_rng(number)
    images = {
        bank: np.floor(SCALES[number] * rng.gamma(0.5, size=BANK_SHAPE))
        for bank in BANKS
    }
    time = Variable("time", (), np.array(START_NS + number * SECOND), "ns")

    def store() -> None:
        with services.data.transaction() as change:
            for bank, image in images.items():
                for output, variables in _results(image).items():
                    workflow = WorkflowId("sans2d", bank, 1)
                    key = ResultKey(workflow, JobId(bank, uuid.UUID(int=1)), output)
                    change.put(key, ArrayData((*variables, time)), START_NS)

    services.orchestrator.post(store)
    return f"Total {images['front_bank'].sum():,.0f} counts"


def _results(image: np.ndarray) -> dict[str, tuple[Variable, ...]]:
    spectrum = image.sum(axis=0)
    edges = np.linspace(0.0, 100.0, len(spectrum) + 1)
    return {
        "cumulative": (Variable("signal", ("tube", "pixel"), image, "counts"),),
        "spectrum_cumulative": (
            Variable("signal", ("time_of_arrival",), spectrum, "counts"),
            Variable("time_of_arrival", ("time_of_arrival",), edges, "ms"),
        ),
        "counts_total": (Variable("signal", (), image.sum(), "counts"),),
    }


def painted(seen: Window, title: str) -> None:
    """Wait until the frame whose image has that title is painted."""
    seen.page.wait_for_function(
        """title => {
            const bridge = Bokeh.documents[0].get_model_by_name('livedata')
            return livedata.plots.models.some(figure => figure.title?.text === title)
                && bridge.painted === bridge.frame
        }""",
        arg=title,
    )


def pixels(seen: Window, cell: str) -> np.ndarray:
    """Return a cell's figure as it is once it does not change any more."""
    figure = seen.page.locator(f"section[aria-label='{cell}'] .figure")
    last = b""
    for _ in range(20):
        shot = figure.screenshot()
        if shot == last:
            break
        last = shot
        seen.page.wait_for_timeout(50)
    return np.asarray(Image.open(io.BytesIO(last)).convert("RGB"), dtype=int)


def differing(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of pixels that differ; all do if the sizes are not the same."""
    if one.shape != other.shape:
        return 1.0
    return float((np.abs(one - other).max(axis=-1) > TOLERANCE).mean())


def test_patched_cells_look_like_those_loaded_anew(
    sans2d: Dashboard, window: OpenWindow
) -> None:
    page = f"grid:{sans2d.services.plots.layout.grids[0].id}"
    patched = window().open(sans2d.url, page)
    for number in range(len(SCALES)):
        title = put(sans2d.services, number)
        painted(patched, title)
    loaded = window().open(sans2d.url, page)
    painted(loaded, title)
    assert_alike(patched, loaded)


def test_legend_has_its_lines_whatever_changes(
    dashboard: Dashboard, window: OpenWindow
) -> None:
    seen = window().open(dashboard.url)
    name = "Sample position"
    feed_readings(dashboard.services)
    seen.page.wait_for_selector(f"section[aria-label='{name}'] canvas")
    shown = pixels(seen, name)
    change = """how => {
        const { figure, view } = [...livedata.plots.shown.values()].find(
            (entry) => entry.view);
        const source = [...figure.model.references()].find(
            (model) => model.type === 'ColumnDataSource');
        window.kept ??= source.data;
        const part = { empty: [0, 0], full: [0], fewer: [1] }[how];
        source.data = Object.fromEntries(Object.entries(kept).map(
            ([name, values]) => [name, values.slice(...part)]));
        if (how === 'empty') view.request_repaint();
    }"""
    seen.page.evaluate(change, "empty")
    empty = pixels(seen, name)
    line = slice(0, 12), slice(57, 73)  # beside the name
    assert differing(shown[line], empty[line]) > 0
    for how in ("full", "fewer"):
        seen.page.evaluate(change, how)
        # The line is 8 % of these pixels and more; single ones are smoothed otherwise.
        assert differing(shown[line], pixels(seen, name)[line]) < 0.02


def test_paints_look_as_bokeh_alone_makes_them(
    sans2d: Dashboard, window: OpenWindow
) -> None:
    page = f"grid:{sans2d.services.plots.layout.grids[0].id}"
    alone = window()
    replaced = []

    def replace(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[-1]
        replaced.append(name)
        body = f"export function {ALONE[name]}() {{}}"
        route.fulfill(content_type="text/javascript", body=body)

    for name in ALONE:
        alone.page.route(f"**/js/{name}", replace)
    seen = window().open(sans2d.url, page)
    alone.open(sans2d.url, page)
    assert sorted(replaced) == sorted(ALONE)
    for number in range(len(SCALES)):
        title = put(sans2d.services, number)
        painted(seen, title)
        painted(alone, title)
        assert_alike(seen, alone)
    assert max(seen.page.evaluate(PARTS)) > 1
    assert max(alone.page.evaluate(PARTS)) == 0


def assert_alike(one: Window, other: Window) -> None:
    """Compare all cells of two windows, none of which may be blank."""
    found = {}
    for cell in CELLS:
        left, right = pixels(one, cell), pixels(other, cell)
        assert left.std() > 0, f"{cell} is blank"
        found[cell] = differing(left, right)
    assert max(found.values()) < 0.002, found
