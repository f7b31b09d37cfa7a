"""Fewer values than pixels: blocks of an image joined to one value each.

Pure functions of numpy arrays. What belongs to a block and how its values are joined
is decided here; which part of an image is shown is `livedata_plotters.tiles`' business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from livedata_plotters.params import Reduction

__all__ = ["Block", "block_edges", "block_for", "reduce_blocks"]

Block = tuple[int, int]
"""Rows and columns that are joined to one value."""

Values = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]


def block_for(shape: tuple[int, int], side: int, budget: int) -> Block:
    """Return the smallest block that leaves at most `budget` values.

    Parameters
    ----------
    shape:
        Rows and columns of the image.
    side:
        The most values along either axis.
    budget:
        The most values in all.

    Examples
    --------
    >>> block_for((4096, 1024), side=1024, budget=1024 * 1024)
    (4, 1)
    """
    rows, columns = shape
    n, m = -(-rows // side), -(-columns // side)
    while (left := -(-rows // n)) * (right := -(-columns // m)) > budget:
        if left > right:
            n += 1
        else:
            m += 1
    return n, m


def block_edges(edges: Floats, size: int) -> Floats:
    """Return the edges of blocks of so many bins; the last block may be smaller."""
    if size == 1:
        return edges
    inner = edges[:-1:size]
    return np.append(inner, edges[-1])


def reduce_blocks(values: Values, block: Block, how: Reduction) -> Values:
    """Return one value for each block; those at the far borders may be smaller.

    NaN values do not count; a block of nothing else is NaN. Whole numbers are summed
    as such, others in double precision.

    Parameters
    ----------
    values:
        Numbers [row, column].
    block:
        What is joined.
    how:
        Sum, maximum or mean.

    Raises
    ------
    ValueError
        If `how` is left open.
    """
    if how is Reduction.AUTO:
        raise ValueError("how values are joined has to be decided by their meaning")
    if block == (1, 1):
        return values
    if how is Reduction.MAX:
        return _fold(values, block, np.fmax)
    total, number = _sums(values, block)
    if how is Reduction.SUM:
        return np.where(number, total, np.nan) if (number == 0).any() else total
    with np.errstate(invalid="ignore"):  # 0 / 0: a block without any value
        mean: Values = total / number
    return mean


def _sums(values: Values, block: Block) -> tuple[Values, Values]:
    """Return sum and number of the values of each block, NaN left out."""
    whole = values.dtype.kind in "biu"
    wide = np.result_type(values, np.int64) if whole else np.dtype(np.float64)
    with np.errstate(invalid="ignore"):  # inf - inf is NaN and needs no warning
        total = _fold(values, block, np.add, wide)
    if whole or not np.isnan(total).any():
        return total, _block_sizes(values.shape, block)
    valid = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        total = _fold(np.where(valid, values, 0.0), block, np.add, wide)
    return total, _fold(valid, block, np.add, np.dtype(np.int64))


def _block_sizes(shape: tuple[int, ...], block: Block) -> Values:
    rows, columns = (
        np.diff(np.append(np.arange(0, length, size), length))
        for length, size in zip(shape, block, strict=True)
    )
    return np.multiply.outer(rows, columns)


def _fold(
    values: Values,
    block: Block,
    join: Callable[..., Values],
    dtype: np.dtype[Any] | None = None,
) -> Values:
    """Join the rows, then the columns: strided slices, so that remainders need no care.

    Rows first, because they are contiguous; columns are left with a share of the work.
    """
    n, m = block
    rows = values[::n].astype(values.dtype if dtype is None else dtype)
    for start in range(1, n):
        part = values[start::n]
        join(rows[: len(part)], part, out=rows[: len(part)])
    joined = rows[:, ::m].copy()
    for start in range(1, m):
        part = rows[:, start::m]
        width = part.shape[1]
        join(joined[:, :width], part, out=joined[:, :width])
    return joined
