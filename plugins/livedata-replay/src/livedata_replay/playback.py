"""Playing any `Producer` in real time: encode each message, send it when it is due.

With a speed of *s* everything runs *s* times as fast, and so that data time stays the
time of day, pulse times move together by the same factor: batches of a second hold
*s* seconds of the recording, and plots show data that are as old as they look. Times
of flight belong to their pulse and stay.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from livedata_core.contract import ByteSink, EventData, Message, Producer

__all__ = ["Playback", "Progress"]

logger = logging.getLogger(__name__)

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a playback is.

    Attributes
    ----------
    sent:
        Messages sent.
    dropped:
        Messages that the sink did not take.
    total:
        Messages until the end; None if unknown or endless.
    """

    sent: int = 0
    dropped: int = 0
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
        How many times faster than recorded.
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
        on_finished: Callable[[], None] | None = None,
    ) -> None:
        if not 0 < speed < float("inf"):
            raise ValueError(f"speed {speed} is not a positive number")
        self._producer = producer
        self._encode = encode
        self._sink = sink
        self._speed = speed
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
        start_ns, began = time.time_ns(), time.monotonic()
        for message in self._producer.messages(start_ns):
            due_s = (message.timestamp_ns - start_ns) / _NS / self._speed
            # Event.wait returns at once if the time has passed or stop was called.
            if self._stop.wait(max(due_s - (time.monotonic() - began), 0.0)):
                return
            self._send(rescaled(message, start_ns, self._speed))
        self._finished = True
        if self._on_finished is not None:
            self._on_finished()

    def _send(self, message: Message[Any]) -> None:
        value = self._encode(message)
        progress = self._progress
        try:
            self._sink.publish(message.topic, value)
        except RuntimeError as error:
            if not progress.dropped:
                logger.warning("playback drops messages: %s", error)
            self._progress = dataclasses.replace(progress, dropped=progress.dropped + 1)
        else:
            self._progress = dataclasses.replace(progress, sent=progress.sent + 1)


def rescaled(message: Message[Any], start_ns: int, speed: float) -> Message[Any]:
    """Return the message with its times brought nearer to `start_ns` by `speed`."""
    if speed == 1.0:
        return message
    payload = message.payload
    if isinstance(payload, EventData):
        since = payload.reference_time - start_ns
        times = start_ns + (since / speed).astype(since.dtype)
        payload = dataclasses.replace(payload, reference_time=times)
    moved = start_ns + int((message.timestamp_ns - start_ns) / speed)
    return dataclasses.replace(message, timestamp_ns=moved, payload=payload)
