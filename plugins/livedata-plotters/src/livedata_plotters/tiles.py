"""Tiles: the bounded set of parts of an image that are shown in more detail.

Along each axis, tiles of level k are ``size / 2**k`` pixels long and lie half a tile
apart, so that anything up to half a tile long is whole in one of them. Level 0 is the
whole axis; the last level is the first whose tiles are shown pixel by pixel. A tile is
``(row level, row, column level, column)``. Pure functions of numbers.
"""

from __future__ import annotations

__all__ = ["Tile", "choose", "last_level", "positions", "span"]

Tile = tuple[int, ...]
Span = tuple[int, int]
Position = tuple[int, int]


def positions(tile: Tile | None) -> tuple[Position, Position]:
    """Return level and index along rows and along columns; of no tile, the whole.

    Raises
    ------
    ValueError
        If it is no tile of an image.
    """
    if tile is None:
        return (0, 0), (0, 0)
    if len(tile) != 4:
        raise ValueError(f"{tile} is no tile of an image: it has to have four numbers.")
    return (tile[0], tile[1]), (tile[2], tile[3])


def last_level(size: int, side: int) -> int:
    """Return the first level whose tiles are no longer than `side` pixels."""
    level = 0
    while -(-size // 2**level) > side:
        level += 1
    return level


def span(size: int, side: int, level: int, index: int) -> Span:
    """Return first pixel and the one after the last, rounded outwards.

    A level or index that does not exist is brought to the nearest that does: the
    image may have changed its size since the tile was chosen.
    """
    level = min(max(level, 0), last_level(size, side))
    parts = 2 ** (level + 1)
    index = min(max(index, 0), parts - 2)
    return index * size // parts, -(-(index + 2) * size // parts)


def choose(
    wanted: tuple[float, float], size: int, side: int, current: Position = (0, 0)
) -> Position:
    """Return level and index of the smallest tile that holds a part of an axis.

    Parameters
    ----------
    wanted:
        Where the part begins and ends, in pixels.
    size:
        Pixels of the axis.
    side:
        The most pixels that are shown one by one.
    current:
        The tile that is shown; it is kept where another of its level does no better.
    """
    low, high = max(wanted[0], 0.0), min(wanted[1], float(size))
    for level in range(last_level(size, side), 0, -1):
        parts = 2 ** (level + 1)
        index = min(int(low * parts / size), parts - 2)
        for candidate in (current, (level, index)):
            first, after = span(size, side, *candidate)
            if candidate[0] == level and first <= low and high <= after:
                return candidate
    return 0, 0
