"""Windows of data time on the grid of pulses."""

from __future__ import annotations

__all__ = ["PulseGrid"]

_TOLERANCE = 1 / 8  # of a period; beyond it the grid follows the pulses


class PulseGrid:
    """Numbers the windows and says in which a time lies.

    A window holds a whole number of pulse slots, and a pulse belongs to the nearest
    slot: pulses that come some ns early or late never change the window. Where they
    drift away, or the first ones lie between the slots, the grid is moved.

    Parameters
    ----------
    pulse_rate_hz:
        Pulses a second.
    length_s:
        Wanted length of a window; rounded to whole pulses, at least one.
    origin_ns:
        A time at which a window begins.
    """

    def __init__(self, pulse_rate_hz: float, length_s: float, origin_ns: int) -> None:
        self._period = 1e9 / pulse_rate_hz
        self.slots = max(1, round(length_s * pulse_rate_hz))
        self._origin = origin_ns

    def window_of_pulse(self, time_ns: int) -> int:
        """Return the number of the window of a pulse."""
        return self._slot(time_ns) // self.slots

    def window_of(self, time_ns: int) -> int:
        """Return the number of the window in which a time lies."""
        return int((time_ns - self._origin) // (self._period * self.slots))

    def start(self, window: int) -> int:
        """Return when a window begins, ns since the epoch."""
        return self._origin + round(window * self.slots * self._period)

    def follow(self, pulse_ns: int) -> None:
        """Move the grid if this pulse lies too far from its slot."""
        slot = self._slot(pulse_ns)
        off = pulse_ns - self._origin - slot * self._period
        if abs(off) > self._period * _TOLERANCE:
            self._origin += round(off)

    def _slot(self, time_ns: int) -> int:
        return round((time_ns - self._origin) / self._period)
