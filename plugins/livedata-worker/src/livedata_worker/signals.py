"""Being asked to stop: Ctrl-C and SIGTERM."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType

__all__ = ["Stops"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stops:
    """Hears the signals that ask to stop. Main thread only.

    The second one ends the program as usual.

    Attributes
    ----------
    asked:
        Whether one has come. A plain attribute, since a handler that took a lock
        could wait for the thread that it interrupts.
    """

    def __init__(self) -> None:
        self.asked = False
        self._kept = {number: signal.getsignal(number) for number in _SIGNALS}

    def __enter__(self) -> Stops:
        for number in _SIGNALS:
            signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._kept.items():
            signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(number, self._kept[signal.Signals(number)])
