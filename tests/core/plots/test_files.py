import pytest

from livedata_core.plots.files import FILE_LIMIT, layout_text, read_layout_text
from livedata_core.plots.layout import Cell, Grid, Layer, Layout

LAYER = Layer(
    workflow="d/v/1",
    sources=("a",),
    output="image",
    plotter="image",
    params={"low": 1.5, "title": "µ, “quotes” & <b>"},
)


def test_what_was_written_is_read_again() -> None:
    layers = [LAYER.model_copy(update={"id": name}) for name in "ab"]
    cells = tuple(
        Cell(row=0, column=n, layers=(layer,)) for n, layer in enumerate(layers)
    )
    kept, other = Grid(title="Kept", cells=cells), Grid(title="Other")
    text = layout_text(Layout(grids=(kept, other)), [kept])
    layout, problems = read_layout_text(text)
    assert (layout.grids, problems) == ((kept,), ())
    assert "&id" not in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no layout"),
        ("[1, 2]", "no layout"),
        ("grids: []", "no grid was found: its list of grids is empty"),
        ("grids: [{rows: many}]", "no grid was found: grid 1"),
        ("grids: [{title: Cut in ha", "as YAML: line 2, column 1: did not find"),
        ("---\ngrids:\n- title: One\n- title: Tw", "cut off"),
        ("grids: &a [*a]", "references"),
        ("grids: " + "[" * 60 + "]" * 60, "nested deeper"),
        ("grids: !!python/object/apply:os.getcwd []", "cannot be read as YAML"),
        ("x" * (FILE_LIMIT + 1), "at most"),
    ],
)
def test_what_is_no_layout_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_layout_text(text)


def test_one_bad_plot_costs_no_other() -> None:
    text = "grids: [{title: G, cells: [{row: 0, column: 0}, {row: -1, column: 0}]}]"
    layout, problems = read_layout_text(text)
    (grid,) = layout.grids
    assert len(grid.cells) == 1
    assert "1 plots" in problems[0]
