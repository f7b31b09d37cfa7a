"""Tiles hold what is asked for and are few."""

from __future__ import annotations

import numpy as np
import pytest

from livedata_plotters.tiles import choose, last_level, positions, span

SIZES = [1, 7, 1024, 1025, 4096, 5000]


@pytest.mark.parametrize("size", SIZES)
def test_level_zero_is_the_whole(size: int) -> None:
    assert span(size, 1024, 0, 0) == (0, size)


@pytest.mark.parametrize("size", SIZES)
def test_chosen_tile_holds_what_is_wanted(size: int) -> None:
    rng = np.random.default_rng(size)
    for _ in range(200):
        low, high = sorted(rng.uniform(-0.1 * size, 1.1 * size, 2))
        first, after = span(size, 1024, *choose((low, high), size, 1024))
        assert first <= max(low, 0.0)
        assert after >= min(high, size)


@pytest.mark.parametrize("size", [1025, 4096, 5000])
def test_small_parts_are_shown_pixel_by_pixel(size: int) -> None:
    half = size / 2 ** (last_level(size, 1024) + 1)
    rng = np.random.default_rng(size)
    for low in rng.uniform(0, size - half, 200):
        first, after = span(
            size, 1024, *choose((low, low + 0.99 * half - 1), size, 1024)
        )
        assert after - first <= 1025


def test_tiles_are_few() -> None:
    rng = np.random.default_rng(0)
    chosen = {
        choose(tuple(sorted(rng.uniform(0, 4096, 2))), 4096, 1024) for _ in range(5000)
    }
    assert len(chosen) <= 1 + 3 + 7


def test_axis_within_the_bound_has_no_tiles() -> None:
    assert choose((3.0, 5.0), 1024, 1024) == (0, 0)


def test_tile_is_kept_while_it_holds_what_is_wanted() -> None:
    assert choose((1030.0, 1100.0), 4096, 1024) == (2, 2)
    assert choose((1030.0, 1100.0), 4096, 1024, current=(2, 1)) == (2, 1)
    assert choose((1030.0, 1100.0), 4096, 1024, current=(2, 6)) == (2, 2)


def test_tile_of_an_image_that_shrank_is_brought_to_one_that_exists() -> None:
    assert span(100, 1024, 5, 40) == (0, 100)
    assert span(4096, 1024, 2, 99) == (3072, 4096)


def test_tile_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no tile of an image"):
        positions((1, 2))
