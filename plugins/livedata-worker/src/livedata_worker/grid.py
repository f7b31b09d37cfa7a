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
        self._aligned = False

    def window_of_pulse(self, time_ns: int) -> int:
        """Return the number of the window of a pulse."""
        return self._slot(time_ns) // self.slots

    def window_of(self, time_ns: int) -> int:
        """Return the number of the window in which a time lies."""
        return int((time_ns - self._origin) // (self._period * self.slots))

    def start(self, window: int) -> int:
        """Return when a window begins, ns since the epoch."""
        return self._origin + round(window * self.slots * self._period)

    def follow(self, pulse_ns: int, previous_ns: int | None) -> None:
        """Move the grid if a pulse lies too far from its slot.

        `previous_ns` is a pulse before it on the same stream. Pulses that do not come
        in steps of the period, as of a replay at another speed, move nothing, except
        that the first of all says where the slots are.
        """
        off = self._off(pulse_ns, self._origin)
        if self._aligned and (
            previous_ns is None
            or pulse_ns - previous_ns < self._period / 2
            or self._is_far(self._off(pulse_ns, previous_ns))
        ):
            return
        self._aligned = True
        if self._is_far(off):
            self._origin += round(off)

    def _off(self, time_ns: int, start_ns: int) -> float:
        """Return how far a time is from a whole number of periods after another."""
        elapsed = time_ns - start_ns
        return elapsed - round(elapsed / self._period) * self._period

    def _is_far(self, off_ns: float) -> bool:
        return abs(off_ns) > self._period * _TOLERANCE

    def _slot(self, time_ns: int) -> int:
        return round((time_ns - self._origin) / self._period)
