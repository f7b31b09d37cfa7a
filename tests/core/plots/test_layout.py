import pytest

from livedata_core.contract import CellTemplate, GridTemplate, LayerTemplate
from livedata_core.plots.layout import (
    Cell,
    Grid,
)


def test_cell_outside_the_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Grid(title="G", rows=1, columns=1).with_cell(Cell(row=1, column=0))


def test_cell_on_another_is_refused_and_names_it() -> None:
    grid = Grid(title="G").with_cell(Cell(row=0, column=0, columns=2, title="Wide"))
    with pytest.raises(ValueError, match="taken by 'Wide'"):
        grid.with_cell(Cell(row=0, column=1))


def test_template_becomes_a_grid_with_ids_of_its_own() -> None:
    template = GridTemplate(
        name="overview",
        title="Overview",
        instrument="dummy",
        cells=(
            CellTemplate(
                row=0,
                column=0,
                layers=(
                    LayerTemplate(
                        workflow="dummy/view/1",
                        sources=("a", "b"),
                        output="image",
                        plotter="image",
                    ),
                ),
            ),
        ),
    )
    one, two = Grid.from_template(template), Grid.from_template(template)
    assert one.id != two.id
    assert one.cells[0].id != two.cells[0].id
    assert [key.source_name for key in one.cells[0].layers[0].keys] == ["a", "b"]
