"""Beam monitor: a histogram over time of arrival and its counts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import Batch, Monitor, WorkflowContext
from livedata_workflows.binning import Interval, TimeBins
from livedata_workflows.counting import Int32s, Scratch, SlotCounter, event_blocks
from livedata_workflows.params import MonitorHistogramParams
from livedata_workflows.results import Accumulation, count, histogram
from livedata_workflows.sources import params_of, source_of

__all__ = ["MonitorHistogram"]


class MonitorHistogram:
    """Histogram of one monitor; the range affects only the counts in range."""

    def __init__(self, monitor: Monitor, params: MonitorHistogramParams) -> None:
        self._monitor = monitor
        self._bins = TimeBins.from_params(params.toa_edges)
        self._range: Interval | None = None
        if params.toa_range.enabled:
            self._range = self._bins.frame & Interval.of_range(params.toa_range)
        self._slots = SlotCounter(self._bins.size + 2)
        self._histogram = Accumulation(self._bins.size)
        self._ranged = Accumulation(())
        self._in_range = 0
        self._scratch = Scratch()

    @classmethod
    def from_context(cls, context: WorkflowContext) -> MonitorHistogram:
        """Make the histogram of the context's source."""
        return cls(
            source_of(context, Monitor), params_of(context, MonitorHistogramParams)
        )

    def accumulate(self, batch: Batch) -> None:
        """Count the events of the monitor."""
        name = self._monitor.name
        for times, pixels in event_blocks(batch.messages.get(name, ()), name):
            self._count(times, pixels)

    def finalize(self) -> Mapping[str, sc.DataArray]:
        """Return histograms and counts."""
        self._histogram.advance(self._slots.take()[1:-1])
        whole = self._histogram
        total, total_cumulative = whole.current.sum(), whole.cumulative.sum()
        ranged, ranged_cumulative = total, total_cumulative
        if self._range is not None:
            self._ranged.advance(np.array(self._in_range))
            self._in_range = 0
            ranged, ranged_cumulative = (
                self._ranged.current.sum(),
                self._ranged.cumulative.sum(),
            )
        return {
            "cumulative": histogram(whole.cumulative, self._bins),
            "current": histogram(whole.current, self._bins),
            "counts_total": count(total),
            "counts_total_cumulative": count(total_cumulative),
            "counts_in_toa_range": count(ranged),
            "counts_in_toa_range_cumulative": count(ranged_cumulative),
        }

    def reset(self) -> None:
        """Forget all counts."""
        self._slots.take()
        self._histogram.reset()
        self._ranged.reset()
        self._in_range = 0

    def _count(self, times: Int32s, pixels: Int32s | None) -> None:
        """Sort one block; a shared stream's other pixels go to slot 0."""
        work = self._scratch.of(len(times))
        slots = self._slots.room(len(times))
        self._bins.slots(times, slots, work.real)
        own = None
        if self._monitor.pixel_id is not None:
            own = self._own(self._monitor.pixel_id, len(times), pixels)
            np.multiply(slots, own, out=slots)
        if self._range is not None:
            inside = self._range.mask(times, work.mask, work.spare)
            if own is not None:
                np.logical_and(inside, own, out=inside)
            self._in_range += int(np.count_nonzero(inside))

    def _own(
        self, pixel_id: int, number: int, pixels: Int32s | None
    ) -> npt.NDArray[np.bool_]:
        if pixels is None or len(pixels) != number:
            raise ValueError(
                f"{self._monitor.name} is pixel {pixel_id} of a shared stream, but "
                f"{number} events came without a pixel id for each"
            )
        own: npt.NDArray[np.bool_] = pixels == np.int32(pixel_id)
        return own
