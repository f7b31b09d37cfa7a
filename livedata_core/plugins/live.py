"""Mappings that can be replaced as a whole while others hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

__all__ = ["LiveMapping"]

K = TypeVar("K")
V = TypeVar("V")


class LiveMapping(Mapping[K, V]):
    """What is read is the latest mapping that it was given. Any thread.

    Examples
    --------
    >>> plotters = LiveMapping({"lines": 1})
    >>> held = plotters
    >>> plotters.replace({"lines": 2, "image": 3})
    >>> dict(held)
    {'lines': 2, 'image': 3}
    """

    def __init__(self, mapping: Mapping[K, V]) -> None:
        self._now = dict(mapping)

    def replace(self, mapping: Mapping[K, V]) -> None:
        """Be another mapping from now on; iterations that go on see the one before."""
        self._now = dict(mapping)

    def __getitem__(self, key: K) -> V:
        return self._now[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)
