"""A small bounded map that one thread writes and all others read as snapshots."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

__all__ = ["SnapshotMap"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SnapshotMap(Generic[K, V]):
    """A map of at most `limit` entries; the one written longest ago goes first.

    Values are immutable. A snapshot is built when it is asked for and shared until
    the next write, so that many readers cost one copy.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._entries: OrderedDict[K, V] = OrderedDict()
        self._snapshot: Mapping[K, V] | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """Return the value of that key, or None."""
        with self._lock:
            return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        """Write an entry and make it the newest."""
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            while len(self._entries) > self._limit:
                self._entries.popitem(last=False)
            self._snapshot = None

    def snapshot(self) -> Mapping[K, V]:
        """Return all entries as they are now, oldest write first."""
        with self._lock:
            if self._snapshot is None:
                self._snapshot = MappingProxyType(dict(self._entries))
            return self._snapshot
