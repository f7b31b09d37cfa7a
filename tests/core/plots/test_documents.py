"""Layouts are stored and read without losing what this version does not know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from yaml import safe_load

from livedata_core.config import FileConfigStore
from livedata_core.plots.documents import from_document, to_document
from livedata_core.plots.files import layout_text, read_layout_text
from livedata_core.plots.layout import Cell, Grid, Layer, Layout
from livedata_core.plots.orchestrator import PlotOrchestrator

FOREIGN = """\
future: {kept: [1, 2]}
schema_version: 1
grids:
- colour: teal
  title: Ours and theirs
  id: g1
  columns: 3
  cells:
  - column: 1
    row: 0
    id: c1
    glow: 0.5
    layers:
    - plotter: acme-hologram
      id: l1
      output: wonders
      sources: [mantle]
      workflow: acme/wonders/7
      params:
        zeta: 1.0e+300
        alpha: {deep: [null, true, 'no', '007', {x: .inf}]}
        since: 2026-01-02
      tint: [3, 1, 2]
  - row: 1
    column: 0
    id: c2
    layers:
    - plotter: 7
      shape: hexagonal
  - {row: far, column: 0, id: c3}
- title: From the future
  rows: many
  shape: hexagonal
"""


@pytest.fixture
def store(tmp_path: Path) -> FileConfigStore:
    tmp_path.joinpath("layout.yaml").write_text(FOREIGN, encoding="utf-8")
    made = FileConfigStore(tmp_path)
    made.save("layout", made.load("layout") or {})  # as the store spells it
    return made


def text_of(store: FileConfigStore) -> str:
    return store.folder.joinpath("layout.yaml").read_text(encoding="utf-8")


def orchestrator(store: FileConfigStore) -> PlotOrchestrator:
    layout, _ = from_document(store.load("layout") or {})
    return PlotOrchestrator(layout, lambda document: store.save("layout", document))


def test_what_nobody_changed_is_written_byte_for_byte(store: FileConfigStore) -> None:
    before = text_of(store)
    plots = orchestrator(store)
    plots.remove_grid(plots.add_grid("Passing"))
    assert text_of(store) == before


def test_change_of_one_thing_leaves_all_else_as_it_was(store: FileConfigStore) -> None:
    before = text_of(store)
    plots = orchestrator(store)
    plots.place_cell("c1", 0, 2)
    assert text_of(store) == before.replace(
        "column: 1\n    row: 0", "column: 2\n    row: 0"
    )


def test_plot_that_cannot_be_read_is_moved_and_kept(store: FileConfigStore) -> None:
    before = text_of(store)
    plots = orchestrator(store)
    assert "workflow" in plots.layout.grid("g1").cell("c2").problem
    plots.place_cell("c2", 1, 1)
    assert text_of(store) == before.replace(
        "row: 1\n    column: 0", "row: 1\n    column: 1"
    )
    plots.restore(plots.remove_cell("c2"))
    assert "shape: hexagonal" in text_of(store)


def test_file_of_a_layout_is_taken_in_with_all_that_it_says(
    store: FileConfigStore,
) -> None:
    layout, _ = from_document(store.load("layout") or {})
    plots = PlotOrchestrator(Layout(), lambda document: store.save("layout", document))
    sent, _ = read_layout_text(layout_text(layout, layout.grids))
    plots.add_copies(sent)
    stored = store.load("layout") or {}
    assert _without_ids(stored) == _without_ids(safe_load(FOREIGN))
    plots.duplicate_grid(plots.layout.grids[0].id)
    plots.duplicate_cell(plots.layout.grids[0].cells[0].id)
    original, copy, unreadable = _without_ids(store.load("layout") or {})["grids"]
    assert copy == {**original, "title": "Ours and theirs (copy)"} | {
        "cells": [c for c in original["cells"] if c.get("column") != 0 or c["row"]]
    }
    assert original["cells"][2] == {**original["cells"][0], "column": 0}
    assert unreadable == {
        "title": "From the future",
        "rows": "many",
        "shape": "hexagonal",
    }


def test_what_nothing_can_bring_back_is_let_go(store: FileConfigStore) -> None:
    plots = orchestrator(store)
    for _ in range(30):
        plots.remove_cell(plots.duplicate_cell("c1"))
    assert len(plots.layout.originals) < 60


def _without_ids(value: Any) -> Any:
    """Return a document without what a copy has of its own."""
    if isinstance(value, dict):
        return {k: _without_ids(v) for k, v in value.items() if k != "id"}
    if isinstance(value, list):
        return [_without_ids(part) for part in value]
    return value


def test_each_grid_with_trouble_is_told_once(store: FileConfigStore) -> None:
    _, problems = from_document(store.load("layout") or {})
    assert len(problems) == 2
    assert "2 plots of the stored grid “Ours and theirs”" in problems[0]
    assert "grid 2 of the stored layout cannot be read (rows:" in problems[1]


def test_layout_survives_being_stored() -> None:
    layer = Layer(workflow="d/v/1", sources=("a",), output="image", plotter="image")
    cell = Cell(row=0, column=1, title="Panel", layers=(layer,))
    layout = Layout(grids=(Grid(title="Overview", cells=(cell,), hidden=True),))
    document = json.loads(json.dumps(to_document(layout)))
    read, problems = from_document(document)
    assert read.grids == layout.grids
    assert problems == ()
    assert to_document(read) == document


def test_document_without_grids_gives_an_empty_layout_and_says_so() -> None:
    read, problems = from_document({"grids": "none"})
    assert read == Layout()
    assert "no list of grids" in problems[0]


def test_no_document_is_an_empty_layout_and_nothing_to_tell() -> None:
    assert from_document({}) == (Layout(), ())


def test_plots_that_overlap_or_share_an_id_are_told_apart() -> None:
    cells = [{"id": "same", "row": 0, "column": 0, "rows": 2} for _ in range(3)]
    read, problems = from_document({"grids": [{"title": "G", "cells": cells}]})
    (grid,) = read.grids
    assert len({cell.id for cell in grid.cells}) == 3
    assert not any(
        one.overlaps(other)
        for one in grid.cells
        for other in grid.cells
        if one != other
    )
    assert "2 plots" in problems[0]


def test_ten_thousand_plots_are_kept_and_as_many_shown_as_fit() -> None:
    cells = [{"row": 0, "column": 0} for _ in range(10_000)]
    document = {"grids": [{"title": "Huge", "cells": cells}]}
    read, problems = from_document(document)
    (grid,) = read.grids
    assert (len(grid.cells), len(grid.unreadable)) == (24 * 24, 10_000 - 24 * 24)
    assert len(problems) == 1
    assert len(to_document(read)["grids"][0]["cells"]) == 10_000


def test_older_documents_are_brought_forward() -> None:
    def rename(old: dict[str, Any]) -> dict[str, Any]:
        return {"grids": old["tabs"]}

    old = {"schema_version": 0, "tabs": [{"title": "Old"}]}
    _, problems = from_document(old)
    assert "schema_version is 0" in problems[0]
    old["schema_version"] = 1
    read, problems = from_document(old, {1: rename}, to=2)
    assert [grid.title for grid in read.grids] == ["Old"]
    assert problems == ()


def test_newer_document_keeps_its_version() -> None:
    read, _ = from_document({"schema_version": 9, "grids": [{"title": "New"}]})
    assert to_document(read)["schema_version"] == 9
