"""Wavelengths of neutrons from their time of arrival.

``λ = h t / (m L)`` with the flight path L from the source, computed by scippneutron.
The time of arrival is taken for the time of flight: neutrons of the pulse before, which
arrive a frame later, get too short a wavelength.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import Detector, Instrument, Monitor
from livedata_workflows.binning import (
    Bins,
    Slots,
    time_limits,
    wavelength_limits,
)
from livedata_workflows.params import (
    Coordinate,
    DetectorViewParams,
    MonitorHistogramParams,
    WavelengthMonitorParams,
)
from livedata_workflows.projections import pixel_positions

__all__ = ["detector_scale", "monitor_scale", "sorting", "wavelength_per_ns"]

Floats = npt.NDArray[np.float64]


def sorting(
    params: DetectorViewParams | MonitorHistogramParams, scale: Callable[[], Floats]
) -> tuple[Slots, Floats | None]:
    """Return the slots that were asked for and the scale of each pixel, if any.

    Parameters
    ----------
    scale:
        Gives wavelength per time, Å/ns [pixel]; called where a wavelength is wanted.

    Raises
    ------
    ValueError
        If a wavelength is wanted that the instrument cannot give.
    """
    if params.coordinate_mode.mode is Coordinate.TIME_OF_ARRIVAL:
        bins = Bins.over_time(params.toa_edges)
        return Slots(bins, time_limits(params.toa_range)), None
    if not isinstance(params, DetectorViewParams | WavelengthMonitorParams):
        raise ValueError(  # noqa: TRY004 -- the operator's choice, no bug
            "the instrument does not say how far this monitor is from the source, so "
            "there is no wavelength; choose 'Time of arrival'"
        )
    bins = Bins.over_wavelength(params.wavelength_edges)
    return Slots(bins, wavelength_limits(params.wavelength_range)), scale()


def detector_scale(instrument: Instrument, detector: Detector) -> Floats:
    """Return wavelength per time of arrival of each pixel, Å/ns [pixel].

    Raises
    ------
    ValueError
        If the instrument does not say where its pixels are or how far the sample is.
    """
    primary = instrument.primary_flight_path_m
    if primary is None or detector.positions is None:
        lacking = (
            "where its pixels are"
            if primary is not None
            else ("how far the sample is from the source")
        )
        raise ValueError(
            f"wavelengths at {detector.name} are not known: {instrument.name} does not "
            f"say {lacking}; choose 'Time of arrival'"
        )
    positions = pixel_positions(detector)
    return wavelength_per_ns(primary + np.linalg.norm(positions, axis=1))


def monitor_scale(instrument: Instrument, monitor: Monitor) -> Floats:
    """Return wavelength per time of arrival, Å/ns [1].

    Raises
    ------
    ValueError
        If the instrument does not say how far the monitor is from the source.
    """
    if monitor.flight_path_m is None:
        raise ValueError(
            f"wavelengths at {monitor.name} are not known: {instrument.name} does not "
            "say how far it is from the source; choose 'Time of arrival'"
        )
    return wavelength_per_ns(np.array([monitor.flight_path_m]))


def wavelength_per_ns(flight_path: Floats) -> Floats:
    """Return wavelength per time, Å/ns, of flight paths in m."""
    from scippneutron.conversion.tof import wavelength_from_tof  # not needed otherwise

    wavelength = wavelength_from_tof(
        tof=sc.scalar(1.0, unit="ns"),
        Ltotal=sc.array(dims=["pixel"], values=flight_path, unit="m"),
    )
    scale: Floats = wavelength.to(unit="angstrom").values
    return scale
