"""I(Q) of small-angle scattering, summed while events arrive.

Of each event, wavelength and momentum transfer are ``λ = h t / (m (L1 + L2))`` and
``Q = 4 π sin(θ / 2) / λ``, with the flight paths L1 to the sample and L2 from it, and
the scattering angle θ from the beam centre. Events in the range of wavelengths are
counted by Q. With M(λ) of the incident monitor and the solid angle Ω of each pixel,

    I(Q) = Σ counts / Σ M(λ) Ω

where both sums go over all pixels and wavelengths that Q has (R. P. Hjelm, *J. Appl.
Cryst.* 21, 618, 1988; R. K. Heenan, J. Penfold and S. M. King, *J. Appl. Cryst.* 30,
1140, 1997). Transmission, gravity, efficiencies and the time that neutrons spend in the
moderator are left out. The monitor's uncertainty is taken as independent from bin to
bin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import Batch, Detector, Instrument, Monitor, WorkflowContext
from livedata_sans2d.geometry import PIXEL_AREA_M2
from livedata_sans2d.params import IofQParams, Normalisation
from livedata_workflows.binning import Bins, spaced
from livedata_workflows.counting import events_of
from livedata_workflows.monitor import MonitorHistogram
from livedata_workflows.params import (
    Coordinate,
    CoordinateMode,
    WavelengthMonitorParams,
)
from livedata_workflows.projections import pixel_positions
from livedata_workflows.results import Accumulation
from livedata_workflows.sources import params_of, source_of
from livedata_workflows.wavelength import wavelength_per_ns

__all__ = ["IofQ", "i_of_q"]

Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]

_INCIDENT = "incident_monitor"
_BLOCK = 1 << 15


def i_of_q(context: WorkflowContext) -> IofQ:
    """Make the reduction of the context's source."""
    return IofQ.from_context(context, PIXEL_AREA_M2)


class Geometry:
    """What the events of each pixel are multiplied by; all float64 [pixel].

    Attributes
    ----------
    wavelength:
        Wavelength per time of arrival, Å/ns.
    momentum:
        Q times wavelength, ``4 π sin(θ / 2)``.
    solid_angle:
        Of the pixel, sr.
    """

    def __init__(
        self, positions: Floats, primary_m: float, pixel_area_m2: float
    ) -> None:
        """`positions` are from the sample, x and y from the beam, m [pixel, 3]."""
        secondary = np.linalg.norm(positions, axis=1)
        cosine = positions[:, 2] / secondary
        self.wavelength = wavelength_per_ns(primary_m + secondary)
        self.momentum = 4 * np.pi * np.sqrt(np.clip((1 - cosine) / 2, 0, None))
        self.solid_angle = pixel_area_m2 * cosine / secondary**2

    def weights(self, q_edges: Floats, wavelengths: Floats) -> Floats:
        """Return the solid angle that each Q has at each wavelength, sr [q, λ].

        Parameters
        ----------
        q_edges:
            1/Å, [q + 1].
        wavelengths:
            Å.
        """
        columns = [
            np.histogram(self.momentum / wavelength, q_edges, weights=self.solid_angle)
            for wavelength in wavelengths
        ]
        return np.stack([counts for counts, _ in columns], axis=1)


class IofQ:
    """I(Q) of one bank, since the start and of the last window."""

    def __init__(
        self,
        instrument: Instrument,
        detector: Detector,
        monitor: Monitor,
        params: IofQParams,
        pixel_area_m2: float,
    ) -> None:
        if instrument.primary_flight_path_m is None:
            raise ValueError(f"{instrument.name} does not say how far its sample is")
        centre = params.beam_centre
        beam = np.array([centre.x_mm, centre.y_mm, 0.0]) / 1000
        self._detector = detector
        self._monitor = monitor
        self._pixels = int(np.prod(detector.shape))
        self._geometry = Geometry(
            pixel_positions(detector) - beam,
            instrument.primary_flight_path_m,
            pixel_area_m2,
        )
        q = params.q_edges
        self._q_edges = spaced(q.start, q.stop, q.num_bins, q.scale)
        bins = params.wavelength_edges
        self._range = bins.start * bins.unit.angstroms, bins.stop * bins.unit.angstroms
        self._counts = Accumulation(len(self._q_edges) - 1)
        self._counted = np.zeros(len(self._q_edges) - 1, dtype=np.int64)
        self._incident = MonitorHistogram(
            instrument,
            monitor,
            WavelengthMonitorParams(
                coordinate_mode=CoordinateMode(mode=Coordinate.WAVELENGTH),
                wavelength_edges=bins,
            ),
        )
        edges = Bins.over_wavelength(bins).thresholds
        self._weights = self._geometry.weights(
            self._q_edges, (edges[1:] + edges[:-1]) / 2
        )
        self._normalised = params.normalisation is Normalisation.MONITOR

    @classmethod
    def from_context(cls, context: WorkflowContext, pixel_area_m2: float) -> IofQ:
        """Make the reduction of the context's source and auxiliary monitor.

        Raises
        ------
        ValueError
            If the auxiliary source is no monitor.
        """
        name = context.aux_source_names.get(
            _INCIDENT, context.spec.aux_sources[_INCIDENT]
        )
        monitor = context.instrument.source(name)
        if not isinstance(monitor, Monitor):
            raise ValueError(  # noqa: TRY004 -- the operator's choice, no bug
                f"{_INCIDENT} has to be a monitor, not {name}"
            )
        return cls(
            context.instrument,
            source_of(context, Detector),
            monitor,
            params_of(context, IofQParams),
            pixel_area_m2,
        )

    def accumulate(self, batch: Batch) -> None:
        """Count the events of the bank by Q, and those of the monitor.

        Raises
        ------
        ValueError
            In the end, if a message of either cannot be read.
        """
        name = self._detector.name
        try:
            for times, pixels in events_of(batch.messages.get(name, ()), name):
                if pixels is not None:
                    for start in range(0, len(times), _BLOCK):
                        block = slice(start, start + _BLOCK)
                        self._count(times[block], pixels[block])
        finally:  # else the bank's counts would stand without the monitor's
            self._incident.accumulate(batch)

    def finalize(self) -> Mapping[str, sc.DataArray]:
        """Return I(Q), or nothing while the monitor has not counted.

        Raises
        ------
        ValueError
            If it is normalised to a monitor that has counted nothing at all.
        """
        self._counts.advance(self._counted.copy())
        incident = self._incident.finalize()
        if self._normalised and not incident["counts_total_cumulative"].value:
            low, high = self._range
            raise ValueError(
                f"{self._monitor.name} has counted no neutron of {low:g} to {high:g} Å "
                "yet, so that I(Q) cannot be normalised to it; choose another monitor "
                "or no normalisation"
            )
        outputs = {}
        for part in ("cumulative", "current"):
            counts = getattr(self._counts, part)
            outputs[f"i_of_q_{part}"] = self._ratio(counts, incident[part])
        outputs["counts_by_q"] = self._curve(self._counts.cumulative, "counts")
        return outputs

    def reset(self) -> None:
        """Forget all counts."""
        self._counted[...] = 0
        self._counts.reset()
        self._incident.reset()

    def _count(self, times: Int32s, pixels: Int32s) -> None:
        index = pixels.astype(np.int64) - self._detector.first_pixel_id
        own = (index >= 0) & (index < self._pixels)
        index = index[own]
        wavelength = times[own] * self._geometry.wavelength[index]
        low, high = self._range
        used = (wavelength >= low) & (wavelength < high)
        momentum = self._geometry.momentum[index[used]] / wavelength[used]
        slots = np.searchsorted(self._q_edges, momentum, side="right") - 1
        number = len(self._counted)
        slots = slots[(slots >= 0) & (slots < number)]
        self._counted += np.bincount(slots, minlength=number)

    def _ratio(self, counts: Any, incident: sc.DataArray) -> sc.DataArray:
        """Return counts over solid angles and monitor counts, with variances."""
        if self._normalised:
            values, variances = incident.values, incident.variances
            spread = values if variances is None else variances
            exposure = self._weights @ values
            uncertainty = self._weights**2 @ spread
        else:
            exposure = self._weights.sum(axis=1)
            uncertainty = np.zeros_like(exposure)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = counts / exposure
            variance = counts / exposure**2 + value**2 * uncertainty / exposure**2
        reached = exposure > 0
        value[~reached] = variance[~reached] = np.nan
        return self._curve(value, "dimensionless", variance)

    def _curve(
        self, values: Any, unit: str, variances: Floats | None = None
    ) -> sc.DataArray:
        return sc.DataArray(
            sc.array(
                dims=["Q"],
                values=values,
                variances=values if variances is None else variances,
                unit=unit,
                dtype="float64",
            ),
            coords={"Q": sc.array(dims=["Q"], values=self._q_edges, unit="1/angstrom")},
        )
