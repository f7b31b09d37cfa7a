import pytest

from livedata_core.contract import CellTemplate, GridTemplate, LayerTemplate
from livedata_core.plots.layout import (
    Cell,
    Grid,
    Layer,
    Layout,
    from_document,
    to_document,
)


def layer(source: str = "panel_0") -> Layer:
    return Layer(
        workflow="dummy/view/1", sources=(source,), output="image", plotter="image"
    )


def test_layout_survives_being_stored() -> None:
    cell = Cell(row=0, column=1, title="Panel", layers=(layer(),))
    layout = Layout(grids=(Grid(title="Overview", cells=(cell,)),))
    read, problems = from_document(to_document(layout))
    assert read == layout
    assert problems == ()


def test_bad_grid_costs_no_other_and_is_written_back() -> None:
    good = to_document(Layout(grids=(Grid(title="Good"),)))["grids"][0]
    bad = {"title": "From the future", "rows": 3, "shape": "hexagonal"}
    read, problems = from_document({"schema_version": 1, "grids": [bad, good]})
    assert [grid.title for grid in read.grids] == ["Good"]
    assert "grid 1" in problems[0]
    assert "shape" in problems[0]
    assert bad in to_document(read)["grids"]


def test_document_without_grids_gives_an_empty_layout_and_says_so() -> None:
    read, problems = from_document({"grids": "none"})
    assert read == Layout()
    assert "no list of grids" in problems[0]


def test_no_document_is_an_empty_layout_and_nothing_to_tell() -> None:
    assert from_document({}) == (Layout(), ())


def test_cell_outside_the_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Grid(title="G", rows=1, columns=1).with_cell(Cell(row=1, column=0))


def test_cell_on_another_is_refused_and_names_it() -> None:
    grid = Grid(title="G").with_cell(Cell(row=0, column=0, columns=2, title="Wide"))
    with pytest.raises(ValueError, match="taken by 'Wide'"):
        grid.with_cell(Cell(row=0, column=1))


def test_first_free_place_is_found_row_by_row() -> None:
    grid = Grid(title="G").with_cell(Cell(row=0, column=0, columns=2))
    assert grid.free_place() == (1, 0)


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
