"""Blocks hold what their pixels hold, remainders included."""

from __future__ import annotations

import numpy as np
import pytest
import scipp as sc

from livedata_plotters.params import Reduction
from livedata_plotters.reduction import block_edges, block_for, reduce_blocks

SHAPES = [((8, 12), (4, 3)), ((9, 11), (4, 3)), ((1, 7), (1, 4)), ((5, 3), (8, 2))]


def by_hand(values: np.ndarray, block: tuple[int, int], join) -> np.ndarray:
    n, m = block
    rows, columns = values.shape
    return np.array(
        [
            [join(values[r : r + n, c : c + m]) for c in range(0, columns, m)]
            for r in range(0, rows, n)
        ]
    )


@pytest.mark.parametrize(("shape", "block"), SHAPES)
@pytest.mark.parametrize("dtype", ["int32", "int64", "float32", "float64"])
@pytest.mark.parametrize(
    ("how", "join"),
    [
        (Reduction.SUM, np.sum),
        (Reduction.MAX, np.max),
        (Reduction.MEAN, np.mean),
    ],
)
def test_each_block_is_joined(shape, block, dtype, how, join):
    values = np.random.default_rng(1).integers(-50, 99, shape).astype(dtype)
    expected = by_hand(values.astype("float64"), block, join)
    np.testing.assert_allclose(reduce_blocks(values, block, how), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("how", "join"),
    [
        (Reduction.SUM, np.nansum),
        (Reduction.MAX, np.nanmax),
        (Reduction.MEAN, np.nanmean),
    ],
)
def test_blank_pixels_do_not_count(how, join):
    values = np.arange(35.0).reshape(5, 7)
    values[1, 2] = values[4, 6] = np.nan
    expected = by_hand(values, (2, 4), join)
    np.testing.assert_allclose(reduce_blocks(values, (2, 4), how), expected)


@pytest.mark.parametrize("how", [Reduction.SUM, Reduction.MAX, Reduction.MEAN])
def test_block_of_blank_pixels_is_blank(how):
    values = np.ones((4, 4))
    values[:2, :2] = np.nan
    reduced = reduce_blocks(values, (2, 2), how)
    np.testing.assert_array_equal(np.isnan(reduced), [[True, False], [False, False]])


def test_sums_are_those_of_scipp():
    values = np.random.default_rng(2).random((10, 9))
    data = sc.DataArray(
        sc.array(dims=["y", "x"], values=values),
        coords={"x": sc.arange("x", 10.0, unit="mm")},
    )
    edges = block_edges(data.coords["x"].values, 4)
    grouped = data.rebin(x=sc.array(dims=["x"], values=edges, unit="mm"))
    np.testing.assert_allclose(
        reduce_blocks(values, (1, 4), Reduction.SUM), grouped.values
    )


def test_whole_numbers_are_summed_without_overflow():
    values = np.full((2, 2), 2**31 - 1, dtype="int32")
    assert reduce_blocks(values, (2, 2), Reduction.SUM)[0, 0] == 4 * (2**31 - 1)


def test_data_are_left_as_they_are():
    values = np.arange(16.0).reshape(4, 4)
    before = values.copy()
    for how in (Reduction.SUM, Reduction.MAX, Reduction.MEAN):
        reduce_blocks(values, (2, 2), how)
    np.testing.assert_array_equal(values, before)


def test_how_to_join_must_be_decided():
    with pytest.raises(ValueError, match="decided"):
        reduce_blocks(np.ones((2, 2)), (2, 2), Reduction.AUTO)


@pytest.mark.parametrize(
    ("shape", "block"),
    [
        ((1024, 1024), (1, 1)),
        ((1025, 1024), (2, 1)),
        ((4096, 4096), (4, 4)),
        ((3, 5000), (1, 5)),
    ],
)
def test_block_is_the_smallest_that_fits(shape, block):
    assert block_for(shape, 1024, 1024 * 1024) == block


def test_budget_holds_for_all_values():
    n, m = block_for((64, 3000), 1024, 256 * 256)
    assert -(-64 // n) * -(-3000 // m) <= 256 * 256
    assert n == 1


def test_last_edge_is_the_true_one():
    np.testing.assert_array_equal(block_edges(np.arange(8.0), 3), [0, 3, 6, 7])
    np.testing.assert_array_equal(block_edges(np.arange(7.0), 3), [0, 3, 6])
