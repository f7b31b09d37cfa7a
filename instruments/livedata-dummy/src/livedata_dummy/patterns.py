"""What the dummy instrument sees: distributions that events and values are drawn from.

Invented, to look like scattering; no physics is meant. Everything is drawn for one
time, from a generator that the caller owns, without a loop over events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

__all__ = ["CameraSpot", "DeviceMotion", "MonitorSpectrum", "ScatteringPattern"]

Integers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

_EVENTS_PER_PULSE = 2000
_MONITOR_EVENTS_PER_PULSE = 300
_BEAM_STOP = 0.06
"""Radius of the beam stop in widths of the panel."""


def _phase(time_ns: int, period_s: int) -> float:
    """Return the angle of a motion that repeats after `period_s`."""
    return 2.0 * np.pi * (time_ns % (period_s * 1_000_000_000)) / (period_s * 1e9)


class ScatteringPattern:
    """A falling halo with two rings around a beam stop, and some background.

    The brighter side turns once a minute and the centre moves with it; what falls on
    the beam stop or beside the panel is lost.

    Parameters
    ----------
    shape:
        Rows and columns of the panel.
    first_pixel_id:
        Id of the first pixel.
    frame_ns:
        Length of a frame; times of flight lie within.
    """

    def __init__(
        self, shape: tuple[int, int], first_pixel_id: int, frame_ns: int
    ) -> None:
        self._rows, self._columns = shape
        self._first_pixel_id = first_pixel_id
        self._frame_ns = frame_ns
        self._radii = np.linspace(0.0, 0.75, 2000)
        self._cumulative = _cumulative(self._radii)

    def draw(self, time_ns: int, rng: np.random.Generator) -> tuple[Integers, Integers]:
        """Return pixel ids and times of flight [ns] of one pulse."""
        size = rng.poisson(_EVENTS_PER_PULSE)
        radius = np.interp(rng.random(size), self._cumulative, self._radii)
        phase = _phase(time_ns, 60)
        angle = rng.vonmises(phase, 0.6, size)
        x = 0.5 + 0.02 * np.cos(phase) + radius * np.cos(angle)
        y = 0.5 + 0.02 * np.sin(phase) + radius * np.sin(angle)
        hit = (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
        column = (x[hit] * self._columns).astype(np.int32)
        row = (y[hit] * self._rows).astype(np.int32)
        pixel_id = row * np.int32(self._columns) + column + self._first_pixel_id
        return pixel_id.astype(np.int32), self._times(radius[hit], rng)

    def _times(self, radius: Floats, rng: np.random.Generator) -> Integers:
        """Return times of flight that grow with the angle, spread by the source."""
        share = 0.15 + 0.7 * radius + 0.08 * rng.gamma(2.0, size=len(radius))
        inside: Integers = (np.mod(share, 1.0) * self._frame_ns).astype(np.int32)
        return inside


def _cumulative(radii: Floats) -> Floats:
    """Return the share of events within each radius, rising from 0 to 1."""
    halo = 3.0 * np.exp(-((radii / 0.14) ** 2)) + 0.15
    rings = 1.6 * np.exp(-(((radii - 0.25) / 0.012) ** 2))
    rings += 0.9 * np.exp(-(((radii - 0.38) / 0.012) ** 2))
    density = (halo + rings) * radii
    density[radii < _BEAM_STOP] = 0.0
    cumulative: Floats = np.cumsum(density) / density.sum()
    return cumulative


class MonitorSpectrum:
    """Times of arrival at a monitor: one broad hump, or two narrow ones.

    `index` tells monitors apart: those with an even one have the hump.
    """

    def __init__(self, index: int, frame_ns: int) -> None:
        self._humped = index % 2 == 0
        self._frame_ns = frame_ns

    def draw(self, rng: np.random.Generator) -> Integers:
        """Return times of flight [ns] of one pulse."""
        size = rng.poisson(_MONITOR_EVENTS_PER_PULSE)
        if self._humped:
            share = 0.1 + 0.09 * rng.gamma(3.0, size=size)
        else:
            centres = np.where(rng.random(size) < 0.65, 0.35, 0.7)
            share = centres + 0.06 * rng.standard_normal(size)
        times: Integers = (np.mod(share, 1.0) * self._frame_ns).astype(np.int32)
        return times


class CameraSpot:
    """A bright spot that moves over a dark background, with counting noise."""

    def __init__(self, shape: tuple[int, int]) -> None:
        rows, columns = shape
        self._y = (np.arange(rows)[:, np.newaxis] + 0.5) / rows
        self._x = (np.arange(columns)[np.newaxis, :] + 0.5) / columns

    def draw(self, time_ns: int, rng: np.random.Generator) -> npt.NDArray[np.uint16]:
        """Return an image of one exposure."""
        phase = _phase(time_ns, 40)
        across = ((self._x - 0.5 - 0.2 * np.cos(phase)) / 0.12) ** 2
        along = ((self._y - 0.5 - 0.2 * np.sin(phase)) / 0.08) ** 2
        expected = 5.0 + 400.0 * np.exp(-across) * np.exp(-along)
        image: npt.NDArray[np.uint16] = rng.poisson(expected).astype(np.uint16)
        return image


@dataclass(frozen=True, slots=True)
class DeviceMotion:
    """A device that swings around a position.

    Attributes
    ----------
    centre, swing, noise:
        In the unit of the device.
    period_s:
        Time of one swing.
    interval_s:
        Time between readings.
    """

    centre: float
    swing: float
    noise: float
    period_s: int
    interval_s: int = 1

    @classmethod
    def of(cls, name: str) -> Self:
        """Return the motion of a device; those that are not listed rest at zero."""
        return {
            "motion1": cls(centre=20.0, swing=8.0, noise=0.05, period_s=90),
            "motion2": cls(
                centre=45.0, swing=10.0, noise=0.02, period_s=300, interval_s=5
            ),
        }.get(name, cls(centre=0.0, swing=0.0, noise=0.0, period_s=1))

    def draw(self, time_ns: int, rng: np.random.Generator) -> float:
        """Return a reading."""
        position = self.centre + self.swing * np.sin(_phase(time_ns, self.period_s))
        return float(position + self.noise * rng.standard_normal())
