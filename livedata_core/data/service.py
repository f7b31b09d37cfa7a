"""The data service: the latest result of every stream, and histories where asked for.

One thread writes, in transactions; any thread reads immutable snapshots and sees
changes by version. What is kept are the arrays as decoded: a scipp data array is made
by `livedata_core.data.streams` when somebody looks.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

from livedata_core.contract import ArrayData, DataKey, ResultKey
from livedata_core.data.buffers import Coverage, Histories
from livedata_core.data.entries import Entry, make_entry

__all__ = [
    "HISTORY_LIMIT_BYTES",
    "DataService",
    "DataSnapshot",
    "HistoryClaim",
    "Subscription",
    "Transaction",
]

log = logging.getLogger(__name__)

HISTORY_LIMIT_BYTES = 512 << 20
STREAM_LIMIT = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class DataSnapshot:
    """The state after one transaction.

    Attributes
    ----------
    version:
        Of the last transaction that changed anything.
    entries:
        The latest result of every stream.
    changed:
        For every stream, the version at which it changed last, be it dropped.
    """

    version: int = 0
    entries: Mapping[DataKey, Entry] = field(default_factory=dict)
    changed: Mapping[DataKey, int] = field(default_factory=dict)


class DataService:
    """Results by `DataKey`; the ingest thread writes, any thread reads.

    Parameters
    ----------
    history_limit_bytes:
        Most memory that all histories and sums over them take. The latest result of
        each stream is kept in any case.
    stream_limit:
        Most streams; a peer that invents output names gets no further.
    clock:
        Gives the time of arrival, ns since the epoch.
    """

    def __init__(
        self,
        history_limit_bytes: int = HISTORY_LIMIT_BYTES,
        stream_limit: int = STREAM_LIMIT,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._clock = clock
        self._stream_limit = stream_limit
        self._snapshot = DataSnapshot()  # replaced as a whole, never changed in place
        self._lock = threading.Lock()  # histories and subscribers; never held for long
        self._histories = Histories(history_limit_bytes)
        self._subscribers: dict[DataKey, dict[Subscription, None]] = {}
        self._writing = threading.Lock()

    # --- Reading: any thread ---

    @property
    def version(self) -> int:
        """Rises by one with every transaction that changes anything."""
        return self._snapshot.version

    def snapshot(self) -> DataSnapshot:
        """Return the state after the latest transaction."""
        return self._snapshot

    def keys(self) -> tuple[DataKey, ...]:
        """Return the streams that have data."""
        return tuple(self._snapshot.entries)

    def entry(self, key: DataKey) -> Entry | None:
        """Return the latest result of that stream, or None."""
        return self._snapshot.entries.get(key)

    def history(self, key: DataKey) -> tuple[Entry, ...]:
        """Return the results kept of that stream, oldest first, the latest last.

        Only that, where nobody asked for a history.
        """
        with self._lock:
            entries = tuple(self._histories.entries(key))
            latest = self._snapshot.entries.get(key)
        return entries or (() if latest is None else (latest,))

    def coverage(self, key: DataKey) -> Coverage | None:
        """Return what the history of that stream covers, None if it has none."""
        with self._lock:
            return self._histories.coverage(key)

    @property
    def history_limit_bytes(self) -> int:
        """Most memory that all histories take together."""
        return self._histories.limit_bytes

    @property
    def history_bytes(self) -> int:
        """Estimated size of all histories and of the sums over them."""
        with self._lock:
            return self._histories.nbytes

    def note_sums(self, owner: object, nbytes: int) -> None:
        """Count what a reader keeps of a history, such as sums; 0: nothing any more.

        It shares the memory of the histories. Any thread.
        """
        with self._lock:
            self._histories.note_sums(owner, nbytes)

    @property
    def subscribers(self) -> int:
        """How many subscriptions there are; one to several streams counts for each."""
        with self._lock:
            return sum(map(len, self._subscribers.values()))

    def subscribe(
        self, keys: Iterable[DataKey], wake: Callable[[], None]
    ) -> Subscription:
        """Have `wake` called after each transaction that changes one of the streams.

        It is called once for each, on the writing thread, without data: it may say
        "look now" to another thread and no more.
        """
        subscription = Subscription(self, frozenset(keys), wake)
        with self._lock:
            for key in subscription.keys:
                self._subscribers.setdefault(key, {})[subscription] = None
        return subscription

    def want_history(self, key: DataKey, seconds: float | None = None) -> HistoryClaim:
        """Keep a history of that stream until the claim is closed.

        Parameters
        ----------
        key:
            Which stream; it need not have data yet.
        seconds:
            How long a window, back from the newest result; None: as long as memory
            allows. Of several claims the longest counts.
        """
        with self._lock:
            self._histories.claim(key, seconds, self._snapshot.entries.get(key))
        return HistoryClaim(self, key, seconds)

    # --- Writing: one thread at a time ---

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write results; all of them become visible together at the end.

        If the block raises, nothing is written.

        Raises
        ------
        RuntimeError
            If another transaction is open, on whatever thread.
        """
        if not self._writing.acquire(blocking=False):
            raise RuntimeError(
                "another transaction on the data service is open; only the ingest "
                "thread writes, others post to it"
            )
        try:
            transaction = Transaction(self._snapshot, self._stream_limit, self._clock())
            try:
                yield transaction
            finally:
                transaction.close()
            woken = self._commit(transaction)
        finally:
            self._writing.release()
        for subscription in woken:
            subscription.notify()

    def _commit(self, transaction: Transaction) -> Iterable[Subscription]:
        if not transaction.changes:
            return ()
        woken: dict[Subscription, None] = {}
        entries = dict(self._snapshot.entries)
        changed = dict(self._snapshot.changed)
        with self._lock:
            for entry in transaction.entries:
                self._histories.append(entry)
            for key, latest in transaction.changes.items():
                changed[key] = transaction.version
                if latest is None:
                    entries.pop(key, None)
                    self._histories.drop(key)
                else:
                    entries[key] = latest
                woken.update(self._subscribers.get(key, ()))
            self._snapshot = DataSnapshot(
                transaction.version,
                MappingProxyType(entries),
                MappingProxyType(changed),
            )
        return woken

    def _unsubscribe(self, subscription: Subscription) -> None:
        with self._lock:
            for key in subscription.keys:
                subscribers = self._subscribers.get(key, {})
                subscribers.pop(subscription, None)
                if not subscribers:
                    self._subscribers.pop(key, None)

    def _release(self, claim: HistoryClaim) -> None:
        with self._lock:
            self._histories.release(claim.key, claim.seconds)


class Transaction:
    """Results to be written together; of the thread that opened it, while open."""

    def __init__(self, before: DataSnapshot, stream_limit: int, now_ns: int) -> None:
        self.version = before.version + 1
        self.entries: list[Entry] = []
        self.changes: dict[DataKey, Entry | None] = {}
        self._before = before
        self._stream_limit = stream_limit
        self._now_ns = now_ns
        self._thread: int | None = threading.get_ident()

    def put(self, key: ResultKey, data: ArrayData, timestamp_ns: int) -> None:
        """Write a result; the arrays are kept, not copied.

        Raises
        ------
        RuntimeError
            If the transaction is over or of another thread.
        ValueError
            If there are too many streams already.
        """
        self._check()
        entry = make_entry(key, data, timestamp_ns, self._now_ns, self.version)
        if entry.key not in self.changes and entry.key not in self._before.entries:
            self._check_limit(entry.key)
        self.entries.append(entry)
        self.changes[entry.key] = entry

    def drop(self, key: DataKey) -> None:
        """Forget a stream and its history.

        Raises
        ------
        RuntimeError
            If the transaction is over or of another thread.
        """
        self._check()
        if key in self.changes or key in self._before.entries:
            self.entries = [entry for entry in self.entries if entry.key != key]
            self.changes[key] = None

    def close(self) -> None:
        """Refuse further writes."""
        self._thread = None

    def _check(self) -> None:
        if self._thread != threading.get_ident():
            raise RuntimeError(
                "write to the data service outside of its transaction: it is over, or "
                "another thread opened it"
            )

    def _check_limit(self, key: DataKey) -> None:
        if len(self._before.entries) + len(self.changes) >= self._stream_limit:
            raise ValueError(
                f"result stream {key} is refused: there are {self._stream_limit} "
                "streams already; stop workflows that are not needed"
            )


class Subscription:
    """Wakes somebody when one of some streams changes; close it when done."""

    def __init__(
        self, data: DataService, keys: frozenset[DataKey], wake: Callable[[], None]
    ) -> None:
        self.keys = keys
        self._data = data
        self._wake = wake
        self._failed = False

    def notify(self) -> None:
        """Call `wake`; the first time that it raises is logged."""
        try:
            self._wake()
        except Exception:
            # A fault of one reader must not keep data from the others.
            if not self._failed:
                log.exception("a subscriber of the data service failed")
            self._failed = True

    def close(self) -> None:
        """Wake no more. Any thread; a call may still be under way."""
        self._data._unsubscribe(self)


class HistoryClaim:
    """Keeps a history alive; close it when done."""

    def __init__(self, data: DataService, key: DataKey, seconds: float | None) -> None:
        self.key = key
        self.seconds = seconds
        self._data = data
        self._closed = False

    def close(self) -> None:
        """Give it up. One thread."""
        if not self._closed:
            self._closed = True
            self._data._release(self)
