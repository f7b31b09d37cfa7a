"""Streams: what a layer reads of the data service, as scipp data arrays.

Nothing is converted before somebody reads, and nothing twice. Whether a stream shows
the latest result or a history is decided here; how, in the extractors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from livedata_core.contract import Aggregation, DataKey
from livedata_core.data.buffers import Coverage
from livedata_core.data.entries import Entry, is_series
from livedata_core.data.service import DataService, HistoryClaim, Subscription

if TYPE_CHECKING:
    import scipp as sc

    from livedata_core.data.extractors import Extractor
    from livedata_core.data.windows import WindowAggregation

__all__ = ["Stream", "StreamManager"]


class StreamManager:
    """Opens streams of a data service; any thread."""

    def __init__(self, data: DataService) -> None:
        self._data = data

    def open(
        self,
        keys: Iterable[DataKey],
        history: bool = False,
        seconds: float | None = None,
        aggregation: Aggregation | None = None,
    ) -> Stream:
        """Open a stream of those results; they need not have data yet.

        Parameters
        ----------
        keys:
            Which results, in the order in which they are to be read.
        history:
            Ask for all buffered updates, which are kept from now on, instead of the
            latest. A series is always read as a history.
        seconds:
            The window of the history; None: as long as memory allows.
        aggregation:
            Join the updates of the window in one; a series is never joined.
        """
        keys = tuple(dict.fromkeys(keys))
        return Stream(self._data, keys, history, seconds, aggregation)

    def keep_history(
        self, keys: Iterable[DataKey], seconds: float | None = None
    ) -> tuple[HistoryClaim, ...]:
        """Keep histories until the claims are closed, while no stream reads them."""
        return tuple(self._data.want_history(key, seconds) for key in keys)


class Stream:
    """The data of one layer, pulled when its version has changed.

    One thread reads (the compute thread); any may look at the version.
    """

    def __init__(
        self,
        data: DataService,
        keys: tuple[DataKey, ...],
        history: bool,
        seconds: float | None,
        aggregation: Aggregation | None = None,
    ) -> None:
        self.keys = keys
        self._data = data
        self._history = history
        self._seconds = seconds
        self._aggregation = aggregation
        self._claims = [data.want_history(key, seconds) for key in keys if history]
        self._subscriptions: list[Subscription] = []
        self._made: dict[DataKey, tuple[int, sc.DataArray]] = {}
        self._windows: dict[DataKey, WindowAggregation] = {}

    @property
    def version(self) -> int:
        """Rises whenever one of the results changes; 0 while none has come."""
        changed = self._data.snapshot().changed
        return max((changed.get(key, 0) for key in self.keys), default=0)

    def entries(self) -> dict[DataKey, Entry]:
        """Return the latest entries of those streams that have data."""
        entries = self._data.snapshot().entries
        return {key: entries[key] for key in self.keys if key in entries}

    def read(self) -> dict[DataKey, sc.DataArray]:
        """Return the data of those streams that have any; do not modify them.

        Raises
        ------
        ValueError
            If data cannot be shown, naming the stream.
        """
        entries = self.entries()
        self._made = {key: made for key, made in self._made.items() if key in entries}
        read = {key: self._extract(entry) for key, entry in entries.items()}
        if self._windows:
            kept = sum(window.nbytes for window in self._windows.values())
            self._data.note_sums(self, kept)
        return read

    def coverage(self, key: DataKey) -> Coverage | None:
        """Return what the history of one stream covers, None if it has none."""
        return self._data.coverage(key)

    def subscribe(self, wake: Callable[[], None]) -> Subscription:
        """Have `wake` called, without data, when a result changes.

        It ends with the stream or with the subscription.
        """
        subscription = self._data.subscribe(self.keys, wake)
        self._subscriptions.append(subscription)
        return subscription

    def close(self) -> None:
        """Let go of data, histories and subscriptions."""
        for subscription in self._subscriptions:
            subscription.close()
        for claim in self._claims:
            claim.close()
        self._data.note_sums(self, 0)
        self._made = {}
        self._windows = {}

    def _extract(self, entry: Entry) -> sc.DataArray:
        made = self._made.get(entry.key)
        if made is not None and made[0] == entry.version:
            return made[1]
        try:
            data = self._extractor(entry).extract(
                self._data.history(entry.key) or (entry,)
            )
        except ValueError as error:
            name = f"{entry.key.output_name} of {entry.key.source_name}"
            raise ValueError(f"{name}: {error}") from error
        self._made[entry.key] = (entry.version, data)
        return data

    def _extractor(self, entry: Entry) -> Extractor:
        # Imported here: who only receives data does not need scipp.
        from livedata_core.data.extractors import FullHistory, Latest
        from livedata_core.data.windows import WindowAggregation

        if is_series(entry.data):
            return FullHistory(self._seconds)
        if self._aggregation is not None and self._seconds is not None:
            if entry.key not in self._windows:
                self._windows[entry.key] = WindowAggregation(
                    self._seconds, self._aggregation
                )
            return self._windows[entry.key]
        return FullHistory(self._seconds) if self._history else Latest()
