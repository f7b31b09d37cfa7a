"""Beam monitor: a histogram over time of arrival or wavelength, and its counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import (
    ArrayData,
    Batch,
    Instrument,
    Message,
    Monitor,
    WorkflowContext,
)
from livedata_workflows.counting import EventCounter, events_in
from livedata_workflows.histogrammed import Histogram
from livedata_workflows.params import MonitorHistogramParams
from livedata_workflows.readable import readable
from livedata_workflows.results import Accumulation, count, histogram
from livedata_workflows.sources import params_of, source_of
from livedata_workflows.wavelength import monitor_scale, sorting

__all__ = ["MonitorHistogram"]

Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]


class MonitorHistogram:
    """Histogram of one monitor; the range affects only the counts in range.

    Events (ev44) are counted; histograms (da00) are rebinned and summed. Variances are
    given where all that came were histograms with errors.
    """

    def __init__(
        self, instrument: Instrument, monitor: Monitor, params: MonitorHistogramParams
    ) -> None:
        self._monitor = monitor
        self._slots, self._scale = sorting(
            params, lambda: monitor_scale(instrument, monitor)
        )
        own = None if monitor.pixel_id is None else (monitor.pixel_id, 1)
        self.counter = EventCounter(self._slots, pixels=own, scale=self._scale)
        self._values = Accumulation(self._slots.size, np.float64)
        self._variances = Accumulation(self._slots.size, np.float64)
        self._summed = np.zeros((2, self._slots.size))
        self._with_errors: bool | None = None

    @classmethod
    def from_context(cls, context: WorkflowContext) -> MonitorHistogram:
        """Make the histogram of the context's source."""
        monitor = source_of(context, Monitor)
        params = params_of(context, MonitorHistogramParams)
        return cls(context.instrument, monitor, params)

    def accumulate(self, batch: Batch) -> None:
        """Count what the monitor sent.

        Raises
        ------
        ValueError
            In the end, if a message holds neither events nor a histogram over time.
        """
        messages = batch.messages.get(self._monitor.name, ())
        for add in readable(messages, self._read):
            add()

    def finalize(self) -> Mapping[str, sc.DataArray]:
        """Return histograms and counts."""
        self._values.advance(self.counter.totals()[1] + self._summed[0])
        self._variances.advance(self._summed[1].copy())
        outputs = {}
        for suffix, part in (("", "current"), ("_cumulative", "cumulative")):
            values = getattr(self._values, part)
            variances = getattr(self._variances, part) if self._with_errors else None
            outputs[part] = self._histogram(values, variances)
            bins = outputs[part].data
            shown = self._slots.shown
            outputs[f"counts_total{suffix}"] = sc.DataArray(sc.sum(bins))
            outputs[f"counts_in_toa_range{suffix}"] = count(
                values[shown].sum(),
                None if variances is None else variances[shown].sum(),
            )
        return outputs

    def reset(self) -> None:
        """Forget all counts."""
        self.counter.reset()
        self._values.reset()
        self._variances.reset()
        self._summed[...] = 0.0
        self._with_errors = None

    def _read(self, message: Message[Any]) -> Callable[[], None]:
        """Return what adds the counts of a message."""
        if isinstance(message.payload, ArrayData):
            arrived = self._histogram_in(message)
            return partial(self._add, arrived)
        with_pixels = self._monitor.pixel_id is not None
        events = events_in(message, self._monitor.name, with_pixels)
        return partial(self._count, *events)

    def _histogram_in(self, message: Message[Any]) -> Histogram:
        if self._monitor.pixel_id is not None:
            raise ValueError(
                f"{self._monitor.name} is pixel {self._monitor.pixel_id} of a stream "
                f"of events, but a histogram came on {message.topic}"
            )
        try:
            return Histogram.read(message.payload)
        except ValueError as error:
            raise ValueError(
                f"{self._monitor.name} sent on {message.topic}: {error}"
            ) from error

    def _count(self, times: Int32s, pixels: Int32s | None) -> None:
        self._with_errors = False
        self.counter.count(times, pixels)

    def _add(self, arrived: Histogram) -> None:
        """Add a histogram to the sums, in the slots."""
        scale = 1.0 if self._scale is None else float(self._scale[0])
        counts, variances = arrived.over(self._slots.bounds, scale)
        self._summed[0] += counts
        if variances is not None:
            self._summed[1] += variances
        self._with_errors = self._with_errors is not False and variances is not None

    def _histogram(self, values: Floats, variances: Floats | None) -> sc.DataArray:
        in_bins = self._slots.in_bins
        return histogram(
            in_bins(values),
            self._slots.bins,
            None if variances is None else in_bins(variances),
        )
