"""A clock that stands still until a test moves it."""

from __future__ import annotations

from dataclasses import dataclass

START_NS = 1_800_000_000_000_000_000


@dataclass
class FakeClock:
    """Gives nanoseconds since the epoch; called like `time.time_ns`."""

    now_ns: int = START_NS

    def __call__(self) -> int:
        return self.now_ns

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now_ns += int(seconds * 1e9)
