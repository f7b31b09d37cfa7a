from collections.abc import Mapping
from typing import Any

import pytest

from livedata_core.plots.documents import from_document
from livedata_core.plots.layout import Layer, Layout
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
    assert stored.grids == plots.layout.grids


def test_cell_takes_the_first_free_place(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One", rows=1, columns=2)
    plots.add_cell(grid, [layer()])
    plots.add_cell(grid, [layer()])
    assert [cell.column for cell in plots.layout.grid(grid).cells] == [0, 1]
    plots.add_cell(grid, [layer()])
    assert plots.layout.grid(grid).rows == 2
    assert plots.layout.grid(grid).cells[-1].row == 1


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
    assert plots.restore(removed) == grid
    assert plots.layout.grid(grid).title == "One"
    with pytest.raises(KeyError, match="put back already"):
        plots.restore(removed)


def test_removed_grid_comes_back_as_the_tab_it_was(plots: PlotOrchestrator) -> None:
    first, second, third = (plots.add_grid(title) for title in "abc")
    removed = plots.remove_grid(second)
    plots.restore(removed)
    assert [grid.id for grid in plots.layout.grids] == [first, second, third]


def test_removed_plot_comes_back_to_a_free_place(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One", rows=1, columns=1)
    cell = plots.add_cell(grid, [layer()], title="Mine")
    removed = plots.remove_cell(cell)
    plots.add_cell(grid, [layer()], title="Theirs")
    plots.restore(removed)
    assert [c.title for c in plots.layout.grid(grid).cells] == ["Theirs", "Mine"]
    assert plots.removed() == ()


def test_plot_of_a_removed_grid_cannot_come_back_before_it(
    plots: PlotOrchestrator,
) -> None:
    grid = plots.add_grid("One")
    cell = plots.remove_cell(plots.add_cell(grid, [layer()]))
    removed = plots.remove_grid(grid)
    with pytest.raises(KeyError, match="another session"):
        plots.restore(cell)
    plots.restore(removed)
    plots.restore(cell)
    assert len(plots.layout.grid(grid).cells) == 1


def test_grids_are_put_in_order_hidden_and_copied(plots: PlotOrchestrator) -> None:
    first, second = plots.add_grid("a"), plots.add_grid("b")
    plots.add_cell(first, [layer()])
    plots.move_grid(second, 0)
    copy = plots.duplicate_grid(first)
    plots.hide_grid(first, hidden=True)
    assert [grid.id for grid in plots.layout.grids] == [second, first, copy]
    original, copied = plots.layout.grid(first), plots.layout.grid(copy)
    assert (original.hidden, copied.hidden, copied.title) == (True, False, "a (copy)")
    assert original.cells[0].id != copied.cells[0].id
    assert original.cells[0].layers[0].id != copied.cells[0].layers[0].id


def test_grid_is_not_made_smaller_than_its_plots(plots: PlotOrchestrator) -> None:
    grid = plots.add_grid("One", 2, 2)
    plots.add_cell(grid, [layer()], place=(1, 1))
    with pytest.raises(ValueError, match="1 plots of “One” would fall outside"):
        plots.size_grid(grid, 1, 2)
    plots.size_grid(grid, 3, 4)
    assert (plots.layout.grid(grid).rows, plots.layout.grid(grid).columns) == (3, 4)


def test_two_forms_change_different_settings_of_one_layer(
    plots: PlotOrchestrator,
) -> None:
    grid = plots.add_grid("One")
    cell = plots.add_cell(grid, [layer()])
    layer_id = plots.layout.find(cell)[1].layers[0].id
    base = {"low": None, "scale": "linear"}
    for change in ({"low": 1.0}, {"scale": "log"}):
        plots.update_layer(cell, layer_id, params={**base, **change}, base=base)
    assert plots.layout.find(cell)[1].layers[0].params == {"low": 1.0, "scale": "log"}


def test_two_forms_change_different_settings_of_one_group(
    plots: PlotOrchestrator,
) -> None:
    grid = plots.add_grid("One")
    cell = plots.add_cell(grid, [layer()])
    layer_id = plots.layout.find(cell)[1].layers[0].id
    group = {"x_label": "", "y_label": "", "ticks": {"x": 5, "y": 5}}
    base = {"axes": group, "scale": "linear"}
    for change in (
        {"x_label": "AAA"},
        {"y_label": "BBB"},
        {"ticks": {"x": 3, "y": 5}},
        {"ticks": {"x": 5, "y": 7}},
    ):
        wanted = {**base, "axes": {**group, **change}}
        plots.update_layer(cell, layer_id, params=wanted, base=base)
    assert plots.layout.find(cell)[1].layers[0].params == {
        "axes": {"x_label": "AAA", "y_label": "BBB", "ticks": {"x": 3, "y": 7}},
        "scale": "linear",
    }


def test_change_that_changes_nothing_is_none(
    plots: PlotOrchestrator, saved: Saved
) -> None:
    grid = plots.add_grid("One")
    plots.rename_grid(grid, "One")
    plots.move_grid(grid, 5)
    assert (plots.version, len(saved.documents)) == (1, 1)


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


def test_layers_are_put_over_others_and_the_last_one_stays() -> None:
    layout = PlotOrchestrator(Layout(), lambda document: None)
    grid = layout.add_grid("one", 1, 1)
    first, second = layer(), layer()
    cell = layout.add_cell(grid, [first])
    layout.add_layer(cell, second)
    assert layout.layout.find(cell)[1].layers == (first, second)
    layout.remove_layer(cell, first.id)
    layout.remove_layer(cell, first.id)
    with pytest.raises(ValueError, match="only layer"):
        layout.remove_layer(cell, second.id)
    for _ in range(19):
        layout.add_layer(cell, layer())
    with pytest.raises(ValueError, match="at most 20 layers"):
        layout.add_layer(cell, first)
