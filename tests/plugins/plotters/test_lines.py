"""Lines show the numbers that scipp has, on axes that fit all of them."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import OVERVIEW, PlotInput
from livedata_plotters.axes_params import AxesLook
from livedata_plotters.curves import CurvesFrame
from livedata_plotters.lines import LinesPlotter
from livedata_plotters.params import LinesParams, LineStyle, Scale
from tests.support.plot_inputs import plot_input

DIM = "time_of_arrival"


def spectrum(*values: float, unit: str = "counts", over: str = "ms") -> sc.DataArray:
    size = len(values)
    return sc.DataArray(
        sc.array(dims=[DIM], values=np.asarray(values, "float64"), unit=unit),
        coords={DIM: sc.linspace(DIM, 0.0, float(size), size + 1, unit=over)},
    )


def compute(*inputs: PlotInput, **params: object) -> CurvesFrame:
    return LinesPlotter().compute(inputs, LinesParams(**params), OVERVIEW)


def figure(frame: CurvesFrame) -> object:
    return hv.renderer("bokeh").get_plot(LinesPlotter().draw(frame)).state


def test_steps_run_from_edge_to_edge():
    (curve,) = compute(plot_input(spectrum(5, 7))).curves
    np.testing.assert_array_equal(curve.x, [0, 1, 1, 2])
    np.testing.assert_array_equal(curve.y, [5, 5, 7, 7])


@pytest.mark.parametrize("style", [LineStyle.LINE, LineStyle.POINTS])
def test_lines_and_points_lie_at_the_middle_of_bins(style):
    (curve,) = compute(plot_input(spectrum(5, 7)), style=style).curves
    np.testing.assert_array_equal(curve.x, [0.5, 1.5])
    np.testing.assert_array_equal(curve.y, [5, 7])


def test_data_without_edges_are_a_line_at_their_positions():
    data = spectrum(5, 7)
    data.coords[DIM] = sc.array(dims=[DIM], values=[1.0, 3.0], unit="ms")
    (curve,) = compute(plot_input(data)).curves
    np.testing.assert_array_equal(curve.x, [1, 3])


def test_data_without_coordinate_are_over_their_index():
    data = spectrum(5, 7).drop_coords(DIM)
    frame = compute(plot_input(data))
    np.testing.assert_array_equal(frame.curves[0].x, [0, 1])
    assert frame.x_label == "Time of arrival"


def test_axes_have_quantity_and_unit():
    frame = compute(plot_input(spectrum(1)))
    assert (frame.x_label, frame.y_label) == ("Time of arrival [ms]", "Counts")
    (x_axis, y_axis) = figure(frame).xaxis[0], figure(frame).yaxis[0]
    assert (x_axis.axis_label, y_axis.axis_label) == ("Time of arrival [ms]", "Counts")


def test_each_source_is_a_curve_with_its_title():
    frame = compute(
        plot_input(spectrum(1, 2), "Monitor 1"), plot_input(spectrum(3, 4), "Monitor 2")
    )
    (legend,) = figure(frame).legend
    assert [item.label.value for item in legend.items] == ["Monitor 1", "Monitor 2"]


def test_one_source_needs_no_legend():
    legends = figure(compute(plot_input(spectrum(1)))).legend
    assert not any(legend.items for legend in legends)


def test_different_units_are_refused_with_a_sentence():
    counts = plot_input(spectrum(1), "Monitor 1")
    rates = plot_input(spectrum(1, unit="counts/s"), "Monitor 2")
    with pytest.raises(ValueError, match="Monitor 1 is in counts and Monitor 2 in"):
        compute(counts, rates)


def test_axes_of_convertible_units_are_brought_to_the_first():
    seconds = spectrum(1, 2, over="s")
    frame = compute(plot_input(spectrum(1, 2)), plot_input(seconds))
    np.testing.assert_array_equal(frame.curves[1].x, [0, 1000, 1000, 2000])
    assert frame.x_limits == (0, 2000)


def test_different_axes_are_refused_with_a_sentence():
    other = spectrum(1).rename({DIM: "wavelength"})
    other.coords["wavelength"].unit = "angstrom"
    with pytest.raises(ValueError, match=r"Wavelength \[Å\]: they cannot share"):
        compute(plot_input(spectrum(1)), plot_input(other))


def test_images_are_refused_with_a_sentence():
    data = sc.DataArray(sc.zeros(dims=["y", "x"], shape=[2, 2]))
    with pytest.raises(ValueError, match="Panel cannot be shown as a line"):
        compute(plot_input(data))


def test_no_input_is_refused():
    with pytest.raises(ValueError, match="no data"):
        compute()


def test_errors_are_standard_deviations():
    data = spectrum(4, 9)
    data.variances = data.values
    (curve,) = compute(plot_input(data), show_errors=True).curves
    x, y, deviations = curve.errors
    np.testing.assert_array_equal(x, [0.5, 1.5])
    np.testing.assert_array_equal(y, [4, 9])
    np.testing.assert_array_equal(deviations, [2, 3])


def test_equal_structure_gives_equal_element_types():
    data = spectrum(4, 9)
    data.variances = data.values

    def types(shown: sc.DataArray) -> list[type]:
        frame = compute(plot_input(shown), show_errors=True)
        return [type(element) for element in LinesPlotter().draw(frame)]

    assert types(data) == types(data * 0.0) == [hv.Curve, hv.ErrorBars]


def test_counts_start_at_zero():
    assert compute(plot_input(spectrum(50, 100))).y_limits == (0, 105)


def test_log_leaves_out_what_is_not_above_zero():
    frame = compute(plot_input(spectrum(0, 10, -1)), scale=Scale.LOG)
    np.testing.assert_array_equal(
        frame.curves[0].y, [np.nan, np.nan, 10, 10, np.nan, np.nan]
    )
    assert type(figure(frame).y_scale).__name__ == "LogScale"


@pytest.mark.parametrize("scale", list(Scale))
@pytest.mark.parametrize("value", [0.0, np.nan, -3.0])
def test_anything_can_be_drawn(scale, value):
    frame = compute(plot_input(spectrum(value, value)), scale=scale)
    shown = figure(frame).y_range
    assert np.isfinite([shown.start, shown.end]).all()
    assert shown.start < shown.end


def test_limits_can_be_given():
    frame = compute(plot_input(spectrum(1, 100)), low=10, high=20)
    assert frame.y_limits == (10, 20)
    assert (figure(frame).y_range.start, figure(frame).y_range.end) == (10, 20)


def test_frame_tells_its_axes_whatever_they_are_called():
    params = LinesParams(axes=AxesLook(x_label="Own", y_label="Words"))
    frame = LinesPlotter().compute([plot_input(spectrum(1))], params, OVERVIEW)
    x, y = frame.axes
    assert (x.label, x.unit, x.quantity) == ("Time of arrival [ms]", "ms", DIM)
    assert (y.label, y.unit, y.kind) == ("Counts", "counts", "number")
