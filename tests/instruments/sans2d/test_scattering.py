"""I(Q): equal to a straightforward reduction with scipp and scippneutron."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipp as sc
from scippneutron.conversion.beamline import two_theta
from scippneutron.conversion.tof import elastic_Q_from_wavelength, wavelength_from_tof

from livedata_core.contract import Batch, EventData, Message, WorkflowContext, resolve
from livedata_core.plugins import load_plugins
from livedata_sans2d.instrument import FRONT_BANK, REAR_BANK, SANS2D
from livedata_sans2d.params import IofQParams
from livedata_sans2d.simulator import SimulatedMonitors

MS = 1_000_000
PIXEL_AREA_M2 = 8.1e-3 * 2.034e-3
LINEAR = {"start": 0.01, "stop": 0.3, "num_bins": 50, "scale": "linear"}
PARAMS = {
    "beam_centre": {"x_mm": 90.0, "y_mm": -80.0},
    "wavelength_edges": {"start": 2.5, "stop": 9.0, "num_bins": 40},
    "q_edges": LINEAR,
}


def made(source: str = REAR_BANK.name, aux: str = "monitor2", **params: Any) -> Any:
    registry = load_plugins().registry
    workflows = registry.workflows(registry.instruments["sans2d"])
    spec = next(item for item in workflows.values() if item.name == "i_of_q")
    context = WorkflowContext(
        SANS2D,
        spec,
        source,
        IofQParams.model_validate({**PARAMS, **params}),
        {"incident_monitor": aux},
    )
    return resolve(spec.factory)(context)


def message(times: Any, pixels: Any) -> Message[EventData]:
    events = EventData(
        np.array([0]),
        np.array([0], dtype=np.int32),
        np.asarray(times, dtype=np.int32),
        np.asarray(pixels, dtype=np.int32),
    )
    return Message("sans2d_detector", "detector_1", 0, events)


def batch(*messages: Message[EventData]) -> Batch:
    names = (REAR_BANK.name, FRONT_BANK.name, "monitor2", "monitor1")
    return Batch(0, 1, dict.fromkeys(names, messages))


def monitor_events(pulses: int) -> list[Message[EventData]]:
    found = SimulatedMonitors(SANS2D).messages(0)
    return list(islice(found, pulses * 2))


def reduced(
    times: Any, pixels: Any, incident: Any, params: IofQParams
) -> tuple[sc.DataArray, sc.DataArray]:
    """Return counts and I(Q) of the rear bank, by plain scipp on binned events."""
    positions = resolve(REAR_BANK.positions)()
    beam = [params.beam_centre.x_mm / 1e3, params.beam_centre.y_mm / 1e3, 0.0]
    vectors = sc.vectors(dims=["pixel"], values=positions - beam, unit="m")
    l2 = sc.norm(vectors)
    path = sc.scalar(SANS2D.primary_flight_path_m, unit="m") + l2
    along = sc.vector([0.0, 0.0, 1.0], unit="m")
    angle = two_theta(incident_beam=along, scattered_beam=vectors)
    area = sc.scalar(PIXEL_AREA_M2, unit="m^2")
    solid = area * (vectors.fields.z / l2) / l2**2

    own = (pixels >= 9) & (pixels < 9 + 61440)
    index = sc.array(dims=["event"], values=pixels[own] - 9)
    tof = sc.array(dims=["event"], values=times[own], unit="ns", dtype="float64")
    events = sc.DataArray(sc.ones(sizes=tof.sizes, unit="counts", with_variances=True))
    events.coords["wavelength"] = wavelength_from_tof(tof=tof, Ltotal=take(path, index))
    events.coords["Q"] = elastic_Q_from_wavelength(
        wavelength=events.coords["wavelength"], two_theta=take(angle, index)
    )
    bins = params.wavelength_edges
    wavelengths = sc.linspace(
        "wavelength", bins.start, bins.stop, bins.num_bins + 1, unit="angstrom"
    )
    q = sc.linspace(
        "Q",
        params.q_edges.start,
        params.q_edges.stop,
        params.q_edges.num_bins + 1,
        unit="1/angstrom",
    )
    counts = events.hist(wavelength=wavelengths, Q=q).sum("wavelength")

    spectrum = incident.hist(wavelength=wavelengths)
    middle = sc.midpoints(wavelengths)
    momentum = elastic_Q_from_wavelength(wavelength=middle, two_theta=angle)
    weights = sc.values(spectrum.data) * solid
    exposure = sc.DataArray(
        weights.flatten(to="cell"),
        coords={"Q": momentum.transpose(weights.dims).flatten(to="cell")},
    )
    return counts, counts / exposure.hist(Q=q).data


def take(values: sc.Variable, index: sc.Variable) -> sc.Variable:
    return sc.array(
        dims=["event"], values=values.values[index.values], unit=values.unit
    )


def incident_table(messages: list[Message[EventData]]) -> sc.DataArray:
    times = np.concatenate(
        [
            m.payload.time_of_flight[m.payload.pixel_id == 2]  # monitor 2
            for m in messages
        ]
    )
    tof = sc.array(dims=["event"], values=times, unit="ns", dtype="float64")
    path = sc.scalar(17.937, unit="m")
    return sc.DataArray(
        sc.ones(sizes=tof.sizes, unit="counts", with_variances=True),
        coords={"wavelength": wavelength_from_tof(tof=tof, Ltotal=path)},
    )


@pytest.fixture(scope="module")
def file_events(sans2d_file: Path) -> tuple[Any, Any]:
    with h5py.File(sans2d_file) as file:
        group = file["raw_data_1/detector_1_events"]
        offset = np.rint(group["event_time_offset"][:].astype(np.float64) * 1000)
        return offset.astype(np.int32), group["event_id"][:].astype(np.int32)


@pytest.mark.data
def test_events_of_the_file_reduce_as_with_scipp(file_events: tuple[Any, Any]) -> None:
    times, pixels = file_events
    monitors = monitor_events(300)
    workflow = made()
    half = len(times) // 2
    workflow.accumulate(batch(message(times[:half], pixels[:half]), *monitors[:300]))
    first = workflow.finalize()
    workflow.accumulate(batch(message(times[half:], pixels[half:]), *monitors[300:]))
    outputs = workflow.finalize()
    params = IofQParams.model_validate(PARAMS)
    for found, part, seen in (
        (outputs["i_of_q_cumulative"], slice(None), monitors),
        (outputs["i_of_q_current"], slice(half, None), monitors[300:]),
        (first["i_of_q_current"], slice(half), monitors[:300]),
    ):
        counts, expected = reduced(
            times[part], pixels[part], incident_table(seen), params
        )
        assert counts.sum().value > 30_000
        np.testing.assert_allclose(found.values, expected.values, rtol=1e-9)
        np.testing.assert_allclose(
            found.coords["Q"].values, expected.coords["Q"].values
        )
    counts, _ = reduced(times, pixels, incident_table(monitors), params)
    np.testing.assert_array_equal(outputs["counts_by_q"].values, counts.values)
    np.testing.assert_array_equal(outputs["counts_by_q"].variances, counts.variances)


def test_variances_are_those_of_counts_and_monitor() -> None:
    """One pixel, one wavelength, one Q: I = N / (M Ω)."""
    wide = {
        "wavelength_edges": {"start": 1, "stop": 20, "num_bins": 1},
        "q_edges": {"start": 0, "stop": 10, "num_bins": 1, "scale": "linear"},
    }
    workflow = made(**wide)
    times = np.full(40, 30 * MS)
    monitor = message(times[:25], [2] * 25)
    workflow.accumulate(batch(message(times, [20_000] * 40), monitor))
    ratio = workflow.finalize()["i_of_q_cumulative"]
    relative = ratio.variances[0] / ratio.values[0] ** 2
    assert relative == pytest.approx(1 / 40 + 1 / 25)


def test_outputs_are_those_declared() -> None:
    registry = load_plugins().registry
    workflows = registry.workflows(registry.instruments["sans2d"])
    spec = next(item for item in workflows.values() if item.name == "i_of_q")
    workflow = made()
    workflow.accumulate(batch(*monitor_events(3)))
    outputs = workflow.finalize()
    assert set(outputs) == {output.name for output in spec.outputs}
    for name, data in outputs.items():
        declared = spec.output(name)
        assert (data.dims, str(data.unit)) == (declared.dims, declared.unit)
    assert spec.group == "reduction"
    assert spec.sources == (REAR_BANK.name, FRONT_BANK.name)


def test_without_monitor_counts_the_way_out_is_named() -> None:
    workflow = made()
    workflow.accumulate(batch(message([30 * MS], [20_000])))
    with pytest.raises(ValueError, match="monitor2 has counted no neutron"):
        workflow.finalize()
    workflow.accumulate(batch(*monitor_events(2)))
    counts = workflow.finalize()["counts_by_q"].sum().value
    assert counts == 1, "what came before the monitor is not lost"


def test_a_bad_message_leaves_counts_and_monitor_in_step() -> None:
    curves = []
    good, monitors = [message([30 * MS] * 9, [20_000] * 9)] * 3, monitor_events(2)
    bad = message([30 * MS] * 9, [20_000])
    for extra in ((), (bad,)):
        workflow = made()
        window = {REAR_BANK.name: [good[0], *extra, *good], "monitor2": [*monitors]}
        if extra:
            with pytest.raises(ValueError, match="9 events without a pixel id"):
                workflow.accumulate(Batch(0, 1, window))
        else:
            workflow.accumulate(Batch(0, 1, window))
        curves.append(workflow.finalize()["i_of_q_cumulative"])
    assert sc.identical(*curves, equal_nan=True)


def test_without_normalisation_no_monitor_is_needed() -> None:
    workflow = made(normalisation="none")
    workflow.accumulate(batch(message([30 * MS] * 5, [20_000] * 5)))
    curve = workflow.finalize()["i_of_q_cumulative"]
    found = np.nansum(curve.values > 0)
    assert found == 1
    at = np.nanargmax(curve.values)
    relative = curve.variances[at] / curve.values[at] ** 2
    assert relative == pytest.approx(1 / 5)


def test_q_that_no_pixel_reaches_is_blank() -> None:
    workflow = made(q_edges={**LINEAR, "stop": 5.0})
    workflow.accumulate(batch(*monitor_events(3)))
    curve = workflow.finalize()["i_of_q_cumulative"]
    assert np.isnan(curve.values[-1])
    assert curve.values[0] == 0


def test_reset_forgets_counts_and_monitor() -> None:
    workflow = made()
    part = batch(message([30 * MS], [20_000]), *monitor_events(2))
    workflow.accumulate(part)
    expected = workflow.finalize()
    workflow.reset()
    workflow.accumulate(part)
    assert sc.identical(
        workflow.finalize()["i_of_q_cumulative"],
        expected["i_of_q_cumulative"],
        equal_nan=True,
    )


def test_the_auxiliary_source_has_to_be_a_monitor_with_a_flight_path() -> None:
    with pytest.raises(ValueError, match="has to be a monitor, not front_bank"):
        made(aux=FRONT_BANK.name)
    with pytest.raises(ValueError, match="does not say how far it is"):
        made(aux="monitor7")


@pytest.mark.parametrize("bank", [REAR_BANK, FRONT_BANK])
def test_positions_fit_the_bank(bank: Any) -> None:
    positions = resolve(bank.positions)()
    assert positions.shape == (120 * 512, 3)
    middle = {"rear_bank": (0.0, 0.0, 4.0), "front_bank": (1.1, 0.0, 4.0)}
    np.testing.assert_allclose(positions.mean(axis=0), middle[bank.name], atol=1e-12)
    width = np.ptp(positions[:, 0]), np.ptp(positions[:, 1])
    assert width == pytest.approx((511 * 2.034e-3, 119 * 8.1e-3))
    step = positions[1] - positions[0]
    np.testing.assert_allclose(step, [2.034e-3, 0, 0], atol=1e-12)
