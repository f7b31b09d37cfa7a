from collections.abc import Mapping
from typing import Any

import pytest

from livedata_core.plots.layout import Layer, Layout, from_document
from livedata_core.plots.orchestrator import PlotOrchestrator


class Saved:
    """Remembers what was handed over for saving."""

    def __init__(self) -> None:
        self.documents: list[Mapping[str, Any]] = []

    def __call__(self, document: Mapping[str, Any]) -> None:
        self.documents.append(document)


@pytest.fixture
def saved() -> Saved:
    return Saved()


@pytest.fixture
def plots(saved: Saved) -> PlotOrchestrator:
    return PlotOrchestrator(Layout(), saved)


def layer() -> Layer:
    return Layer(workflow="d/view/1", sources=("a",), output="image", plotter="image")


def test_every_change_raises_the_version_and_is_saved(
    plots: PlotOrchestrator, saved: Saved
) -> None:
    grid = plots.add_grid("One")
    plots.rename_grid(grid, "Two")
    assert plots.version == 2
    stored, _ = from_document(saved.documents[-1])
    assert stored == plots.layout


def test_cell_takes_the_first_free_place(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One", rows=1, columns=2)
    plots.add_cell(grid, [layer()])
    plots.add_cell(grid, [layer()])
    assert [cell.column for cell in plots.layout.grid(grid).cells] == [0, 1]
    with pytest.raises(ValueError, match="full"):
        plots.add_cell(grid, [layer()])


def test_refused_change_leaves_layout_version_and_file_alone(
    plots: PlotOrchestrator, saved: Saved
) -> None:
    grid = plots.add_grid("One")
    before = (plots.layout, plots.version, len(saved.documents))
    with pytest.raises(ValueError, match="does not fit"):
        plots.add_cell(grid, [layer()], place=(5, 5))
    assert (plots.layout, plots.version, len(saved.documents)) == before


def test_layer_gets_another_plotter_and_keeps_its_id(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One")
    cell_id = plots.add_cell(grid, [layer()])
    (old,) = plots.layout.find(cell_id)[1].layers
    plots.update_layer(cell_id, old.id, plotter="lines", params={"scale": "log"})
    (new,) = plots.layout.find(cell_id)[1].layers
    assert (new.id, new.plotter, new.params) == (old.id, "lines", {"scale": "log"})


def test_removed_grid_can_be_put_back(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One")
    removed = plots.remove_grid(grid)
    assert plots.layout.grids == ()
    plots.restore_grid(removed)
    assert plots.layout.grid(grid).title == "One"


def test_edit_of_what_another_session_removed_says_so(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One")
    cell_id = plots.add_cell(grid, [layer()])
    plots.remove_cell(cell_id)
    with pytest.raises(KeyError, match="another session"):
        plots.update_layer(cell_id, "x", plotter="lines")


def test_observer_is_told_to_look_after_the_change() -> None:
    seen: list[int] = []
    plots = PlotOrchestrator(
        Layout(), lambda _: None, changed=lambda: seen.append(plots.version)
    )
    plots.add_grid("One")
    assert seen == [1]
