"""Sliders are a session's own; each position is computed once for all who look."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from bokeh.models import ColumnDataSource

from livedata_core.api import DashboardServices, Layer
from livedata_core.contract import OVERVIEW, ArrayData, ResultKey, Variable, View
from livedata_panel.data_export import plot_data
from livedata_plotters.many_dims import SlicerPlotter
from tests.plugins.panel.conftest import JOB, PANEL, Browser

TITLE = "Slices"


def put_cube(services: DashboardServices, factor: float = 1.0, slices: int = 3) -> None:
    """Have three dims arrive; each slice holds its number times a factor."""
    shape = (slices, 4, 5)
    values = np.broadcast_to(np.arange(float(slices))[:, None, None], shape) * factor
    data = ArrayData(
        (
            Variable("signal", ("layer", "y", "x"), values.copy(), "counts", "Cube"),
            Variable("layer", ("layer",), np.arange(slices + 1.0), "mm"),
        )
    )
    with services.data.transaction() as change:
        change.put(ResultKey(PANEL, JOB, "cumulative"), data, time.time_ns())


@pytest.fixture
def cell(services: DashboardServices) -> str:
    """Put a slicer into the layout, which begins at position 1."""
    grid = services.plots.layout.grids[0]
    for each in grid.cells:
        services.plots.remove_cell(each.id)
    layer = Layer(
        workflow=PANEL,
        sources=("panel_0",),
        output="cumulative",
        plotter="slicer",
        params={"position": 1},
    )
    return services.plots.add_cell(grid.id, [layer], title=TITLE)


@pytest.fixture
def pair(services: DashboardServices, cell: str) -> Iterator[tuple[Browser, Browser]]:
    """Two browsers that look at the slicer."""
    put_cube(services)
    browsers = Browser(services, "s1"), Browser(services, "s2")
    for one in browsers:
        one.hello()
        one.look()
        one.paint()
    yield browsers
    for one in browsers:
        one.updater.close()


def shown(browser: Browser) -> float:
    """Return the value of the pixels that a browser shows."""
    models = browser.figure(TITLE).references()
    sources = (model for model in models if isinstance(model, ColumnDataSource))
    (image,) = (source.data["image"][0] for source in sources)
    assert np.ptp(image) == 0
    return float(image[0, 0])


def slide(browser: Browser, cell: str, position: int) -> None:
    browser.send("slide", cell=cell, dim="layer", position=position)
    browser.look()
    browser.paint()


def views(services: DashboardServices) -> set[View]:
    return {view for _, view in services.sessions.viewed()}


def test_each_session_looks_where_it_likes(
    pair: tuple[Browser, Browser], services: DashboardServices, cell: str
) -> None:
    ann, bob = pair
    assert (shown(ann), shown(bob)) == (1.0, 1.0)
    slide(ann, cell, 2)
    bob.look()
    assert (shown(ann), shown(bob)) == (2.0, 1.0)
    assert ann.status(TITLE)["sliders"] == [
        {
            "dim": "layer",
            "title": "Layer",
            "size": 3,
            "position": 2,
            "default": 1,
            "text": "2 to 3 mm",
        }
    ]
    assert bob.status(TITLE)["sliders"][0]["position"] == 1
    put_cube(services, 10.0)
    ann.look()
    bob.look()
    assert (shown(ann), shown(bob)) == (20.0, 10.0)


def test_a_position_is_computed_once_for_all(
    pair: tuple[Browser, Browser],
    services: DashboardServices,
    cell: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann, bob = pair
    slide(ann, cell, 2)
    slide(bob, cell, 2)
    assert views(services) == {View(sliders=(("layer", 2),))}
    assert ann.cell(TITLE)["figure"] == bob.cell(TITLE)["figure"]
    computed: list[View] = []
    compute = SlicerPlotter.compute

    def counted(self: SlicerPlotter, inputs: Any, params: Any, view: View) -> Any:
        computed.append(view)
        return compute(self, inputs, params, view)

    monkeypatch.setattr(SlicerPlotter, "compute", counted)
    put_cube(services, 2.0)
    ann.look()
    bob.look()
    assert computed == [View(sliders=(("layer", 2),))]


def test_back_at_the_position_of_the_settings_all_share_the_overview(
    pair: tuple[Browser, Browser], services: DashboardServices, cell: str
) -> None:
    ann, bob = pair
    slide(ann, cell, 0)
    assert shown(ann) == 0.0
    slide(ann, cell, 1)
    bob.look()
    assert views(services) == {OVERVIEW}
    assert shown(ann) == 1.0


def test_position_stays_when_the_grid_is_left_and_data_grow_or_shrink(
    pair: tuple[Browser, Browser], services: DashboardServices, cell: str
) -> None:
    ann, _ = pair
    grid = ann.context.view.page
    slide(ann, cell, 2)
    ann.send("navigate", page="system")
    ann.send("navigate", page=grid)
    for _ in range(2):
        ann.look()
        ann.paint()
    assert shown(ann) == 2.0
    put_cube(services, slices=2)
    ann.look()
    ann.paint()
    assert ann.status(TITLE)["sliders"][0]["position"] == 1
    put_cube(services, slices=6)
    for _ in range(2):
        ann.look()
        ann.paint()
    assert shown(ann) == 2.0


def test_nonsense_about_sliders_changes_nothing(
    pair: tuple[Browser, Browser], services: DashboardServices, cell: str
) -> None:
    ann, _ = pair
    ann.send("slide", cell="gone", dim="layer", position=2)
    ann.send("slide", cell=cell, dim="q", position=2)
    ann.send("slide", cell=cell, dim="layer", position=-1)
    ann.look()
    assert (shown(ann), views(services)) == (1.0, {OVERVIEW})


def test_data_that_are_saved_are_of_the_slice(
    pair: tuple[Browser, Browser], services: DashboardServices, cell: str
) -> None:
    ann, _ = pair
    slide(ann, cell, 2)
    assert ann.status(TITLE)["data"] == "slider=layer%3A2"
    view = View(sliders=(("layer", 2),))
    (data,) = plot_data(services, cell, services.plot_data.cell(cell, view)).values()
    assert data.dims == ("y", "x")
    assert set(data.values.flat) == {2.0}
