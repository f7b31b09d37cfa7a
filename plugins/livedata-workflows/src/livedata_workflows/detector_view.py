"""Detector view: counts of each pixel of a bank, in the order of its wiring.

An event counts if its pixel is one of the bank's and its time of arrival lies within
the bins; the image further asks that it lie within the range, where that is on.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import scipp as sc

from livedata_core.contract import Batch, Detector, WorkflowContext
from livedata_workflows.binning import Interval, TimeBins
from livedata_workflows.counting import Int32s, Scratch, SlotCounter, event_blocks
from livedata_workflows.params import DetectorViewParams
from livedata_workflows.results import Accumulation, Counts, count, histogram
from livedata_workflows.sources import params_of, source_of

__all__ = ["DetectorView"]


class DetectorView:
    """Image and time-of-arrival spectrum of one bank.

    Slot 0 of the image takes what is not counted there; the spectrum's slots 0 and
    size + 1 what arrives before and after the bins.
    """

    def __init__(self, detector: Detector, params: DetectorViewParams) -> None:
        self._detector = detector
        self._bins = TimeBins.from_params(params.toa_edges)
        self._in_image = self._bins.frame
        if params.toa_range.enabled:
            self._in_image &= Interval.of_range(params.toa_range)
        self._pixels = int(np.prod(detector.shape))
        self._image_slots = SlotCounter(self._pixels + 1)
        self._spectrum_slots = SlotCounter(self._bins.size + 2)
        self._image = Accumulation(detector.shape)
        self._spectrum = Accumulation(self._bins.size)
        self._scratch = Scratch()
        self._detector_number = sc.array(
            dims=detector.dims,
            values=np.arange(self._pixels, dtype=np.int64).reshape(detector.shape)
            + detector.first_pixel_id,
            unit=None,
        )

    @classmethod
    def from_context(cls, context: WorkflowContext) -> DetectorView:
        """Make the view of the context's source."""
        return cls(source_of(context, Detector), params_of(context, DetectorViewParams))

    def accumulate(self, batch: Batch) -> None:
        """Count the events of the bank."""
        name = self._detector.name
        for times, pixels in event_blocks(batch.messages.get(name, ()), name):
            if pixels is None or len(pixels) != len(times):
                raise ValueError(
                    f"{name} sent {len(times)} events without a pixel id for each"
                )
            self._count(times, pixels)

    def finalize(self) -> Mapping[str, sc.DataArray]:
        """Return images, spectra and counts."""
        self._image.advance(self._image_slots.take()[1:])
        self._spectrum.advance(self._spectrum_slots.take()[1:-1])
        image, spectrum = self._image, self._spectrum
        return {
            "cumulative": self._picture(image.cumulative),
            "current": self._picture(image.current),
            "counts_total": count(spectrum.current.sum()),
            "counts_total_cumulative": count(spectrum.cumulative.sum()),
            "counts_in_toa_range": count(image.current.sum()),
            "counts_in_toa_range_cumulative": count(image.cumulative.sum()),
            "spectrum_cumulative": histogram(spectrum.cumulative, self._bins),
            "spectrum_current": histogram(spectrum.current, self._bins),
        }

    def reset(self) -> None:
        """Forget all counts."""
        self._image_slots.take()
        self._spectrum_slots.take()
        self._image.reset()
        self._spectrum.reset()

    def _count(self, times: Int32s, pixels: Int32s) -> None:
        """Sort one block into image and spectrum; uint32 wraps what is below."""
        number = len(times)
        work = self._scratch.of(number)
        spectrum = self._spectrum_slots.room(number)
        self._bins.slots(times, spectrum, work.real)
        inside = self._in_image.mask(times, work.mask, work.spare)
        first = np.int32(self._detector.first_pixel_id)
        np.subtract(pixels, first, out=work.index.view(np.int32))
        if work.index.max(initial=0) >= self._pixels:
            np.less(work.index, np.uint32(self._pixels), out=work.spare)
            np.multiply(spectrum, work.spare, out=spectrum)
            np.logical_and(inside, work.spare, out=inside)
        np.add(work.index, np.uint32(1), out=work.index)
        np.multiply(work.index, inside, out=work.index)
        np.copyto(self._image_slots.room(number), work.index, casting="same_kind")

    def _picture(self, counts: Counts) -> sc.DataArray:
        return sc.DataArray(
            sc.array(
                dims=self._detector.dims, values=counts, unit="counts", dtype="float64"
            ),
            coords={"detector_number": self._detector_number},
        )
