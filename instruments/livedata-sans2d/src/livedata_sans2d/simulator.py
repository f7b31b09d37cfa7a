"""Simulated beam monitors, played beside event files of SANS2D, which have none.

Nothing here was measured. Each monitor counts neutrons of a Maxwellian beam (G. L.
Squires, *Introduction to the Theory of Thermal Neutron Scattering*, Dover 1996) at the
time that they need for their flight path. Neutrons that are slower than a frame are
left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from livedata_core.contract import EventData, Instrument, Message, Monitor

__all__ = ["SimulatedMonitors"]

_SECOND_NS = 1_000_000_000
_EVENTS_PER_PULSE = 400
_PEAK = 3.6
"""Å; h / sqrt(5 m k T), where the beam of a moderator at 29 K peaks by wavelength."""
_NS_PER_ANGSTROM_METRE = 252_778.0
"""m / h: time of flight for one metre at one Å."""


class SimulatedMonitors:
    """A `Producer` of events of the monitors whose flight path is known, endless."""

    def __init__(self, instrument: Instrument, seed: int = 1) -> None:
        self._instrument = instrument
        self._seed = seed
        self._monitors = [
            monitor
            for monitor in instrument.monitors
            if monitor.flight_path_m is not None and monitor.pixel_id is not None
        ]

    def messages(self, start_ns: int) -> Iterator[Message[EventData]]:
        """Yield one message a monitor and pulse, in order of time, from `start_ns` on.

        Pulses lie on the grid of the pulse rate. Equal starts give equal messages.
        """
        period = Fraction(_SECOND_NS) / Fraction(self._instrument.pulse_rate_hz)
        rng = np.random.default_rng(self._seed)
        number = math.ceil(start_ns / period)
        while True:
            time_ns = math.floor(number * period)
            if time_ns >= start_ns:
                for monitor in self._monitors:
                    yield _message(monitor, time_ns, _times(monitor, int(period), rng))
            number += 1


def _times(
    monitor: Monitor, frame_ns: int, rng: np.random.Generator
) -> npt.NDArray[np.int32]:
    """Return times of flight of one pulse: 1 / λ² is gamma distributed."""
    assert monitor.flight_path_m is not None  # others are not simulated
    size = rng.poisson(_EVENTS_PER_PULSE)
    wavelength = _PEAK * math.sqrt(2.5) / np.sqrt(rng.gamma(2.0, size=size))
    times = wavelength * monitor.flight_path_m * _NS_PER_ANGSTROM_METRE
    return times[times < frame_ns].astype(np.int32)


def _message(
    monitor: Monitor, time_ns: int, times: npt.NDArray[np.int32]
) -> Message[EventData]:
    pixel_id = -1 if monitor.pixel_id is None else monitor.pixel_id
    events = EventData(
        reference_time=np.array([time_ns], dtype=np.int64),
        reference_time_index=np.zeros(1, dtype=np.int32),
        time_of_flight=times,
        pixel_id=np.full(len(times), pixel_id, dtype=np.int32),
    )
    return Message(monitor.topic, monitor.source_name, time_ns, events)
