"""Beam monitor: histogram and counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipp as sc
from hypothesis import given, settings
from hypothesis import strategies as st
from scippneutron.conversion.tof import wavelength_from_tof

from livedata_core.contract import (
    ArrayData,
    Batch,
    Instrument,
    LogData,
    Monitor,
    Variable,
    Workflow,
)
from livedata_workflows import specs
from livedata_workflows.monitor import MonitorHistogram
from livedata_workflows.params import (
    Coordinate,
    CoordinateMode,
    MonitorHistogramParams,
    Scale,
    TimeOfArrivalEdges,
    TimeOfArrivalRange,
    TimeUnit,
    WavelengthEdges,
    WavelengthMonitorParams,
    WavelengthRange,
)
from tests.plugins.workflows.events import MONITOR, batch, events
from tests.plugins.workflows.test_specs import ACME

MS = 1_000_000
HERE = Instrument(name="acme", title="ACME", monitors=(MONITOR,))


def made(
    params: MonitorHistogramParams | None = None, monitor: Monitor = MONITOR
) -> MonitorHistogram:
    return MonitorHistogram(HERE, monitor, params or MonitorHistogramParams())


def results(workflow: Workflow, *batches: Batch) -> dict[str, sc.DataArray]:
    for part in batches:
        workflow.accumulate(part)
    return dict(workflow.finalize())


def test_outputs_are_those_declared() -> None:
    outputs = results(made(), batch("m1", events([1])))
    spec = specs.monitor_histogram(ACME)
    assert set(outputs) == {output.name for output in spec.outputs}
    assert outputs["current"].dims == ("time_of_arrival",)


def test_the_histogram_is_that_of_numpy() -> None:
    times = np.random.default_rng(1).integers(-MS, 100 * MS, 200_000)
    workflow = made()
    data = results(workflow, batch("m1", events(times), events([])))["cumulative"]
    edges = data.coords["time_of_arrival"].values
    np.testing.assert_allclose(edges, np.linspace(0, 71.43, 101), rtol=1e-14)
    expected, _ = np.histogram(times * (1 / 1e6), edges)
    np.testing.assert_array_equal(data.values, expected)


def test_logarithmic_bins_are_possible() -> None:
    params = MonitorHistogramParams(
        toa_edges=TimeOfArrivalEdges(start=0.1, stop=100, num_bins=3, scale=Scale.LOG)
    )
    workflow = made(params)
    times = [MS // 10, MS - 1, MS + 1, 50 * MS]
    data = results(workflow, batch("m1", events(times)))["current"]
    assert data.values.tolist() == [2, 1, 1]


def test_the_range_leaves_the_histogram_whole() -> None:
    limits = TimeOfArrivalRange(
        start=20, stop=40, unit=TimeUnit.MILLISECOND, enabled=True
    )
    workflow = made(MonitorHistogramParams(toa_range=limits))
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
    workflow = made(MonitorHistogramParams(toa_range=limits), shared)
    outputs = results(workflow, batch("m1", events([MS] * 4, [1, 2, 2, 3])))
    assert outputs["counts_total"].value == 2
    assert outputs["counts_in_toa_range"].value == 2
    with pytest.raises(ValueError, match="m1 sent 1 events without a pixel id"):
        workflow.accumulate(batch("m1", events([MS])))


def test_what_is_no_event_is_refused_in_words() -> None:
    workflow = made()
    with pytest.raises(ValueError, match="m1 sends LogData on topic"):
        workflow.accumulate(batch("m1", LogData(np.array(1.0))))


def test_a_bad_message_costs_no_other_of_its_window() -> None:
    workflow = made()
    bad = counted([np.nan], [0.0, 1.0])
    good = [events([MS] * 2), counted([3.0], [0.0, 1.0], "ms")]
    with pytest.raises(ValueError, match="is not finite"):
        workflow.accumulate(batch("m1", good[0], bad, LogData(np.array(1.0)), *good))
    assert workflow.finalize()["counts_total"].value == 2 + 2 + 3


def counted(
    counts: Any,
    times: Any,
    unit: str = "ms",
    errors: Any = None,
) -> ArrayData:
    """Return a histogram as monitors send it."""
    variables = [
        Variable("signal", ("frame_time",), np.asarray(counts), "counts"),
        Variable("frame_time", ("frame_time",), np.asarray(times), unit),
    ]
    if errors is not None:
        variables.append(Variable("errors", ("frame_time",), np.asarray(errors)))
    return ArrayData(tuple(variables))


EDGES = TimeOfArrivalEdges(start=0, stop=10, num_bins=5)


def test_a_histogram_of_equal_bins_is_taken_as_it_is() -> None:
    workflow = made(MonitorHistogramParams(toa_edges=EDGES))
    counts = [0.1, 0.2, 0.3, 0.4, 0.7]
    part = batch("m1", counted(counts, np.linspace(0, 10_000, 6), "us", [1.0] * 5))
    outputs = results(workflow, part)
    np.testing.assert_array_equal(outputs["current"].values, counts)
    np.testing.assert_array_equal(outputs["current"].variances, np.ones(5))
    assert outputs["counts_total"].value == pytest.approx(1.7)
    assert outputs["counts_total"].variance == pytest.approx(5.0)
    twice = results(workflow, part)
    np.testing.assert_array_equal(twice["cumulative"].values, np.array(counts) * 2)
    np.testing.assert_array_equal(twice["cumulative"].variances, np.full(5, 2.0))
    np.testing.assert_allclose(twice["current"].values, counts, rtol=1e-12)
    workflow.reset()
    assert results(workflow, part)["counts_total_cumulative"].value == 1.7


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=30),
    st.floats(-5, 5),
    st.floats(0.1, 20),
)
def test_rebinning_equals_that_of_scipp(
    counts: list[int], start: float, width: float
) -> None:
    edges = np.linspace(start, start + width, len(counts) + 1)
    payload = counted(counts, edges, "ms", np.sqrt(counts))
    limits = TimeOfArrivalRange(
        start=1.5, stop=7.25, unit=TimeUnit.MILLISECOND, enabled=True
    )
    params = MonitorHistogramParams(toa_edges=EDGES, toa_range=limits)
    outputs = results(made(params), batch("m1", payload))
    data = sc.DataArray(
        sc.array(
            dims=["t"], values=counts, variances=counts, unit="counts", dtype="float64"
        ),
        coords={"t": sc.array(dims=["t"], values=edges, unit="ms")},
    )
    for name, ends in (
        ("current", np.linspace(0, 10, 6)),
        ("counts_in_toa_range", np.array([1.5, 7.25])),
    ):
        expected = data.rebin(t=sc.array(dims=["t"], values=ends, unit="ms")).data
        found = outputs[name]
        assert found.sum().value == pytest.approx(expected.sum().value, abs=1e-6)
        np.testing.assert_allclose(
            found.values, expected.values.reshape(found.shape), atol=1e-6
        )
        np.testing.assert_allclose(
            found.variances, expected.variances.reshape(found.shape), atol=1e-6
        )


def test_counts_at_single_times_go_to_the_bin_of_their_time() -> None:
    payload = counted([1, 2, 4, 8], [1.0, 2.0, 9.9, 10.0])
    params = MonitorHistogramParams(toa_edges=EDGES)
    outputs = results(made(params), batch("m1", payload))
    assert outputs["current"].values.tolist() == [1, 2, 0, 0, 4]
    assert outputs["current"].variances is None


def test_events_and_histograms_add_up_without_errors() -> None:
    workflow = made(MonitorHistogramParams(toa_edges=EDGES))
    histogram = counted([1] * 5, np.linspace(0, 10, 6), errors=[1] * 5)
    outputs = results(workflow, batch("m1", events([MS]), histogram))
    assert outputs["counts_total"].value == 6
    assert outputs["counts_total"].variance is None


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (ArrayData(()), "m1 sent on topic: a histogram needs a signal over time"),
        (counted([[1.0]], [[1.0]]), "one of shape"),
        (counted([1.0], [0.0, 1.0], "mm"), r"a coord in time .* frame_time \[mm\]"),
        (counted([1.0], [0.0, 1.0], "datetime64[ns]"), "a coord in time"),
        (counted([1.0], [0.0, 1.0, 2.0]), "a coord in time"),
        (counted([1.0], [1.0, 0.0]), "do not grow"),
        (counted(["a"], [1.0, 0.0]), "holds <U1"),
        (counted([np.nan], [0.0, 1.0]), "not finite"),
        (counted([1.0], [0.0, 1.0], errors=[1.0, 2.0]), "2 errors do not fit 1"),
    ],
)
def test_what_is_no_histogram_is_refused_in_words(
    payload: ArrayData, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        made().accumulate(batch("m1", payload))


def test_a_pixel_of_a_stream_of_events_sends_no_histogram() -> None:
    shared = MONITOR.model_copy(update={"pixel_id": 2})
    with pytest.raises(ValueError, match="m1 is pixel 2 of a stream of events"):
        made(monitor=shared).accumulate(batch("m1", counted([1.0], [0.0, 1.0])))


WAVELENGTH = WavelengthMonitorParams(
    coordinate_mode=CoordinateMode(mode=Coordinate.WAVELENGTH),
    wavelength_edges=WavelengthEdges(start=1, stop=11, num_bins=20),
    wavelength_range=WavelengthRange(start=2, stop=5, enabled=True),
)


def test_wavelengths_are_those_of_scippneutron() -> None:
    placed = MONITOR.model_copy(update={"flight_path_m": 25.0})
    times = np.random.default_rng(1).integers(0, 70 * MS, 20_000)
    outputs = results(made(WAVELENGTH, placed), batch("m1", events(times)))
    wavelength = wavelength_from_tof(
        tof=sc.array(dims=["event"], values=times, unit="ns", dtype="float64"),
        Ltotal=sc.scalar(25.0, unit="m"),
    )
    table = sc.DataArray(
        sc.ones(sizes=wavelength.sizes, unit="counts"),
        coords={"wavelength": wavelength},
    )
    edges = sc.linspace("wavelength", 1, 11, 21, unit="angstrom")
    assert sc.identical(outputs["current"], table.hist(wavelength=edges))
    in_range = table.hist(
        wavelength=sc.array(dims=["wavelength"], values=[2.0, 5.0], unit="angstrom")
    )
    assert outputs["counts_in_toa_range"].value == in_range.sum().value


def test_histograms_over_time_become_those_over_wavelength() -> None:
    placed = MONITOR.model_copy(update={"flight_path_m": 25.0})
    payload = counted([100.0], [0.0, 100.0])
    outputs = results(made(WAVELENGTH, placed), batch("m1", payload))
    per_ms = 0.15824  # Å at 25 m: h / m = 3956.03 Å m/s
    np.testing.assert_allclose(outputs["current"].values, 0.5 / per_ms, rtol=1e-4)


def test_a_wavelength_needs_a_flight_path() -> None:
    with pytest.raises(ValueError, match="m1 are not known: acme does not say how far"):
        made(WAVELENGTH)
    chosen = CoordinateMode(mode=Coordinate.WAVELENGTH)
    with pytest.raises(ValueError, match="choose 'Time of arrival'"):
        made(MonitorHistogramParams(coordinate_mode=chosen))
