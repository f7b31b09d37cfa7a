import pytest

from livedata_core.jobs.states import SourceState
from livedata_core.plots.frames import CellFrame, LayerFrame
from livedata_core.plots.freshness import Freshness, cell_status, freshness

NOW = 1_000_000_000_000


def frame(age_s: float | None = None, error: str | None = None) -> CellFrame:
    time_ns = None if age_s is None else NOW - int(age_s * 1e9)
    return CellFrame("c", 1, (LayerFrame("l", object(), error, time_ns),))


@pytest.mark.parametrize(
    ("age_s", "expected"),
    [
        (0.0, Freshness.FRESH),
        (4.0, Freshness.FRESH),
        (4.1, Freshness.AGEING),
        (10.0, Freshness.AGEING),
        (10.1, Freshness.STALE),
    ],
)
def test_age_is_judged_against_the_interval(age_s: float, expected: Freshness) -> None:
    assert freshness(age_s) is expected
    assert freshness(age_s * 7, interval_s=7) is expected


def test_stopped_stale_and_broken_look_different() -> None:
    old = frame(60)
    assert cell_status(old, [SourceState.ACTIVE], NOW).freshness is Freshness.STALE
    assert cell_status(old, [SourceState.STOPPED], NOW).freshness is Freshness.STOPPED
    assert cell_status(old, [SourceState.ERROR], NOW).freshness is Freshness.ERROR


def test_a_paused_workflow_is_told_and_offers_no_start() -> None:
    status = cell_status(frame(60), [SourceState.PAUSED], NOW)
    assert status.freshness is Freshness.PAUSED
    assert (status.message, status.startable) == ("the workflow is paused", False)
    both = cell_status(frame(1), [SourceState.PAUSED, SourceState.ACTIVE], NOW)
    assert both.freshness is Freshness.FRESH


def test_error_of_a_layer_is_shown_whatever_runs() -> None:
    status = cell_status(frame(0, "Cannot."), [SourceState.ACTIVE], NOW)
    assert (status.freshness, status.message) == (Freshness.ERROR, "Cannot.")


def test_empty_cell_offers_a_start_only_where_nothing_runs() -> None:
    waiting = cell_status(None, [SourceState.STARTING], NOW)
    idle = cell_status(None, [SourceState.NOT_RUNNING], NOW)
    assert (waiting.freshness, waiting.startable) == (Freshness.WAITING, False)
    assert (idle.freshness, idle.startable) == (Freshness.WAITING, True)


def test_clock_ahead_of_ours_is_no_negative_age() -> None:
    assert cell_status(frame(-5), [SourceState.ACTIVE], NOW).age_s == 0.0


def test_age_of_a_plot_is_that_of_its_oldest_layer() -> None:
    layers = (LayerFrame("a", 1, None, NOW), LayerFrame("b", 1, None, NOW - 5 * 10**9))
    status = cell_status(CellFrame("c", 1, layers), [SourceState.ACTIVE], NOW)
    assert status.age_s == 5.0
