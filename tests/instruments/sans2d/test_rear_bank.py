"""The rear bank: an image in mm, its beam centre, and rings where Q is equal."""

from __future__ import annotations

import math
from pathlib import Path

import h5py
import holoviews as hv
import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import OVERVIEW
from livedata_sans2d.geometry import bank_edges_mm, ring_radius_mm
from livedata_sans2d.instrument import FRONT_BANK, REAR_BANK
from livedata_sans2d.params import RearBankParams
from livedata_sans2d.rear_bank import RearBankFrame, RearBankPlotter
from tests.support.plot_inputs import plot_input


def bank(values: np.ndarray | None = None) -> sc.DataArray:
    if values is None:
        values = np.arange(120 * 512, dtype="float64").reshape(120, 512)
    return sc.DataArray(sc.array(dims=["tube", "pixel"], values=values, unit="counts"))


def compute(data: sc.DataArray | None = None, **params: object) -> RearBankFrame:
    entry = plot_input(bank() if data is None else data, "Rear bank")
    return RearBankPlotter().compute([entry], RearBankParams(**params), OVERVIEW)


@pytest.fixture(scope="module")
def real_counts(sans2d_file: Path) -> np.ndarray:
    """Counts of all tubes and pixels [240, 512] in the event file."""
    with h5py.File(sans2d_file) as file:
        ids = file["raw_data_1/detector_1_events/event_id"][:]
    counts = np.bincount(ids, minlength=REAR_BANK.first_pixel_id + 240 * 512)
    return counts[REAR_BANK.first_pixel_id :].reshape(240, 512).astype("float64")


def test_image_shows_the_values_in_mm_from_the_middle():
    frame = compute()
    tubes, pixels = bank_edges_mm()
    np.testing.assert_array_equal(frame.image.values, bank().values)
    np.testing.assert_array_equal(frame.image.x, pixels)
    np.testing.assert_array_equal(frame.image.y, tubes)
    assert (frame.image.x_label, frame.image.y_label) == ("x [mm]", "y [mm]")
    assert tubes[0] == -tubes[-1]


def test_coords_of_the_input_do_not_matter():
    data = bank()
    data.coords["tube"] = sc.arange("tube", 120)
    data.coords["detector_number"] = sc.array(
        dims=data.dims, values=np.arange(9, 9 + 120 * 512).reshape(120, 512)
    )
    np.testing.assert_array_equal(compute(data).image.y, compute().image.y)


@pytest.mark.data
def test_totals_of_the_real_file_are_on_screen(real_counts):
    frame = compute(bank(real_counts[:120]))
    plot = hv.renderer("bokeh").get_plot(RearBankPlotter().draw(frame))
    assert plot.state.title.text.startswith("Total 176,714 counts")
    assert real_counts[120:].sum() == 60_364
    assert FRONT_BANK.first_pixel_id == 61_449


@pytest.mark.data
def test_nominal_beam_centre_is_in_the_shadow_of_the_real_beam_stop(real_counts):
    frame = compute(bank(real_counts[:120]))
    x, y = frame.beam
    column = np.searchsorted(frame.image.x, x) - 1
    row = np.searchsorted(frame.image.y, y) - 1
    shadow = frame.image.values[row - 1 : row + 2, column - 5 : column + 6]
    around = frame.image.values[row - 8 : row + 9, column - 30 : column + 31]
    assert shadow.mean() < 0.1 * around.mean()


class TestRings:
    def test_radius_follows_the_scattering_angle(self):
        # 0.05 1/Å at 6 Å: sin(θ/2) = 0.05 · 6 / 4π, θ = 2.7359°; 4 m · tan θ
        radius = ring_radius_mm(0.05, 6.0, 4.0)
        assert radius == pytest.approx(4000 * math.tan(math.radians(2.73593)), abs=0.01)

    def test_small_angles_are_proportional_to_q(self):
        one, two = (ring_radius_mm(q, 6.0, 4.0) for q in (1e-4, 2e-4))
        assert two == pytest.approx(2 * one, rel=1e-6)

    def test_what_no_neutron_reaches_has_no_ring(self):
        assert ring_radius_mm(1.0, 30.0, 4.0) is None

    def test_are_equally_spaced_in_q_around_the_beam(self):
        frame = compute(rings=4, ring_step=0.01, beam_x_mm=10.0, beam_y_mm=-20.0)
        assert [ring.q for ring in frame.rings] == pytest.approx(
            [0.01, 0.02, 0.03, 0.04]
        )
        _, marks, _ = RearBankPlotter().draw(frame)
        outermost = marks.split()[-1]
        middle = [outermost.range(dim) for dim in range(2)]
        assert [np.mean(limits) for limits in middle] == pytest.approx([10.0, -20.0])

    def test_say_what_they_hold_for(self):
        summary = compute(wavelength=8.0, distance_m=5.0).image.summary
        assert summary.endswith("rings for 8 Å at 5 m")

    def test_can_be_left_out(self):
        frame = compute(rings=0)
        assert frame.rings == ()
        assert "rings" not in frame.image.summary
        hv.renderer("bokeh").get_plot(RearBankPlotter().draw(frame))


def test_equal_structure_gives_equal_element_types():
    def types(frame: RearBankFrame) -> list[type]:
        return [type(element) for element in RearBankPlotter().draw(frame)]

    empty = bank(np.zeros((120, 512)))
    assert types(compute()) == types(compute(empty)) == [hv.Image, hv.Path, hv.Labels]


def test_marks_do_not_widen_the_axes():
    frame = compute(rings=10, ring_step=0.1)
    figure = hv.renderer("bokeh").get_plot(RearBankPlotter().draw(frame)).state
    assert (figure.x_range.start, figure.x_range.end) == pytest.approx(
        (frame.image.x[0], frame.image.x[-1])
    )


def test_data_of_another_size_are_refused_with_a_sentence():
    data = sc.DataArray(sc.zeros(dims=["y", "x"], shape=[4, 4], unit="counts"))
    with pytest.raises(ValueError, match="Choose another plotter"):
        compute(data)
