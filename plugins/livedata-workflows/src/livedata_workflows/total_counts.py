"""Total counts: all events of a bank, whatever their time of arrival."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import scipp as sc

from livedata_core.contract import Batch, Detector, WorkflowContext
from livedata_workflows.counting import events_of
from livedata_workflows.sources import source_of

__all__ = ["TotalCounts"]


class TotalCounts:
    """Number of events with a pixel of the bank since the start or reset."""

    def __init__(self, detector: Detector) -> None:
        self._name = detector.name
        self._first = np.int32(detector.first_pixel_id)
        self._pixels = np.uint32(np.prod(detector.shape))
        self._total = 0

    @classmethod
    def from_context(cls, context: WorkflowContext) -> TotalCounts:
        """Make the count of the context's source."""
        return cls(source_of(context, Detector))

    def accumulate(self, batch: Batch) -> None:
        """Count the events of the bank; what is below it wraps to large uint32."""
        messages = batch.messages.get(self._name, ())
        for _, pixels in events_of(messages, self._name):
            if pixels is not None:
                index = np.subtract(pixels, self._first).view(np.uint32)
                self._total += int(np.count_nonzero(index < self._pixels))

    def finalize(self) -> Mapping[str, sc.DataArray]:
        """Return the total."""
        total = sc.scalar(self._total, unit="counts", dtype="int64")
        return {"total_counts": sc.DataArray(total)}

    def reset(self) -> None:
        """Begin at zero."""
        self._total = 0
