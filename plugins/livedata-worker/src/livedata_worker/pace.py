"""How fast each event stream comes, to know which are worth waiting for."""

from __future__ import annotations

from dataclasses import dataclass, field

from livedata_core.contract import StreamId

__all__ = ["Paces", "Passed"]


@dataclass(slots=True)
class _Pace:
    """The newest window of a stream, its pulses there and in the one before.

    `before` is None where the stream began with that window.
    """

    newest_ns: int
    window: int
    pulses: int = 0
    before: int | None = None

    def count(self, window: int, pulses: int) -> None:
        if window > self.window:
            self.before = self.pulses if window == self.window + 1 else 0
            self.window, self.pulses = window, 0
        if window == self.window:
            self.pulses += pulses


@dataclass(frozen=True, slots=True)
class Passed:
    """Who is past a window: any or all of the streams that are waited for.

    `by_trusted` if any is, and those that are waited for have right clocks.
    """

    by_any: bool
    by_trusted: bool
    by_all: bool


@dataclass(slots=True)
class Paces:
    """The paces of all streams. One thread.

    Parameters
    ----------
    regular:
        Pulses in a window that make a stream regular.
    trusted_ns:
        How far a stream's clock may be off the wall clock.
    """

    regular: int
    trusted_ns: int
    _streams: dict[StreamId, _Pace] = field(default_factory=dict)

    @property
    def newest_ns(self) -> int | None:
        """The newest pulse of all."""
        return max((pace.newest_ns for pace in self._streams.values()), default=None)

    def newest_of(self, stream: StreamId) -> int | None:
        """Return the newest pulse of a stream."""
        pace = self._streams.get(stream)
        return None if pace is None else pace.newest_ns

    def newest_trusted(self, without: StreamId, now_ns: int) -> int | None:
        """Return the newest pulse of the other streams whose clock agrees with ours."""
        return max(
            (
                pace.newest_ns
                for stream, pace in self._streams.items()
                if stream != without and abs(pace.newest_ns - now_ns) <= self.trusted_ns
            ),
            default=None,
        )

    def count(self, stream: StreamId, window: int, pulses: int, newest_ns: int) -> None:
        """Take note of pulses in a window; `newest_ns` is the last of them."""
        pace = self._streams.get(stream)
        if pace is None:
            pace = self._streams[stream] = _Pace(newest_ns, window)
        pace.newest_ns = max(pace.newest_ns, newest_ns)
        pace.count(window, pulses)

    def passed(self, window: int, now_ns: int) -> Passed:
        """Return which regular streams are past a window.

        Waited for are streams that filled their last window and have not stopped, and
        of them those whose clock agrees with ours, if any does.
        """
        regular = [
            pace for pace in self._streams.values() if self._counts(pace, window)
        ]
        trusted = [p for p in regular if abs(p.newest_ns - now_ns) <= self.trusted_ns]
        past = [pace.window > window for pace in trusted or regular]
        any_past = any(past)
        return Passed(any_past, bool(trusted) and any_past, bool(past) and all(past))

    def _counts(self, pace: _Pace, window: int) -> bool:
        if pace.window < window - 1:
            return False
        if pace.window == window - 1:
            return pace.pulses >= self.regular
        return pace.before is None or pace.before >= self.regular
