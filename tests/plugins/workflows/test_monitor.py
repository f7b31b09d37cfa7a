"""Beam monitor: histogram and counts."""

from __future__ import annotations

import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import ArrayData, Batch, Workflow
from livedata_workflows import specs
from livedata_workflows.monitor import MonitorHistogram
from livedata_workflows.params import (
    MonitorHistogramParams,
    Scale,
    TimeOfArrivalEdges,
    TimeOfArrivalRange,
    TimeUnit,
)
from tests.plugins.workflows.events import MONITOR, batch, events
from tests.plugins.workflows.test_specs import ACME

MS = 1_000_000


def results(workflow: Workflow, *batches: Batch) -> dict[str, sc.DataArray]:
    for part in batches:
        workflow.accumulate(part)
    return dict(workflow.finalize())


def test_outputs_are_those_declared() -> None:
    outputs = results(
        MonitorHistogram(MONITOR, MonitorHistogramParams()), batch("m1", events([1]))
    )
    spec = specs.monitor_histogram(ACME)
    assert set(outputs) == {output.name for output in spec.outputs}
    assert outputs["current"].dims == ("time_of_arrival",)


def test_the_histogram_is_that_of_numpy() -> None:
    times = np.random.default_rng(1).integers(-MS, 100 * MS, 200_000)
    workflow = MonitorHistogram(MONITOR, MonitorHistogramParams())
    data = results(workflow, batch("m1", events(times), events([])))["cumulative"]
    edges = data.coords["time_of_arrival"].values
    np.testing.assert_allclose(edges, np.linspace(0, 71.43, 101), rtol=1e-14)
    expected, _ = np.histogram(times * (1 / 1e6), edges)
    np.testing.assert_array_equal(data.values, expected)


def test_logarithmic_bins_are_possible() -> None:
    params = MonitorHistogramParams(
        toa_edges=TimeOfArrivalEdges(start=0.1, stop=100, num_bins=3, scale=Scale.LOG)
    )
    workflow = MonitorHistogram(MONITOR, params)
    times = [MS // 10, MS - 1, MS + 1, 50 * MS]
    data = results(workflow, batch("m1", events(times)))["current"]
    assert data.values.tolist() == [2, 1, 1]


def test_the_range_leaves_the_histogram_whole() -> None:
    limits = TimeOfArrivalRange(
        start=20, stop=40, unit=TimeUnit.MILLISECOND, enabled=True
    )
    workflow = MonitorHistogram(MONITOR, MonitorHistogramParams(toa_range=limits))
    part = batch("m1", events([10 * MS, 20 * MS, 40 * MS]))
    results(workflow, part)
    outputs = results(workflow, part)
    assert outputs["counts_in_toa_range"].value == 1
    assert outputs["counts_in_toa_range_cumulative"].value == 2
    assert outputs["current"].sum().value == 3
    workflow.reset()
    assert results(workflow, part)["counts_in_toa_range_cumulative"].value == 1


def test_a_monitor_on_a_shared_stream_takes_its_own_events() -> None:
    shared = MONITOR.model_copy(update={"pixel_id": 2})
    limits = TimeOfArrivalRange(start=0, stop=1, unit=TimeUnit.SECOND, enabled=True)
    workflow = MonitorHistogram(shared, MonitorHistogramParams(toa_range=limits))
    outputs = results(workflow, batch("m1", events([MS] * 4, [1, 2, 2, 3])))
    assert outputs["counts_total"].value == 2
    assert outputs["counts_in_toa_range"].value == 2
    with pytest.raises(ValueError, match="pixel 2 of a shared stream"):
        workflow.accumulate(batch("m1", events([MS])))


def test_what_is_no_event_is_refused_in_words() -> None:
    workflow = MonitorHistogram(MONITOR, MonitorHistogramParams())
    with pytest.raises(ValueError, match="m1 sends ArrayData on topic"):
        workflow.accumulate(batch("m1", ArrayData(())))
