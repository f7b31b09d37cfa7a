"""Playing any `Producer` in real time: encode each message, send it when it is due.

With a speed of *s* everything runs *s* times as fast, and so that data time stays the
time of day, pulse times move together by the same factor: batches of a second hold
*s* seconds of the recording, and plots show data that are as old as they look. Times
of flight belong to their pulse and stay.

Where the times of the data are to be kept, or nothing is waited for, times do not move.
"""

from __future__ import annotations

import dataclasses
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from livedata_core.contract import ByteSink, Message, Producer
from livedata_replay.retiming import TimeShift, retimed

__all__ = ["Playback", "Progress"]

logger = logging.getLogger(__name__)

_NS = 1_000_000_000
_OFFER_S = 0.01


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a playback is.

    Attributes
    ----------
    sent:
        Messages sent.
    dropped:
        Messages that the sink did not take.
    nbytes:
        Bytes of those sent.
    total:
        Messages until the end; None if unknown or endless.
    """

    sent: int = 0
    dropped: int = 0
    nbytes: int = 0
    total: int | None = None

    @property
    def fraction(self) -> float | None:
        """What part is done, 0 to 1; None if the end is unknown."""
        if not self.total:
            return None
        return min((self.sent + self.dropped) / self.total, 1.0)


class Playback:
    """Runs a producer on a thread of its own.

    Parameters
    ----------
    producer:
        What to play.
    encode:
        Gives the bytes of a message.
    sink:
        Where they go; it stays open. A message that it does not take is dropped and
        counted.
    speed:
        How many times faster than recorded; infinity: as fast as the sink takes it.
    start_ns:
        The time of the first message, if the producer's times are to be kept; None:
        it plays as if it were now.
    patience_s:
        How long to offer a message again to a sink that does not take it.
    total:
        Messages that the producer will yield, for the progress.
    on_finished:
        Called on the thread when all has been sent; not after `stop` or an error.

    Raises
    ------
    ValueError
        If the speed is not positive.
    """

    def __init__(
        self,
        producer: Producer,
        encode: Callable[[Message[Any]], bytes],
        sink: ByteSink,
        speed: float = 1.0,
        total: int | None = None,
        start_ns: int | None = None,
        patience_s: float = 0.0,
        on_finished: Callable[[], None] | None = None,
    ) -> None:
        if not speed > 0:
            raise ValueError(f"speed {speed} is not a positive number")
        self._producer = producer
        self._encode = encode
        self._sink = sink
        self._speed = speed
        self._start_ns = start_ns
        self._patience_s = patience_s
        self._on_finished = on_finished
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="playback", daemon=True)
        # Written by the thread alone; each is one immutable value.
        self._progress = Progress(total=total)
        self._finished = False
        self._error: Exception | None = None

    @property
    def progress(self) -> Progress:
        """How far it is. Any thread."""
        return self._progress

    @property
    def finished(self) -> bool:
        """Whether everything has been sent."""
        return self._finished

    @property
    def error(self) -> Exception | None:
        """What ended it early, if anything."""
        return self._error

    def start(self) -> None:
        """Begin to play, from now."""
        self._thread.start()

    def stop(self) -> None:
        """End it soon; does nothing if it has ended. Any thread."""
        self._stop.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until it has ended, however; return whether it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._play()
        except Exception as error:
            self._error = error
            logger.exception("playback ended early")

    def _play(self) -> None:
        start_ns = time.time_ns() if self._start_ns is None else self._start_ns
        began = time.monotonic()
        unmoved = self._start_ns is not None or math.isinf(self._speed)
        rescale = TimeShift(start_ns, start_ns, 1.0 if unmoved else self._speed)
        for message in self._producer.messages(start_ns):
            due_s = (message.timestamp_ns - start_ns) / _NS / self._speed
            # Event.wait returns at once if the time has passed or stop was called.
            if self._stop.wait(max(due_s - (time.monotonic() - began), 0.0)):
                return
            self._send(message if unmoved else retimed(message, rescale))
        self._finished = True
        if self._on_finished is not None:
            self._on_finished()

    def _send(self, message: Message[Any]) -> None:
        value = self._encode(message)
        progress = self._progress
        try:
            self._publish(message.topic, value)
        except RuntimeError as error:
            if not progress.dropped:
                logger.warning("playback drops messages: %s", error)
            self._progress = dataclasses.replace(progress, dropped=progress.dropped + 1)
        else:
            self._progress = dataclasses.replace(
                progress, sent=progress.sent + 1, nbytes=progress.nbytes + len(value)
            )

    def _publish(self, topic: str, value: bytes) -> None:
        """Send, and again while the sink does not take it and there is patience."""
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                return self._sink.publish(topic, value)
            except RuntimeError:
                if time.monotonic() >= deadline or self._stop.wait(_OFFER_S):
                    raise
