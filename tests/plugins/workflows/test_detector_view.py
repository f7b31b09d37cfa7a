"""Detector view: counts equal those of scipp on the same events."""

from __future__ import annotations

import numpy as np
import pytest
import scipp as sc
from hypothesis import given, settings
from hypothesis import strategies as st

from livedata_core.contract import Batch, Workflow, WorkflowContext
from livedata_workflows import specs
from livedata_workflows.detector_view import DetectorView
from livedata_workflows.params import (
    DetectorViewParams,
    Slices,
    TimeOfArrivalEdges,
    TimeOfArrivalRange,
    TimeUnit,
)
from livedata_workflows.screen import Screen
from tests.plugins.workflows.events import BANK, BANKS, MONITOR, batch, events
from tests.plugins.workflows.test_specs import ACME

EDGES = TimeOfArrivalEdges(start=5, stop=65, num_bins=60)
MS = 1_000_000


def view(low: float | None = None, high: float = 1e3) -> DetectorView:
    limits = (
        TimeOfArrivalRange()
        if low is None
        else TimeOfArrivalRange(
            start=low, stop=high, unit=TimeUnit.MILLISECOND, enabled=True
        )
    )
    return made(DetectorViewParams(toa_edges=EDGES, toa_range=limits))


def made(params: DetectorViewParams) -> DetectorView:
    return DetectorView(BANKS, BANK, params, Screen.logical(BANK))


def results(workflow: Workflow, *batches: Batch) -> dict[str, sc.DataArray]:
    for part in batches:
        workflow.accumulate(part)
    return dict(workflow.finalize())


def test_outputs_are_those_declared() -> None:
    spec = specs.detector_view("acme", BANK, name="bank_xy", title="Bank")
    plain = results(view(), batch("bank", events([6 * MS], [5])))
    assert set(plain) == {o.name for o in spec.outputs if not o.only_if}
    params = DetectorViewParams(toa_edges=EDGES, slices=Slices(enabled=True))
    outputs = results(made(params), batch("bank", events([6 * MS], [5])))
    assert set(outputs) == {output.name for output in spec.outputs}
    for name, data in outputs.items():
        declared = spec.output(name)
        assert declared is not None
        assert (data.dims, str(data.unit), str(data.dtype)) == (
            declared.dims,
            declared.unit,
            declared.dtype,
        )
        coords = {coord.name for coord in declared.coords} - {"start_time", "time"}
        assert set(data.coords) == coords


def test_pixels_lie_in_c_order_from_the_first_id() -> None:
    image = results(view(), batch("bank", events([6 * MS] * 3, [5, 9, 16])))["current"]
    assert image.values.tolist() == [[1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]
    number = image.coords["detector_number"]
    assert number.unit is None
    np.testing.assert_array_equal(number.values, np.arange(5, 17).reshape(3, 4))


def test_pixels_of_other_banks_are_not_counted() -> None:
    foreign = [4, 17, 0, -1, -(2**31), 2**31 - 1]
    outputs = results(view(), batch("bank", events([6 * MS] * 7, [*foreign, 8])))
    assert outputs["counts_total"].value == 1
    assert outputs["spectrum_current"].sum().value == 1
    assert outputs["current"].sum().value == 1


def test_the_range_cuts_the_image_and_the_counts_in_range_alone() -> None:
    times = [4 * MS, 5 * MS, 20 * MS - 1, 20 * MS, 40 * MS - 1, 40 * MS, 65 * MS]
    outputs = results(view(20, 40), batch("bank", events(times, [5] * 7)))
    assert outputs["counts_total"].value == 5
    assert outputs["counts_in_toa_range"].value == 2
    assert outputs["current"].sum().value == 2
    assert outputs["spectrum_current"].sum().value == 5


def test_a_range_in_microseconds_equals_one_in_milliseconds() -> None:
    limits = TimeOfArrivalRange(start=20_000, stop=40_000, enabled=True)
    workflow = made(DetectorViewParams(toa_edges=EDGES, toa_range=limits))
    times = np.linspace(0, 70 * MS, 1000).astype(int)
    part = batch("bank", events(times, [5] * 1000))
    expected = results(view(20, 40), part)["counts_in_toa_range"]
    assert results(workflow, part)["counts_in_toa_range"].value == expected.value > 0


def test_windows_are_disjoint_and_the_cumulative_is_their_sum() -> None:
    workflow = view()
    first = results(workflow, batch("bank", events([6 * MS] * 2, [5, 6])))
    second = results(workflow, batch("bank", events([7 * MS], [5])))
    assert first["counts_total"].value == 2
    assert second["counts_total"].value == 1
    assert second["counts_total_cumulative"].value == 3
    total = first["current"] + second["current"]
    assert sc.identical(second["cumulative"], total)
    assert first["cumulative"].sum().value == 2, "a result is not changed afterwards"


def test_every_event_of_a_message_with_two_pulses_counts() -> None:
    payload = events([6 * MS] * 6, range(5, 11), pulses=((0, 0), (71 * MS, 3)))
    assert results(view(), batch("bank", payload))["counts_total"].value == 6


def test_reset_forgets_what_was_counted_and_what_was_not_yet_shown() -> None:
    workflow = view()
    results(workflow, batch("bank", events([6 * MS], [5])))
    workflow.accumulate(batch("bank", events([6 * MS], [5])))
    workflow.reset()
    outputs = results(workflow, batch("bank", events([6 * MS], [5])))
    assert outputs["counts_total_cumulative"].value == 1
    assert outputs["cumulative"].sum().value == 1


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 100_000))
def test_image_and_spectrum_equal_those_of_scipp(seed: int, number: int) -> None:
    rng = np.random.default_rng(seed)
    times = rng.integers(-5 * MS, 75 * MS, number)
    pixels = rng.integers(3, 19, number)
    half = number // 3
    outputs = results(
        view(20, 40),
        batch("bank", events(times[:half], pixels[:half])),
        batch("bank", events(times[half:], pixels[half:])),
    )
    table = sc.DataArray(
        sc.ones(dims=["event"], shape=[number], unit="counts"),
        coords={
            "time_of_arrival": sc.array(dims=["event"], values=times, unit="ns").to(
                unit="ms", dtype="float64"
            ),
            "detector_number": sc.array(dims=["event"], values=pixels, unit=None),
        },
    )
    grouped = table.group(sc.arange("detector_number", 5, 17, unit=None))
    edges = outputs["spectrum_current"].coords["time_of_arrival"]
    spectrum = grouped.hist(time_of_arrival=edges).sum("detector_number")
    assert sc.identical(outputs["spectrum_current"].data, spectrum.data)
    limits = sc.array(dims=["time_of_arrival"], values=[20.0, 40.0], unit="ms")
    image = grouped.hist(time_of_arrival=limits).values.reshape(3, 4)
    np.testing.assert_array_equal(outputs["current"].values, image)


@pytest.mark.parametrize("accelerated", [False, True])
@pytest.mark.parametrize("number", [2, 7, 60, 100])
def test_image_in_slices_equals_that_of_scipp(number: int, accelerated: bool) -> None:
    limits = TimeOfArrivalRange(
        start=20.5, stop=41, unit=TimeUnit.MILLISECOND, enabled=True
    )
    slices = Slices(enabled=True, number=number)
    workflow = made(
        DetectorViewParams(toa_edges=EDGES, toa_range=limits, slices=slices)
    )
    if accelerated:
        workflow.counter.acceleration.wait()
    rng = np.random.default_rng(number)
    times = rng.integers(-5 * MS, 75 * MS, 20_000)
    pixels = rng.integers(3, 19, 20_000)
    cube = results(
        workflow,
        batch("bank", events(times[:9000], pixels[:9000])),
        batch("bank", events(times[9000:], pixels[9000:])),
    )["slices_cumulative"]
    edges = cube.coords["time_of_arrival"]
    assert cube.dims == ("time_of_arrival", "y", "x")
    assert len(edges) == min(number, EDGES.num_bins) + 1
    table = sc.DataArray(
        sc.ones(dims=["event"], shape=[20_000], unit="counts"),
        coords={
            "time_of_arrival": sc.array(dims=["event"], values=times, unit="ns").to(
                unit="ms", dtype="float64"
            ),
            "detector_number": sc.array(dims=["event"], values=pixels, unit=None),
        },
    )
    grouped = table.group(sc.arange("detector_number", 5, 17, unit=None))
    expected = grouped.hist(time_of_arrival=edges).transpose().values
    np.testing.assert_array_equal(cube.values.reshape(expected.shape), expected)
    workflow.reset()
    assert workflow.finalize()["slices_cumulative"].sum().value == 0


def test_slices_are_bounded_with_a_way_out() -> None:
    large = BANK.model_copy(update={"shape": (400, 400)})
    params = DetectorViewParams(slices=Slices(enabled=True, number=10))
    with pytest.raises(ValueError, match="take 6 slices at most, or none"):
        DetectorView(BANKS, large, params, Screen.logical(large))
    params = DetectorViewParams(slices=Slices(enabled=True, number=5))
    with pytest.raises(ValueError, match="take fewer bins, or no slices"):
        DetectorView(BANKS, large, params, Screen.logical(large))


def test_events_without_pixel_ids_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="bank sent 1 events without a pixel id"):
        view().accumulate(batch("bank", events([6 * MS])))


def test_a_bad_message_costs_no_other_of_its_window() -> None:
    workflow, good = view(), events([6 * MS], [5])
    with pytest.raises(ValueError, match="bank sent 2 events without a pixel id"):
        workflow.accumulate(batch("bank", good, events([6 * MS] * 2), good, good))
    assert workflow.finalize()["counts_total"].value == 3


def test_a_pulse_without_events_needs_no_pixel_ids() -> None:
    workflow = view()
    workflow.accumulate(batch("bank", events([]), events([6 * MS], [5])))
    assert workflow.finalize()["counts_total"].value == 1


def test_a_source_of_another_kind_is_refused() -> None:
    spec = specs.detector_view(ACME, ACME.detectors, name="banks", title="Banks")
    with pytest.raises(ValueError, match="'m1' of acme is a Monitor"):
        DetectorView.from_context(WorkflowContext(ACME, spec, MONITOR.name))
