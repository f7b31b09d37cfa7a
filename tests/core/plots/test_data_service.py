from collections.abc import Iterator

import pytest

from livedata_core.contract import OVERVIEW, View
from livedata_core.data.service import DataService
from livedata_core.data.streams import StreamManager
from livedata_core.plots.controller import PlottingController
from livedata_core.plots.data_service import PlotDataService
from livedata_core.plots.layout import Cell, Grid, Layer, Layout
from livedata_core.plots.views import MAX_SLICES, MAX_TILES, CellView
from tests.support.plotting import ARRAYS, SUM, TREND, WORKFLOW, Renderer, layer, put


class Dashboard:
    """A plot data service with all that it looks at; rounds are run by hand."""

    def __init__(self) -> None:
        self.data = DataService()
        self.renderer = Renderer()
        self.viewed: frozenset[CellView] = frozenset()
        self.layout = Layout()
        self.wakes = 0
        self.regions: dict[int, str] = {}
        self.plots = PlotDataService(
            layout=lambda: self.layout,
            viewed=lambda: self.viewed,
            streams=StreamManager(self.data),
            plotting=PlottingController(
                {"sum": SUM, "trend": TREND, "arrays": ARRAYS}, {WORKFLOW.id: WORKFLOW}
            ),
            renderer=self.renderer,
            title=str.upper,
            wake=self._wake,
            regions=lambda key: self.regions,
        )

    def _wake(self) -> None:
        self.wakes += 1

    def show(self, *cells: tuple[Layer, ...]) -> list[str]:
        """Lay out cells in one grid, view them all, and return their ids."""
        made = tuple(
            Cell(row=0, column=column, layers=layers)
            for column, layers in enumerate(cells)
        )
        self.layout = Layout(grids=(Grid(title="G", columns=8, cells=made),))
        self.viewed = frozenset((cell.id, OVERVIEW) for cell in made)
        return [cell.id for cell in made]


@pytest.fixture
def dashboard() -> Iterator[Dashboard]:
    dashboard = Dashboard()
    yield dashboard
    dashboard.plots.stop()


def test_nobody_watching_means_nothing_computed(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a"),))
    dashboard.viewed = frozenset()
    put(dashboard.data, "a", 1.0)
    assert not dashboard.plots.round()
    assert dashboard.plots.cell(cell) is None
    assert dashboard.renderer.drawn == []


def test_viewed_cell_shows_the_latest_data(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a", factor=2.0),))
    put(dashboard.data, "a", 1.0, 2.0, time_ns=77)
    dashboard.plots.round()
    frame = dashboard.plots.cell(cell)
    assert frame is not None
    assert frame.drawn == "<6.0>"
    assert frame.time_ns == 77
    assert frame.errors == ()


def test_cell_without_data_says_so_once(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a"),))
    assert dashboard.plots.round()
    frame = dashboard.plots.cell(cell)
    assert frame is not None
    assert (frame.drawn, frame.time_ns, frame.errors) == (None, None, ())
    assert not dashboard.plots.round()


def test_unchanged_data_is_not_computed_again(dashboard: Dashboard) -> None:
    dashboard.show((layer("a"),), (layer("b"),))
    put(dashboard.data, "a", 1.0)
    put(dashboard.data, "b", 1.0)
    dashboard.plots.round()
    put(dashboard.data, "b", 2.0)
    dashboard.plots.round()
    assert len(dashboard.renderer.drawn) == 3


def test_frames_of_plugins_are_never_compared(dashboard: Dashboard) -> None:
    """Neither with the frame before nor with an error between."""
    (arrays, other) = dashboard.show((layer("a", plotter="arrays"),), (layer("b"),))
    for number in (1.0, 2.0, 3.0):
        put(dashboard.data, "a", number, number)
        put(dashboard.data, "b", number)
        assert dashboard.plots.round()
        frame = dashboard.plots.cell(arrays)
        assert frame is not None
        assert frame.drawn == f"<[{number:g}. {number:g}.]>"
        assert dashboard.plots.cell(other).drawn == f"<{number}>"  # type: ignore[union-attr]


def test_cells_of_a_grid_appear_together_and_wake_once(dashboard: Dashboard) -> None:
    cells = dashboard.show((layer("a"),), (layer("b"),))
    put(dashboard.data, "a", 1.0)
    put(dashboard.data, "b", 1.0)
    version = dashboard.plots.version
    dashboard.plots.round()
    assert dashboard.plots.version == version + 1
    assert dashboard.wakes == 1
    assert all(dashboard.plots.cell(cell) for cell in cells)


def test_refused_data_are_told_in_the_plotters_words(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a"),))
    put(dashboard.data, "a", -1.0)
    dashboard.plots.round()
    frame = dashboard.plots.cell(cell)
    assert frame is not None
    assert frame.errors == ("Counts cannot be negative.",)


def test_failing_plotter_is_named_and_costs_no_other_cell(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = dashboard.show((layer("a"),), (layer("b"),))
    put(dashboard.data, "a", float("nan"))
    put(dashboard.data, "b", 3.0)
    dashboard.plots.round()
    broken, whole = dashboard.plots.cell(bad), dashboard.plots.cell(good)
    assert broken is not None
    assert whole is not None
    assert "Sum" in broken.errors[0]
    assert "RuntimeError: not a number" in broken.errors[0]
    assert whole.drawn == "<3.0>"
    assert "not a number" in caplog.text


@pytest.mark.parametrize(
    ("unusable", "reason"),
    [
        (layer("a", plotter="absent"), "'absent' is not installed"),
        (layer("a", factor="many"), "Sum: factor"),
    ],
)
def test_layer_that_cannot_be_made_says_why_beside_its_neighbour(
    dashboard: Dashboard, unusable: Layer, reason: str
) -> None:
    (cell,) = dashboard.show((layer("b"), unusable))
    put(dashboard.data, "b", 3.0)
    dashboard.plots.round()
    frame = dashboard.plots.cell(cell)
    assert frame is not None
    assert frame.drawn == "<3.0>"
    assert reason in frame.errors[0]


def test_changed_layer_is_computed_anew(dashboard: Dashboard) -> None:
    (cell_id,) = dashboard.show((layer("a"),))
    put(dashboard.data, "a", 1.0)
    dashboard.plots.round()
    grid, cell = dashboard.layout.find(cell_id)
    other = cell.model_copy(update={"layers": (layer("a", factor=5.0),)})
    dashboard.layout = dashboard.layout.with_grid(grid.id, lambda g: g.with_cell(other))
    dashboard.plots.round()
    frame = dashboard.plots.cell(cell_id)
    assert frame is not None
    assert frame.drawn == "<5.0>"


def test_cell_that_nobody_views_any_more_rests(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a"),))
    put(dashboard.data, "a", 1.0)
    dashboard.plots.round()
    viewed, dashboard.viewed = dashboard.viewed, frozenset()
    dashboard.plots.round()
    put(dashboard.data, "a", 2.0)
    assert not dashboard.plots.round()
    assert dashboard.renderer.drawn == [cell]
    resting = dashboard.plots.cell(cell)
    assert resting is not None
    assert resting.drawn == "<1.0>"
    dashboard.viewed = viewed
    assert dashboard.plots.round()
    frame = dashboard.plots.cell(cell)
    assert frame is not None
    assert frame.drawn == "<2.0>"
    assert frame.version > resting.version
    assert not dashboard.renderer.forgotten


def test_plots_rest_within_a_limit(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livedata_core.plots.data_service.RESTING_LIMIT", 2)
    cells = dashboard.show(*[(layer("a"),) for _ in range(4)])
    put(dashboard.data, "a", 1.0)
    for cell in cells:
        dashboard.viewed = frozenset({(cell, OVERVIEW)})
        dashboard.plots.round()
    assert dashboard.renderer.forgotten == [cells[0]]
    dashboard.viewed = frozenset()
    dashboard.plots.round()
    assert dashboard.renderer.forgotten == cells[:2]
    kept = [dashboard.plots.cell(cell) is not None for cell in cells]
    assert kept == [False, False, True, True]


def test_removed_cell_does_not_rest(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a"),))
    put(dashboard.data, "a", 1.0)
    dashboard.plots.round()
    dashboard.viewed = frozenset()
    dashboard.plots.round()
    dashboard.layout = Layout()
    dashboard.plots.round()
    assert dashboard.plots.cell(cell) is None
    assert dashboard.renderer.forgotten == [cell]


def test_plots_are_drawn_once_before_anybody_looks(dashboard: Dashboard) -> None:
    first, second = dashboard.show((layer("a"),), (layer("b"),))
    viewed, dashboard.viewed = dashboard.viewed, frozenset()
    put(dashboard.data, "a", 1.0)
    dashboard.plots.round()
    assert not dashboard.renderer.drawn
    dashboard.plots.draw_ahead()
    for _ in range(3):
        dashboard.plots.round()
    assert dashboard.renderer.drawn == [first]
    put(dashboard.data, "a", 2.0)
    put(dashboard.data, "b", 3.0)
    for _ in range(3):
        dashboard.plots.round()
    assert dashboard.renderer.drawn == [first, second]
    dashboard.viewed = viewed
    dashboard.plots.round()
    frames = [dashboard.plots.cell(cell) for cell in (first, second)]
    assert [frame and frame.drawn for frame in frames] == ["<2.0>", "<3.0>"]
    assert not dashboard.renderer.forgotten


def test_plots_are_drawn_ahead_within_the_limit(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livedata_core.plots.data_service.RESTING_LIMIT", 2)
    cells = dashboard.show(*[(layer("a"),) for _ in range(4)])
    dashboard.viewed = frozenset()
    put(dashboard.data, "a", 1.0)
    dashboard.plots.draw_ahead()
    for _ in range(6):
        dashboard.plots.round()
    assert dashboard.renderer.drawn == cells[:2]
    assert not dashboard.renderer.forgotten


TILE = View(tile=(1, 0))


def test_each_view_has_a_frame_of_its_own(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a", factor=2.0),))
    dashboard.viewed |= {(cell, TILE)}
    put(dashboard.data, "a", 3.0)
    dashboard.plots.round()
    tile = dashboard.plots.cell(cell, TILE)
    overview = dashboard.plots.cell(cell)
    assert tile is not None
    assert overview is not None
    assert (tile.view, tile.drawn) == (TILE, "<6.0>")
    assert (overview.view, overview.drawn) == (OVERVIEW, "<6.0>")
    assert dashboard.wakes == 1


def test_view_that_comes_later_is_computed_from_the_data_at_hand(
    dashboard: Dashboard,
) -> None:
    (cell,) = dashboard.show((layer("a"),))
    put(dashboard.data, "a", 3.0)
    dashboard.plots.round()
    dashboard.viewed |= {(cell, TILE)}
    standing_in = dashboard.plots.cell(cell, TILE)
    assert standing_in is not None
    assert standing_in.view == OVERVIEW
    assert dashboard.plots.round()
    tile = dashboard.plots.cell(cell, TILE)
    assert tile is not None
    assert tile.view == TILE
    assert not dashboard.plots.round()
    assert dashboard.renderer.drawn == [cell, cell]


def test_view_that_nobody_has_any_more_is_let_go(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a"),))
    viewed, dashboard.viewed = dashboard.viewed, dashboard.viewed | {(cell, TILE)}
    put(dashboard.data, "a", 3.0)
    dashboard.plots.round()
    dashboard.viewed = viewed
    dashboard.plots.round()
    left = dashboard.plots.cell(cell, TILE)
    assert left is not None
    assert left.view == OVERVIEW
    assert dashboard.renderer.forgotten_views == [(cell, TILE)]
    put(dashboard.data, "a", 4.0)
    dashboard.plots.round()
    assert dashboard.renderer.drawn == [cell] * 3


def test_changed_layer_is_computed_anew_in_all_views(dashboard: Dashboard) -> None:
    (cell_id,) = dashboard.show((layer("a"),))
    dashboard.viewed |= {(cell_id, TILE)}
    put(dashboard.data, "a", 1.0)
    dashboard.plots.round()
    grid, cell = dashboard.layout.find(cell_id)
    other = cell.model_copy(update={"layers": (layer("a", factor=5.0),)})
    dashboard.layout = dashboard.layout.with_grid(grid.id, lambda g: g.with_cell(other))
    dashboard.plots.round()
    for view in (OVERVIEW, TILE):
        frame = dashboard.plots.cell(cell_id, view)
        assert frame is not None
        assert (frame.view, frame.drawn) == (view, "<5.0>")


def test_tiles_beyond_the_bound_are_shown_as_the_overview(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a"),))
    tiles = [View(tile=(9, index)) for index in range(MAX_TILES + 3)]
    dashboard.viewed = frozenset((cell, tile) for tile in tiles)
    put(dashboard.data, "a", 1.0)
    dashboard.plots.round()
    frames = [dashboard.plots.cell(cell, tile) for tile in tiles]
    views = [frame.view for frame in frames if frame is not None]
    assert len(views) == len(tiles)
    assert views.count(OVERVIEW) == 3
    assert len(dashboard.renderer.drawn) == MAX_TILES + 1


def test_positions_beyond_the_bound_are_shown_as_the_overview(
    dashboard: Dashboard,
) -> None:
    (cell,) = dashboard.show((layer("a"),))
    views = [View(sliders=(("z", index),)) for index in range(MAX_SLICES + 3)]
    dashboard.viewed = frozenset((cell, view) for view in views)
    put(dashboard.data, "a", 1.0)
    dashboard.plots.round()
    frames = [dashboard.plots.cell(cell, view) for view in views]
    assert len([frame for frame in frames if frame is not None]) == MAX_SLICES
    assert dashboard.plots.cell(cell) is not None
    assert len(dashboard.renderer.drawn) == MAX_SLICES + 1


def test_frame_carries_the_data_that_it_was_made_of(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a"),))
    put(dashboard.data, "a", 1.0, 2.0)
    dashboard.plots.round()
    before = dashboard.plots.cell(cell)
    put(dashboard.data, "a", 3.0, 4.0)
    dashboard.plots.round()
    assert before is not None
    shown = before.layers[0].shown
    assert shown is not None
    (entry,) = shown()
    assert entry.data.values.tolist() == [1.0, 2.0]


def test_new_name_of_a_region_is_shown_without_new_data(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a"),))
    put(dashboard.data, "a", 1.0)
    dashboard.plots.round()
    assert not dashboard.plots.round()
    dashboard.regions = {0: "Sample"}
    assert dashboard.plots.round()
    frame = dashboard.plots.cell(cell)
    assert frame is not None
    assert frame.version == 2


def test_history_is_kept_while_nobody_looks(dashboard: Dashboard) -> None:
    (cell,) = dashboard.show((layer("a", plotter="trend"),))
    viewed, dashboard.viewed = dashboard.viewed, frozenset()
    dashboard.plots.round()
    for number in range(3):
        put(dashboard.data, "a", 1.0, time_ns=number)
    dashboard.viewed = viewed
    dashboard.plots.round()
    frame = dashboard.plots.cell(cell)
    assert frame is not None
    assert frame.drawn == "<3.0>"


def test_compute_thread_runs_tasks_and_survives_a_failing_one(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    dashboard.plots.submit(lambda: done.append(1 / 0))  # type: ignore[arg-type]
    dashboard.plots.submit(lambda: done.append("after"))
    dashboard.plots.round()
    assert done == ["after"]
    assert "ZeroDivisionError" in caplog.text
