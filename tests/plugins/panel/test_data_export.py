"""Saved are the data that are shown: as the settings have them, and of each layer."""

from __future__ import annotations

import numpy as np
import pytest
import scipp as sc
from scipp.testing import assert_allclose

from livedata_core.api import Cell, DashboardServices
from livedata_core.plots import exports
from livedata_panel.csv_files import csv_text
from livedata_panel.data_export import plot_data
from tests.plugins.panel.conftest import Browser, put_image


def cell_of(services: DashboardServices, title: str) -> Cell:
    return next(
        cell for _, cell in services.plots.layout.cells() if cell.title == title
    )


def exported(services: DashboardServices, cell: Cell) -> dict[str, sc.DataArray]:
    frame = services.plot_data.cell(cell.id)
    return plot_data(services, cell.id, frame)


def look(browser: Browser) -> None:
    browser.hello()
    browser.look()


@pytest.mark.parametrize("seen", [True, False])
def test_rates_are_saved_where_they_are_shown(browser: Browser, seen: bool) -> None:
    services = browser.services
    cell = cell_of(services, "Panel 0, now")
    params = {"rate": True, "window": {"seconds": 60}}
    services.plots.update_layer(cell.id, cell.layers[0].id, params=params)
    services.plot_data.round()
    for value in (3.0, 4.0):
        put_image(services, value, output="current")
    if seen:
        look(browser)
    ((title, data),) = exported(services, cell).items()
    # Two updates of a second each.
    expected = sc.full(dims=["y", "x"], shape=[4, 4], value=7.0, unit="counts")
    assert_allclose(data.data, expected / sc.scalar(2.0, unit="s"))
    lines = csv_text({title: data}).splitlines()
    assert lines[0].endswith("[counts/s]")
    assert lines[-1].endswith("3.5,3.5")


def test_layers_of_one_output_are_saved_apart_and_marks_not_at_all(
    browser: Browser,
) -> None:
    services = browser.services
    cell = cell_of(services, "Panel 0")
    layer = cell.layers[0]
    mark = {"rectangles": [[0.0, 0.0, 1.0, 1.0]]}
    for name, plotter, params in (
        ("rate", "image", {"rate": True}),
        ("marks", "rectangles", mark),
    ):
        update = {"id": name, "plotter": plotter, "params": params}
        services.plots.add_layer(cell.id, layer.model_copy(update=update))
    put_image(services, 3.0)
    look(browser)
    saved = exported(services, cell)
    assert [str(data.unit) for data in saved.values()] == ["counts", "counts/s"]
    first, second = saved
    assert second == f"{first} (2)"


def test_what_cannot_be_shown_is_not_saved_but_told(browser: Browser) -> None:
    services = browser.services
    cell = cell_of(services, "Panel 0")
    services.plots.update_layer(cell.id, cell.layers[0].id, plotter="lines", params={})
    put_image(services, 3.0)
    look(browser)
    with pytest.raises(ValueError, match="cannot be shown as a line"):
        exported(services, cell)


def test_plotter_that_fails_to_tell_is_named(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def shown(self, *_: object) -> object:
            return np.zeros(3)[7]

    put_image(browser.services, 3.0)
    look(browser)
    monkeypatch.setattr(exports, "resolve", lambda _: Broken)
    with pytest.raises(ValueError, match=r"Image \(.*\) does not tell .* IndexError"):
        exported(browser.services, cell_of(browser.services, "Panel 0"))
