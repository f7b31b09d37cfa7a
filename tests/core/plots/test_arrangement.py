"""Cells never overlap, never fall outside, and are never lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livedata_core.plots.arrangement import placed, settled, sized
from livedata_core.plots.layout import GRID_LIMIT, Cell, Grid, Layer, Layout
from livedata_core.plots.orchestrator import PlotOrchestrator

Edit = tuple[str, int, int, int, int, int]


def cell(row: int, column: int, rows: int = 1, columns: int = 1) -> Cell:
    return Cell(row=row, column=column, rows=rows, columns=columns)


def at(grid: Grid, wanted: Cell) -> tuple[int, int, int, int]:
    found = grid.cell(wanted.id)
    return found.row, found.column, found.rows, found.columns


def moved(one: Cell, row: int, column: int) -> Cell:
    return one.model_copy(update={"row": row, "column": column})


def assert_sound(grid: Grid) -> None:
    taken: set[tuple[int, int]] = set()
    for one in grid.cells:
        places = {
            (row, column)
            for row in range(one.row, one.row + one.rows)
            for column in range(one.column, one.column + one.columns)
        }
        assert taken.isdisjoint(places)
        taken |= places
        assert one.row + one.rows <= grid.rows <= GRID_LIMIT
        assert one.column + one.columns <= grid.columns <= GRID_LIMIT


def test_two_plots_of_one_size_change_places() -> None:
    one, other = cell(0, 0), cell(1, 1)
    grid = placed(Grid(title="G", cells=(one, other)), moved(one, 1, 1))
    assert (at(grid, one), at(grid, other)) == ((1, 1, 1, 1), (0, 0, 1, 1))
    assert [c.id for c in grid.cells] == [one.id, other.id]


def test_grid_grows_for_what_finds_no_place() -> None:
    cells = tuple(cell(row, column) for row in (0, 1) for column in (0, 1))
    wide = cells[0].model_copy(update={"columns": 2})
    grid = placed(Grid(title="G", cells=cells), wide)
    assert grid.rows == 3
    assert at(grid, cells[1]) == (2, 0, 1, 1)


def test_place_beyond_the_largest_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 24"):
        placed(Grid(title="G"), cell(GRID_LIMIT, 0))


def test_full_grid_of_the_largest_size_says_so() -> None:
    whole = cell(0, 0, GRID_LIMIT, GRID_LIMIT)
    grid = placed(Grid(title="G"), whole)
    with pytest.raises(ValueError, match="full"):
        settled(grid, cell(0, 0))


def test_size_has_limits() -> None:
    with pytest.raises(ValueError, match="1 to 24"):
        sized(Grid(title="G"), 0, 2)


EDITS = st.tuples(
    st.sampled_from(["add", "place", "remove", "restore", "size", "copy", "rename"]),
    st.integers(0, 30),
    st.integers(0, 7),
    st.integers(0, 7),
    st.integers(1, 4),
    st.integers(1, 4),
)


class Session:
    """Edits by what it believes to be there, which may be long out of date."""

    def __init__(self, plots: PlotOrchestrator, grid_id: str) -> None:
        self.plots = plots
        self.grid_id = grid_id
        self.added: set[str] = set()
        self.removed: list[tuple[str, str]] = []
        self.known: list[str] = []

    def look(self) -> None:
        self.known = [c.id for c in self.plots.layout.grid(self.grid_id).cells]

    def edit(self, edit: Edit) -> None:
        what, which, *place = edit
        target = self.known[which % len(self.known)] if self.known else "gone"
        try:
            self._do(what, target, *place)
        except (KeyError, ValueError) as error:
            if "another session" not in str(error) and "outside" not in str(error):
                raise

    def _do(
        self, what: str, target: str, row: int, column: int, rows: int, columns: int
    ) -> None:
        plots = self.plots
        layer = Layer(workflow="d/v/1", sources=("a",), output="o", plotter="p")
        acts: dict[str, Callable[[], object]] = {
            "add": lambda: self.added.add(plots.add_cell(self.grid_id, [layer])),
            "copy": lambda: self.added.add(plots.duplicate_cell(target)),
            "place": lambda: plots.place_cell(target, row, column, rows, columns),
            "remove": lambda: self.removed.append((plots.remove_cell(target), target)),
            "restore": self._restore,
            "size": lambda: plots.size_grid(self.grid_id, rows + 1, columns + 1),
            "rename": lambda: plots.rename_cell(target, f"Plot {row}"),
        }
        acts[what]()

    def _restore(self) -> None:
        if self.removed:
            self.plots.restore(self.removed.pop()[0])


def two_sessions() -> tuple[PlotOrchestrator, list[Session]]:
    plots = PlotOrchestrator(Layout(), lambda _: None)
    grid = plots.add_grid("Shared")
    return plots, [Session(plots, grid) for _ in range(2)]


def assert_nothing_lost(plots: PlotOrchestrator, sessions: list[Session]) -> None:
    (grid,) = plots.layout.grids
    assert_sound(grid)
    added = set().union(*(session.added for session in sessions))
    gone = {cell_id for session in sessions for _, cell_id in session.removed}
    assert {one.id for one in grid.cells} == added - gone


@given(st.lists(st.tuples(st.booleans(), st.booleans(), EDITS), max_size=40))
def test_edits_of_two_sessions_never_lose_or_overlap(
    edits: list[tuple[bool, bool, Edit]],
) -> None:
    plots, sessions = two_sessions()
    for second, looks, edit in edits:
        if looks:
            sessions[second].look()
        sessions[second].edit(edit)
        assert_nothing_lost(plots, sessions)


def test_edits_at_the_same_time_never_lose_or_overlap() -> None:
    plots, sessions = two_sessions()
    kinds = ("add", "place", "remove", "copy", "restore")

    def run(session: Session, seed: int) -> None:
        for n in range(150):
            session.look()
            kind = kinds[(n * 7 + seed) % len(kinds)]
            session.edit((kind, n * 3 + seed, n % 5, n % 7, 1 + n % 2, 1 + n % 3))

    threads = [
        threading.Thread(target=run, args=(session, seed))
        for seed, session in enumerate(sessions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_nothing_lost(plots, sessions)
