"""Histories: the earlier entries of streams, as far as they are asked for.

Bounded in bytes; what a bound or a change of structure cost is told by `Coverage`.
Nothing here is safe for threads: `DataService` calls it under its lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from livedata_core.contract import ArrayData, DataKey, Variable
from livedata_core.data.entries import START_TIME, TIME, Entry, is_series

__all__ = ["Coverage", "Histories", "HistoryBuffer"]

SERIES_LIMIT_BYTES = 16 << 20
"""What a series keeps where nobody asks for more."""

_OBJECTS_BYTES = 650
"""Of one array or entry beside its values: as measured of decoded results."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a history covers.

    Attributes
    ----------
    start_ns, end_ns:
        The instants that its first and last entry refer to, ns since the epoch.
    entries:
        How many there are.
    asked_s:
        The longest window that was asked for; None: as much as there is.
    cut:
        Whether something inside that window had to be dropped.
    note:
        Why, for people; empty where it is not cut.
    """

    start_ns: int
    end_ns: int
    entries: int
    asked_s: float | None
    cut: bool = False
    note: str = ""


class HistoryBuffer:
    """Entries of one stream, oldest first, all of one structure.

    Parameters
    ----------
    seconds:
        The window to keep, counted back from the newest entry; None: no limit. A
        series keeps more if there is more: nobody sends it again.
    """

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.nbytes = 0
        self._entries: deque[Entry] = deque()
        self._lost_ns: int | None = None
        self._note = ""

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> tuple[Entry, ...]:
        """Return what there is, oldest first."""
        return tuple(self._entries)

    def append(self, entry: Entry) -> None:
        """Take in an entry; one that repeats the times of the newest is left out.

        Data of another structure than before (dims, shape, unit, coords) cannot be
        shown in one array with them: the history begins anew.
        """
        if self._entries:
            newest = self._entries[-1]
            difference = _difference(newest.data, entry.data)
            if difference:
                self._restart(difference)
            elif _repeats(entry, newest):
                return
        self._entries.append(entry)
        self.nbytes += _cost(entry.data)
        self._leave_window()

    def drop_oldest(self, why: str) -> None:
        """Give up the oldest entry, which is noted as lost."""
        self._lost_ns = self._pop().refers_to_ns
        self._note = why

    def coverage(self) -> Coverage | None:
        """Return what is covered; None while there is nothing."""
        if not self._entries:
            return None
        start, end = self._entries[0].refers_to_ns, self._entries[-1].refers_to_ns
        cut = self._lost_ns is not None and (
            self.seconds is None or self._lost_ns > end - int(self.seconds * 1e9)
        )
        note = self._note if cut else ""
        return Coverage(start, end, len(self._entries), self.seconds, cut, note)

    def _restart(self, difference: str) -> None:
        self._lost_ns = self._entries[-1].refers_to_ns
        self._note = f"began anew: {difference}"
        self._entries.clear()
        self.nbytes = 0

    def _leave_window(self) -> None:
        if self.seconds is None or is_series(self._entries[-1].data):
            return
        begin = self._entries[-1].refers_to_ns - int(self.seconds * 1e9)
        while self._entries[0].refers_to_ns <= begin and len(self._entries) > 1:
            self._pop()

    def _pop(self) -> Entry:
        entry = self._entries.popleft()
        self.nbytes -= _cost(entry.data)
        return entry


class Histories:
    """The histories of all streams and the memory they share.

    Where all together exceed the limit, the largest gives up its oldest entry: every
    stream gets as much as any other. The newest entry always stays.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._buffers: dict[DataKey, HistoryBuffer] = {}
        self._claims: dict[DataKey, list[float | None]] = {}
        self._nbytes = 0
        self._sums: dict[object, int] = {}

    @property
    def limit_bytes(self) -> int:
        """Most that all histories take."""
        return self._limit

    @property
    def nbytes(self) -> int:
        """Estimated size of all histories and of the sums over them."""
        return self._nbytes + sum(self._sums.values())

    def note_sums(self, owner: object, nbytes: int) -> None:
        """Count what a reader keeps of a history, such as sums; 0: nothing any more."""
        if nbytes:
            self._sums[owner] = nbytes
        else:
            self._sums.pop(owner, None)
        self._keep_limit()

    def claim(self, key: DataKey, seconds: float | None, latest: Entry | None) -> None:
        """Keep a history of that stream, beginning with its latest entry."""
        claims = self._claims.setdefault(key, [])
        claims.append(seconds)
        buffer = self._buffers.get(key)
        if buffer is not None:
            buffer.seconds = _longest(claims)
        elif latest is not None:
            self.append(latest)

    def release(self, key: DataKey, seconds: float | None) -> None:
        """Give up a claim; without any, all but series are forgotten."""
        claims = self._claims[key]
        claims.remove(seconds)
        buffer = self._buffers.get(key)
        if claims:
            if buffer is not None:
                buffer.seconds = _longest(claims)
            return
        del self._claims[key]
        if buffer is not None:
            buffer.seconds = None
            if not is_series(buffer.entries()[-1].data):
                self.drop(key)

    def append(self, entry: Entry) -> None:
        """Take in an entry if its stream is claimed or a series."""
        buffer = self._buffers.get(entry.key)
        claims = self._claims.get(entry.key)
        if claims is None and not is_series(entry.data):
            if buffer is not None:
                self.drop(entry.key)  # it was a series before
            return
        if buffer is None:
            buffer = HistoryBuffer(_longest(claims) if claims else None)
            self._buffers[entry.key] = buffer
        before = buffer.nbytes
        buffer.append(entry)
        if claims is None:
            why = f"a series nobody asks for keeps {SERIES_LIMIT_BYTES >> 20} MiB"
            while buffer.nbytes > SERIES_LIMIT_BYTES and len(buffer) > 1:
                buffer.drop_oldest(why)
        self._nbytes += buffer.nbytes - before
        self._keep_limit()

    def drop(self, key: DataKey) -> None:
        """Forget the history of that stream; claims stay."""
        buffer = self._buffers.pop(key, None)
        if buffer is not None:
            self._nbytes -= buffer.nbytes

    def entries(self, key: DataKey) -> Sequence[Entry]:
        """Return the history of that stream, oldest first."""
        buffer = self._buffers.get(key)
        return () if buffer is None else buffer.entries()

    def coverage(self, key: DataKey) -> Coverage | None:
        """Return what the history of that stream covers."""
        buffer = self._buffers.get(key)
        return None if buffer is None else buffer.coverage()

    def _keep_limit(self) -> None:
        while self.nbytes > self._limit:
            buffers = [buffer for buffer in self._buffers.values() if len(buffer) > 1]
            if not buffers:
                return
            largest = max(buffers, key=lambda buffer: buffer.nbytes)
            before = largest.nbytes
            largest.drop_oldest(f"all histories share {self._limit >> 20} MiB")
            self._nbytes += largest.nbytes - before


def _longest(claims: Sequence[float | None]) -> float | None:
    windows = [seconds for seconds in claims if seconds is not None]
    return max(windows) if len(windows) == len(claims) else None


def _cost(data: ArrayData) -> int:
    return data.nbytes + _OBJECTS_BYTES * (1 + len(data.variables))


def _repeats(entry: Entry, newest: Entry) -> bool:
    """Return whether it is the same window again, as after a second delivery."""
    return (
        entry.job_number == newest.job_number
        and entry.time_ns is not None
        and entry.start_ns is not None
        and (entry.start_ns, entry.time_ns) == (newest.start_ns, newest.time_ns)
    )


def _difference(old: ArrayData, new: ArrayData) -> str:
    """Return what forbids to join the two in one array; empty if nothing does."""
    growing = is_series(new)
    if growing != is_series(old):
        return "it became a series" if growing else "it is no longer a series"
    names = {variable.name for variable in new.variables}
    if names != {variable.name for variable in old.variables}:
        return f"it has {', '.join(sorted(names))}"
    for variable in new.variables:
        before = old.get(variable.name)
        assert before is not None  # the names are the same
        if _form(before) != _form(variable):
            return f"{variable.name!r} changed its shape, unit or type"
        if not _joined(variable) and not _equal(before, variable):
            return f"coord {variable.name!r} changed"
    return ""


def _form(variable: Variable) -> tuple[object, ...]:
    """Return what must agree; lengths along ``time`` need not."""
    shape = tuple(
        -1 if dim == TIME else length
        for dim, length in zip(variable.dims, variable.values.shape, strict=True)
    )
    return variable.dims, shape, variable.unit, variable.values.dtype


def _joined(variable: Variable) -> bool:
    """Return whether it is joined along time, so that its values may differ."""
    data = variable.name in ("signal", "errors", TIME, START_TIME)
    return data or TIME in variable.dims


def _equal(old: Variable, new: Variable) -> bool:
    import numpy as np  # loaded by whatever decoded the arrays; not before that

    return np.array_equal(
        old.values, new.values, equal_nan=old.values.dtype.kind == "f"
    )
