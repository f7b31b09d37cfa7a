"""Detector view: an image of a bank, its spectrum, and the spectra of regions.

An event counts if its pixel is one of the bank's, is on the screen, and its time of
arrival (or wavelength) lies within the bins; the image further asks that it lie within
the range, where that is on.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import scipp as sc

from livedata_core.contract import (
    Batch,
    Detector,
    Instrument,
    Region,
    RegionKind,
    WorkflowContext,
)
from livedata_workflows.counting import EventCounter, events_of
from livedata_workflows.params import DetectorViewParams, ProjectedViewParams
from livedata_workflows.projections import (
    Projection,
    cylinder_mantle,
    projected,
    xy_plane,
)
from livedata_workflows.region_spectra import RegionSpectra
from livedata_workflows.results import Accumulation, Counts, count, histogram
from livedata_workflows.screen import Screen
from livedata_workflows.slices import SlicedImage
from livedata_workflows.sources import params_of, source_of
from livedata_workflows.wavelength import detector_scale, sorting

__all__ = ["DetectorView", "folded"]


class DetectorView:
    """Image and spectra of one bank on a screen."""

    def __init__(
        self,
        instrument: Instrument,
        detector: Detector,
        params: DetectorViewParams,
        screen: Screen,
    ) -> None:
        self._name = detector.name
        self._screen = screen
        self._slots, scale = sorting(
            params, lambda: detector_scale(instrument, detector)
        )
        self._weights = None
        if params.pixel_weighting.enabled:
            numbers = screen.pixel_numbers()
            self._weights = np.divide(
                1.0, numbers, out=np.zeros_like(numbers), where=numbers > 0
            )
        self.counter = EventCounter(
            self._slots,
            screen.size,
            pixels=(detector.first_pixel_id, int(np.prod(detector.shape))),
            scale=scale,
            screen=screen.places,
        )
        self._slices = None
        if params.slices.enabled and len(screen.shape) == 2:
            self._slices = SlicedImage(params.slices, self._slots, screen, self.counter)
        self._image = Accumulation(screen.size)
        self._spectrum = Accumulation(self._slots.size)
        self._regions = (
            None
            if screen.axes is None
            else RegionSpectra(screen.axes, self._slots, self.counter)
        )

    @classmethod
    def from_context(cls, context: WorkflowContext) -> DetectorView:
        """Make the logical view of the context's source."""
        detector = source_of(context, Detector)
        params = params_of(context, DetectorViewParams)
        return cls(context.instrument, detector, params, Screen.logical(detector))

    @classmethod
    def xy_plane(cls, context: WorkflowContext) -> DetectorView:
        """Make the view of the context's source on a plane across the beam."""
        return cls._projected(context, xy_plane, ("y", "x"))

    @classmethod
    def cylinder_mantle(cls, context: WorkflowContext) -> DetectorView:
        """Make the view of the context's source on a cylinder around the beam."""
        return cls._projected(context, cylinder_mantle, ("z", "arc_length"))

    @classmethod
    def _projected(
        cls, context: WorkflowContext, projection: Projection, dims: tuple[str, str]
    ) -> DetectorView:
        detector = source_of(context, Detector)
        params = params_of(context, ProjectedViewParams)
        screen = projected(detector, params, projection, dims)
        return cls(context.instrument, detector, params, screen)

    def accumulate(self, batch: Batch) -> None:
        """Count the events of the bank.

        Raises
        ------
        ValueError
            In the end, if a message carries anything but events with a pixel id each.
        """
        if self._regions is not None:
            self._regions.begin(batch.start_ns)
        messages = batch.messages.get(self._name, ())
        for times, pixels in events_of(messages, self._name):
            self.counter.count(times, pixels)

    def set_regions(self, kind: RegionKind, regions: Mapping[int, Region]) -> None:
        """Replace all regions of one kind, from the next window on.

        Raises
        ------
        ValueError
            If the view has layers, or a region is in units that its axes do not have.
        """
        if self._regions is None:
            raise ValueError(
                f"a view of {self._name} with dims {self._screen.dims} takes no "
                "regions; draw them on a view of two dims"
            )
        self._regions.replace(kind, regions)

    def finalize(self) -> Mapping[str, sc.DataArray]:
        """Return images, spectra and counts."""
        shown_counts, slot_counts = self.counter.totals()
        self._image.advance(shown_counts)
        self._spectrum.advance(slot_counts)
        image, spectrum, slots = self._image, self._spectrum, self._slots
        total, window = (
            slots.in_bins(spectrum.cumulative),
            slots.in_bins(spectrum.current),
        )
        shown = slots.shown
        return {
            "cumulative": self._picture(image.cumulative),
            "current": self._picture(image.current),
            "counts_total": count(window.sum()),
            "counts_total_cumulative": count(total.sum()),
            "counts_in_toa_range": count(spectrum.current[shown].sum()),
            "counts_in_toa_range_cumulative": count(spectrum.cumulative[shown].sum()),
            "spectrum_cumulative": histogram(total, slots.bins),
            "spectrum_current": histogram(window, slots.bins),
            **({} if self._regions is None else self._regions.outputs()),
            **self._sliced(),
        }

    def reset(self) -> None:
        """Forget all counts; regions stay."""
        self.counter.reset()
        self._image.reset()
        self._spectrum.reset()
        if self._regions is not None:
            self._regions.reset()

    def _sliced(self) -> dict[str, sc.DataArray]:
        if self._slices is None:
            return {}
        return {"slices_cumulative": self._slices.output(self._weights)}

    def _picture(self, counts: Counts) -> sc.DataArray:
        screen = self._screen
        values = counts if self._weights is None else counts * self._weights
        return sc.DataArray(
            sc.array(
                dims=screen.dims,
                values=values.reshape(screen.shape),
                unit="counts",
                dtype="float64",
            ),
            coords=screen.coords,
        )


def folded(
    context: WorkflowContext, dims: tuple[str, ...], shape: tuple[int, ...]
) -> DetectorView:
    """Make the view of the context's source in another shape, e.g. in layers.

    For the factories of instruments; pixels stay in the order of their ids.
    """
    detector = source_of(context, Detector)
    params = params_of(context, DetectorViewParams)
    screen = Screen.logical(detector, dims, shape)
    return DetectorView(context.instrument, detector, params, screen)
