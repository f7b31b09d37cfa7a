"""The dummy instrument at play: raw messages as its electronics would send them.

All streams of one simulator are drawn from one seed, each from a generator of its own,
so that equal starts give equal messages. What is drawn is in
`livedata_dummy.patterns`.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from livedata_core.contract import (
    AreaDetector,
    Detector,
    EventData,
    ImageData,
    Instrument,
    Log,
    LogData,
    Message,
    Monitor,
)
from livedata_dummy.patterns import (
    CameraSpot,
    DeviceMotion,
    MonitorSpectrum,
    ScatteringPattern,
)

__all__ = ["Simulator"]

_SECOND_NS = 1_000_000_000
_FIRST_EVENT = np.zeros(1, dtype=np.int32)


class Simulator:
    """A `Producer` of the dummy instrument's raw messages, endless.

    Events come pulse by pulse on the grid of the pulse rate, camera images and most
    devices once a second, the slow device every five seconds.
    """

    def __init__(self, instrument: Instrument, seed: int = 1) -> None:
        self._instrument = instrument
        self._seed = seed

    def messages(self, start_ns: int) -> Iterator[Message[Any]]:
        """Yield the messages of all streams in order of time, from `start_ns` on."""
        instrument = self._instrument
        pulse = Fraction(_SECOND_NS) / Fraction(instrument.pulse_rate_hz)
        sources = instrument.sources
        seeds = np.random.SeedSequence(self._seed).spawn(len(sources))
        streams: list[Iterator[Message[Any]]] = []
        for index, (source, seed) in enumerate(zip(sources, seeds, strict=True)):
            rng = np.random.default_rng(seed)
            match source:
                case Detector():
                    streams.append(_detector(source, pulse, start_ns, rng))
                case Monitor():
                    streams.append(_monitor(source, index, pulse, start_ns, rng))
                case AreaDetector():
                    streams.append(_camera(source, start_ns, rng))
                case Log():
                    streams.append(_log(source, start_ns, rng))
        return heapq.merge(*streams, key=lambda message: message.timestamp_ns)


def _grid(step: Fraction | int, start_ns: int) -> Iterator[int]:
    """Yield the multiples of `step` since the epoch, in ns, from `start_ns` on."""
    number = math.ceil(start_ns / Fraction(step))
    while True:
        time_ns = math.floor(number * step)
        if time_ns >= start_ns:
            yield time_ns
        number += 1


def _detector(
    detector: Detector, pulse: Fraction, start_ns: int, rng: np.random.Generator
) -> Iterator[Message[EventData]]:
    rows, columns = detector.shape
    pattern = ScatteringPattern((rows, columns), detector.first_pixel_id, int(pulse))
    for time_ns in _grid(pulse, start_ns):
        pixel_id, time_of_flight = pattern.draw(time_ns, rng)
        yield Message(
            detector.topic,
            detector.source_name,
            time_ns,
            _events(time_ns, time_of_flight, pixel_id),
        )


def _monitor(
    monitor: Monitor,
    index: int,
    pulse: Fraction,
    start_ns: int,
    rng: np.random.Generator,
) -> Iterator[Message[EventData]]:
    spectrum = MonitorSpectrum(index, int(pulse))
    for time_ns in _grid(pulse, start_ns):
        events = _events(time_ns, spectrum.draw(rng), None)
        yield Message(monitor.topic, monitor.source_name, time_ns, events)


def _events(
    time_ns: int,
    time_of_flight: np.ndarray[Any, np.dtype[np.int32]],
    pixel_id: np.ndarray[Any, np.dtype[np.int32]] | None,
) -> EventData:
    return EventData(
        reference_time=np.array([time_ns], dtype=np.int64),
        reference_time_index=_FIRST_EVENT,
        time_of_flight=time_of_flight,
        pixel_id=pixel_id,
    )


def _camera(
    camera: AreaDetector, start_ns: int, rng: np.random.Generator
) -> Iterator[Message[ImageData]]:
    rows, columns = camera.shape
    spot = CameraSpot((rows, columns))
    for time_ns in _grid(_SECOND_NS, start_ns):
        image = ImageData(spot.draw(time_ns, rng))
        yield Message(camera.topic, camera.source_name, time_ns, image)


def _log(
    log: Log, start_ns: int, rng: np.random.Generator
) -> Iterator[Message[LogData]]:
    motion = DeviceMotion.of(log.name)
    for time_ns in _grid(motion.interval_s * _SECOND_NS, start_ns):
        value = LogData(np.asarray(motion.draw(time_ns, rng)))
        yield Message(log.topic, log.source_name, time_ns, value)
