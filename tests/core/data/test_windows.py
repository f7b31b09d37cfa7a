"""Joined updates equal what scipp computes of the same data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
import scipp as sc
from scipp.testing import assert_allclose, assert_identical

from livedata_core.contract import Aggregation, ArrayData, TimeWindow, Variable
from livedata_core.data import partial_sums
from livedata_core.data.entries import Entry, make_entry
from livedata_core.data.windows import WindowAggregation
from tests.support.results import SECOND, result_key, window

EDGES = [0.0, 1.0, 2.0, 3.0]


def updates(
    *rows: npt.ArrayLike, spans: Sequence[tuple[float, float]], unit: str = "counts"
) -> list[Entry]:
    made = []
    for row, (start, end) in zip(rows, spans, strict=True):
        times = int(start * SECOND), int(end * SECOND)
        data = window(row, *times, unit=unit, edges=EDGES)
        errors = np.sqrt(np.abs(np.asarray(row, dtype=float)))
        data = ArrayData((*data.variables, Variable("errors", ("x",), errors, unit)))
        made.append(make_entry(result_key(), data, 0, times[1], 1))
    return made


ROWS = ([1.0, 2.0, np.nan], [4.0, 0.0, 6.0], [2.5, 5.0, 1.0])
SPANS = [(0, 1), (1, 3), (7, 7.5)]  # nothing came between 3 s and 7 s


def stacked(unit: str) -> tuple[sc.Variable, sc.Variable]:
    rows = np.array(ROWS)
    values = sc.array(
        dims=["time", "x"], values=rows, variances=np.abs(rows), unit=unit
    )
    weights = sc.array(dims=["time"], values=[1.0, 2.0, 0.5])
    return values, weights


@pytest.mark.parametrize(
    ("how", "unit"),
    [
        (Aggregation.SUM, "counts"),
        (Aggregation.NANSUM, "counts"),
        (Aggregation.MEAN, "K"),
        (Aggregation.NANMEAN, "K"),
    ],
)
def test_joined_updates_equal_scipp(how: Aggregation, unit: str) -> None:
    entries = updates(*ROWS, spans=SPANS, unit=unit)
    values, weights = stacked(unit)
    if how is Aggregation.SUM:
        expected = values.sum("time")
    elif how is Aggregation.NANSUM:
        expected = values.nansum("time")
    elif how is Aggregation.MEAN:
        expected = (values * weights).sum("time") / weights.sum("time")
    else:
        known = sc.where(sc.isnan(sc.values(values)), 0.0 * weights, weights)
        expected = (values * weights).nansum("time") / known.sum("time")
    made = WindowAggregation(60.0, how).extract(entries)
    assert_allclose(made.data, expected, equal_nan=True)
    assert_identical(made.coords["x"], sc.array(dims=["x"], values=EDGES, unit="ms"))


def test_times_tell_the_span_and_the_duration_leaves_out_gaps() -> None:
    made = WindowAggregation(60.0, Aggregation.SUM).extract(updates(*ROWS, spans=SPANS))
    for name, seconds in (("start_time", 0.0), ("time", 7.5), ("duration", 3.5)):
        expected = sc.scalar(int(seconds * SECOND), unit="ns")
        assert_identical(made.coords[name], expected)


def test_window_holds_just_the_updates_that_end_inside() -> None:
    rows = [[float(n)] * 3 for n in range(10)]
    entries = updates(*rows, spans=[(n, n + 1) for n in range(10)])
    made = WindowAggregation(3.0, Aggregation.SUM).extract(entries)
    assert made.values.tolist() == [7.0 + 8.0 + 9.0] * 3
    assert made.coords["duration"].value == 3 * SECOND


@pytest.mark.parametrize("how", [a for a in Aggregation if a != Aggregation.AUTO])
def test_moving_window_adds_what_is_new_and_equals_one_made_anew(
    how: Aggregation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(3)
    rows = rng.poisson(5, (400, 3)).astype(float)
    rows[::41] = np.nan
    entries = updates(*rows, spans=[(n, n + 1) for n in range(400)])
    looked_at: list[Entry] = []
    values = partial_sums._values

    def look(entry: Entry, name: str) -> npt.NDArray[np.float64]:
        looked_at.append(entry)
        return values(entry, name)

    moving = WindowAggregation(300.0, how)
    for newest in (1, 31, 32, 33, 100, 250, 300, 301, 340, 399, 400):
        expected = WindowAggregation(300.0, how).extract(entries[:newest])
        with monkeypatch.context() as patch:
            patch.setattr(partial_sums, "_values", look)
            looked_at.clear()
            made = moving.extract(entries[:newest])
        assert_allclose(made, expected, equal_nan=True)
    # The last step, from 399 to 400: of 300 entries fewer than two runs are added.
    assert len({id(entry) for entry in looked_at}) < 2 * partial_sums.RUN


def test_window_with_a_hole_is_summed_anew() -> None:
    entries = updates(*np.ones((100, 3)), spans=[(n, n + 1) for n in range(100)])
    moving = WindowAggregation(1000.0, Aggregation.SUM)
    moving.extract(entries)
    holed = [*entries[:40], *entries[41:]]
    assert moving.extract(holed).values.tolist() == [99.0] * 3
    assert moving.extract(entries).values.tolist() == [100.0] * 3


def test_auto_sums_counts_and_averages_the_rest() -> None:
    rows = [[1.0, 1.0, 1.0], [3.0, 3.0, 3.0]]
    spans = [(0, 1), (1, 2)]
    auto = WindowAggregation(60.0, TimeWindow().aggregation)
    assert auto.extract(updates(*rows, spans=spans)).values.tolist() == [4.0] * 3
    warm = updates(*rows, spans=spans, unit="K")
    assert auto.extract(warm).values.tolist() == [2.0] * 3


def test_mean_without_durations_is_refused_with_a_way_out() -> None:
    data = ArrayData((Variable("signal", (), np.array(1.0), "K"),))
    entries = [make_entry(result_key(), data, 0, 5, 1)]
    with pytest.raises(ValueError, match="choose a sum"):
        WindowAggregation(5.0, Aggregation.MEAN).extract(entries)
    made = WindowAggregation(5.0, Aggregation.SUM).extract(entries)
    assert made.value == 1.0
