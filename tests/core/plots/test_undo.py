"""Moves are undone in the layout as it is by then."""

from __future__ import annotations

import pytest

from livedata_core.plots.layout import LAYER_LIMIT, Layer, Layout
from livedata_core.plots.orchestrator import PlotOrchestrator
from livedata_core.plots.undo import LayerRemoved


@pytest.fixture
def plots() -> PlotOrchestrator:
    return PlotOrchestrator(Layout(), lambda document: None)


def layer() -> Layer:
    return Layer(workflow="d/view/1", sources=("a",), output="image", plotter="image")


def undo(plots: PlotOrchestrator) -> None:
    plots.restore(plots.undoable()[-1].id)


def places(plots: PlotOrchestrator, grid: str) -> dict[str, tuple[int, int, int, int]]:
    return {
        c.title: (c.row, c.column, c.rows, c.columns)
        for c in plots.layout.grid(grid).cells
    }


def test_moves_and_sizes_are_undone_one_by_one(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One")
    one, _ = (plots.add_cell(grid, [layer()], title=title) for title in "ab")
    before = plots.layout.grids
    plots.place_cell(one, 0, 1)
    swapped = places(plots, grid)
    plots.place_cell(one, 1, 1, 3, 2)
    assert plots.layout.grid(grid).rows == 4
    undo(plots)
    assert places(plots, grid) == swapped
    undo(plots)
    assert plots.layout.grids == before
    assert plots.undoable() == ()


def test_undo_leaves_alone_what_others_moved_since(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One", rows=1, columns=4)
    one, two = (plots.add_cell(grid, [layer()], title=title) for title in "ab")
    plots.place_cell(one, 0, 1)
    moved = plots.undoable()[-1]
    plots.place_cell(two, 0, 3)
    plots.restore(moved.id)
    assert places(plots, grid) == {"a": (0, 0, 1, 1), "b": (0, 3, 1, 1)}


def test_plot_goes_to_another_grid_and_back(plots: PlotOrchestrator) -> None:
    first, second = plots.add_grid("One"), plots.add_grid("Two", rows=1, columns=1)
    cell = plots.add_cell(first, [layer()], title="a", place=(1, 1))
    plots.add_cell(second, [layer()], title="b")
    before = plots.layout.grid(first)
    moved = plots.move_cell(cell, second)
    assert (places(plots, first), len(places(plots, second))) == ({}, 2)
    assert plots.move_cell(cell, second) == ""
    plots.rename_cell(cell, "c")
    plots.restore(moved)
    assert plots.layout.grid(first) == before.with_changed(cell, title="c")
    with pytest.raises(KeyError, match="no grid 'gone'"):
        plots.move_cell(cell, "gone")


def test_many_moves_do_not_forget_a_removal(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One", rows=1, columns=2)
    gone, cell = (plots.add_cell(grid, [layer()], title=title) for title in "ab")
    removed = plots.remove_cell(gone)
    for number in range(50):
        plots.place_cell(cell, 0, number % 2)
    plots.restore(removed)
    assert len(places(plots, grid)) == 2


def test_removed_layer_comes_back_between_the_others(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One")
    layers = [layer() for _ in range(4)]
    cell = plots.add_cell(grid, layers)
    removed = plots.remove_layer(cell, layers[1].id, session="s1")
    assert [item.session for item in plots.undoable()] == ["s1"]
    assert plots.remove_layer(cell, layers[1].id) == ""
    plots.remove_layer(cell, layers[0].id)
    above = layer()
    plots.add_layer(cell, above)
    plots.restore(removed)
    assert plots.layout.find(cell)[1].layers == (*layers[1:], above)
    plots.remove_cell(cell)
    with pytest.raises(KeyError, match="another session may have removed it"):
        undo_layer(plots)


def undo_layer(plots: PlotOrchestrator) -> None:
    found = [item for item in plots.undoable() if isinstance(item, LayerRemoved)]
    plots.restore(found[-1].id)


def test_removed_layer_stays_away_from_a_full_plot(plots: PlotOrchestrator) -> None:
    layers = [layer() for _ in range(LAYER_LIMIT)]
    cell = plots.add_cell(plots.add_grid("One"), layers)
    removed = plots.remove_layer(cell, layers[3].id)
    plots.add_layer(cell, layer())
    with pytest.raises(ValueError, match="20 layers already"):
        plots.restore(removed)
