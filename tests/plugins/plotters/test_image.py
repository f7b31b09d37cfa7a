"""Images show the numbers that scipp has, the right way up."""

from __future__ import annotations

import gc

import holoviews as hv
import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import OVERVIEW, TiledFrame, View
from livedata_plotters.image import (
    MAX_SIDE,
    MESH_SIDE,
    ImageFrame,
    ImagePlotter,
    draw_image,
    image_frame,
)
from livedata_plotters.params import Aspect, ImageParams, Reduction, Scale
from tests.support.plot_inputs import plot_input


def counts(rows: int = 3, columns: int = 4) -> sc.DataArray:
    values = np.arange(rows * columns, dtype="float64").reshape(rows, columns)
    return sc.DataArray(sc.array(dims=["y", "x"], values=values, unit="counts"))


def draw(data: sc.DataArray, params: ImageParams | None = None) -> hv.Element:
    return draw_image(image_frame(plot_input(data), params or ImageParams()))


def bokeh_image(element: hv.Element) -> np.ndarray:
    plot = hv.renderer("bokeh").get_plot(element)
    return plot.handles["source"].data["image"][0]


def test_frame_holds_the_values_of_scipp():
    data = counts()
    frame = image_frame(plot_input(data), ImageParams())
    assert frame.values.dtype == np.float32
    np.testing.assert_array_equal(frame.values, data.values)


def test_browser_gets_the_values_with_the_first_row_at_the_bottom():
    data = counts()
    image = bokeh_image(draw(data))
    assert image.dtype == np.float32
    np.testing.assert_array_equal(image, data.values)


def test_descending_coordinate_puts_the_first_row_on_top():
    data = counts()
    data.coords["y"] = sc.array(dims=["y"], values=[3.0, 2.0, 1.0], unit="mm")
    frame = image_frame(plot_input(data), ImageParams())
    np.testing.assert_array_equal(frame.values, data.values[::-1])
    np.testing.assert_array_equal(frame.y, [0.5, 1.5, 2.5, 3.5])


def test_whole_counts_are_exact_up_to_two_to_the_24():
    data = counts()
    data.values[0, 0] = 2**24 - 1
    assert image_frame(plot_input(data), ImageParams()).values[0, 0] == 2**24 - 1


def test_total_is_summed_before_the_conversion_to_float32():
    data = counts() + sc.scalar(2.0**25 + 1, unit="counts")
    total = int(data.sum().value)
    frame = image_frame(plot_input(data), ImageParams())
    assert frame.summary == f"Total {total:,} counts"


def test_total_is_the_title_on_screen():
    plot = hv.renderer("bokeh").get_plot(draw(counts()))
    assert plot.state.title.text == "Total 66 counts"


def test_total_can_be_left_out():
    plot = hv.renderer("bokeh").get_plot(draw(counts(), ImageParams(show_total=False)))
    assert plot.state.title.text == ""


def test_quantities_other_than_counts_have_no_total():
    data = counts()
    data.unit = "mm"
    frame = image_frame(plot_input(data, title="Height"), ImageParams())
    assert (frame.summary, frame.value_label) == ("", "Height [mm]")


def test_dims_without_coordinates_are_counted_in_pixels():
    frame = image_frame(plot_input(counts()), ImageParams())
    assert (frame.x_label, frame.y_label) == ("x [pixel]", "y [pixel]")
    np.testing.assert_array_equal(frame.x, np.arange(5) - 0.5)


def test_equal_bin_edges_make_an_image_between_them():
    data = counts().rename_dims(x="time_of_arrival")
    data.coords["time_of_arrival"] = sc.linspace(
        "time_of_arrival", 0.0, 8.0, 5, unit="ms"
    )
    element = draw(data)
    assert type(element) is hv.Image
    assert element.kdims[0].label == "Time of arrival [ms]"
    assert element.bounds.lbrt() == (0.0, -0.5, 8.0, 2.5)


def test_unequal_bin_edges_make_a_mesh():
    data = counts()
    data.coords["x"] = sc.array(dims=["x"], values=[1.0, 2.0, 4.0, 8.0, 16.0])
    element = draw(data)
    assert type(element) is hv.QuadMesh
    np.testing.assert_array_equal(
        element.dimension_values("Counts", flat=False), data.values
    )


def test_coordinate_out_of_order_is_not_used():
    data = counts()
    data.coords["x"] = sc.array(dims=["x"], values=[3.0, 1.0, 2.0, 4.0], unit="mm")
    assert image_frame(plot_input(data), ImageParams()).x_label == "x [pixel]"


def test_equal_structure_gives_equal_element_types():
    assert type(draw(counts())) is type(draw(counts() * 0.0))


def test_masked_pixels_are_blank_and_not_counted():
    data = counts()
    data.masks["dead"] = sc.array(dims=["y", "x"], values=data.values == 11)
    frame = image_frame(plot_input(data), ImageParams())
    assert np.isnan(frame.values[2, 3])
    assert frame.summary == "Total 55 counts"


def test_mask_over_one_dim_covers_its_rows():
    data = counts()
    data.masks["row"] = sc.array(dims=["y"], values=[True, False, False])
    frame = image_frame(plot_input(data), ImageParams())
    assert np.isnan(frame.values[0]).all()
    assert np.isfinite(frame.values[1:]).all()


def large(rows: int, columns: int, unit: str | None = "counts") -> sc.DataArray:
    values = np.random.default_rng(4).poisson(3.0, (rows, columns)).astype("float64")
    return sc.DataArray(sc.array(dims=["y", "x"], values=values, unit=unit))


def tile_frame(data: sc.DataArray, *tile: int, **params: object) -> ImageFrame:
    return image_frame(plot_input(data), ImageParams(**params), View(tile=tile))


class TestLargeImages:
    def test_within_the_bound_are_unchanged(self):
        data = large(MAX_SIDE, 3)
        frame = image_frame(plot_input(data), ImageParams())
        np.testing.assert_array_equal(frame.values, data.values)
        assert (frame.block, frame.value_label) == ((1, 1), "Counts")
        assert frame.tile_for((0.0, 1.0), (0.0, 1.0)) is None

    def test_are_reduced_to_blocks_that_keep_the_counts(self):
        data = large(2050, 1500)
        frame = image_frame(plot_input(data), ImageParams())
        assert frame.values.shape == (684, 750)
        assert frame.values.dtype == np.float32
        assert frame.values.sum(dtype="float64") == data.values.sum()
        assert frame.value_label == "Counts, sum of 2 × 3 pixels"
        assert frame.summary == f"Total {int(data.values.sum()):,} counts"
        assert frame.values[683, 0] == data.values[2049:, :2].sum()

    def test_have_true_edges_at_the_borders(self):
        frame = image_frame(plot_input(large(2050, 1500)), ImageParams())
        assert (frame.x[0], frame.x[-1]) == (-0.5, 1499.5)
        assert list(frame.y[-2:]) == [2048.5, 2049.5]

    def test_are_drawn_as_equal_blocks_that_the_axes_cut(self):
        frame = image_frame(plot_input(large(2050, 1500)), ImageParams())
        element = draw_image(frame)
        assert type(element) is hv.Image
        assert element.bounds.lbrt() == (-0.5, -0.5, 1499.5, 2051.5)
        state = hv.renderer("bokeh").get_plot(element).state
        assert (state.y_range.start, state.y_range.end) == (-0.5, 2049.5)

    def test_with_a_descending_axis_are_turned_first(self):
        data = large(2050, 10)
        data.coords["y"] = sc.arange("y", 2050.0, 0.0, -1.0, unit="mm")
        frame = image_frame(plot_input(data), ImageParams())
        assert frame.values[0, 0] == data.values[-3:, 0].sum()

    @pytest.mark.parametrize(
        ("unit", "dtype", "how"),
        [
            ("counts", "float64", Reduction.SUM),
            ("counts", "int64", Reduction.SUM),
            ("one", "int32", Reduction.SUM),
            (None, "int64", Reduction.SUM),
            ("one", "float64", Reduction.MAX),
            ("mm", "int64", Reduction.MAX),
            ("counts/s", "float64", Reduction.MAX),
        ],
    )
    def test_are_joined_by_what_they_mean(self, unit, dtype, how):
        data = large(1025, 2, unit=unit).to(dtype=dtype)
        auto = image_frame(plot_input(data), ImageParams())
        asked = image_frame(plot_input(data), ImageParams(reduction=how))
        np.testing.assert_array_equal(auto.values, asked.values)
        assert auto.value_label == asked.value_label

    def test_leave_masked_pixels_out(self):
        data = large(2048, 2)
        dead = np.zeros((2048, 2), dtype=bool)
        dead[:3] = True
        data.masks["dead"] = sc.array(dims=["y", "x"], values=dead)
        frame = image_frame(plot_input(data), ImageParams())
        assert np.isnan(frame.values[0, 0])
        assert frame.values[1, 0] == data.values[3, 0]

    def test_of_unequal_pixels_have_a_smaller_bound(self):
        data = large(500, 500)
        data.coords["x"] = sc.geomspace("x", 1.0, 9.0, 501, unit="ms")
        frame = image_frame(plot_input(data), ImageParams())
        assert frame.values.size <= MESH_SIDE**2
        assert frame.x[-1] == data.coords["x"].values[-1]
        assert frame.values.sum() == data.values.sum()
        assert type(draw_image(frame)) is hv.QuadMesh


class TestTiles:
    def test_show_single_pixels_of_a_part(self):
        data = large(4096, 2048)
        whole = image_frame(plot_input(data), ImageParams())
        tile = whole.tile_for((100.0, 300.0), (2000.0, 2300.0))
        assert tile == (2, 3, 1, 0)
        part = tile_frame(data, *tile)
        assert part.block == (1, 1)
        np.testing.assert_array_equal(part.values, data.values[1536:2560, :1024])
        assert (part.x[0], part.x[-1]) == (-0.5, 1023.5)
        assert (part.y[0], part.y[-1]) == (1535.5, 2559.5)
        assert part.value_label == "Counts"

    def test_have_the_total_of_all_data(self):
        data = large(2048, 2048)
        whole = image_frame(plot_input(data), ImageParams())
        assert tile_frame(data, 1, 0, 1, 0).summary == whole.summary

    def test_are_drawn_within_the_limits_of_the_whole(self):
        part = tile_frame(large(2048, 2048), 1, 1, 1, 1)
        element = draw_image(part)
        assert element.bounds.lbrt() == (511.5, 511.5, 1535.5, 1535.5)
        state = hv.renderer("bokeh").get_plot(element).state
        assert (state.x_range.start, state.x_range.end) == (-0.5, 2047.5)
        assert (state.y_range.reset_start, state.y_range.reset_end) == (-0.5, 2047.5)

    def test_of_blocks_have_the_blocks_of_the_whole(self):
        data = large(5001, 2)
        part = tile_frame(data, 1, 1, 0, 0)
        n = part.block[0]
        first = round(part.y[0] + 0.5)
        assert first % n == 0
        assert part.values[0, 0] == data.values[first : first + n, 0].sum()
        assert part.values.shape[0] <= MAX_SIDE + 1

    def test_are_not_needed_for_the_whole(self):
        whole = image_frame(plot_input(large(2048, 2048)), ImageParams())
        assert whole.tile_for((-0.5, 2047.5), (-0.5, 2047.5)) is None

    def test_are_kept_where_another_does_no_better(self):
        part = tile_frame(large(2048, 2048), 1, 0, 1, 0)
        near = part.tile_for((600.0, 700.0), (600.0, 700.0))
        assert near == (1, 0, 1, 0)
        assert part.tile_for((1500.0, 1600.0), (600.0, 700.0)) == (1, 0, 1, 2)

    def test_fulfil_the_protocol(self):
        frame = image_frame(plot_input(counts()), ImageParams())
        assert isinstance(frame, TiledFrame)


class TestColourLimits:
    def limits(self, data: sc.DataArray, **params: object) -> tuple[float, float]:
        return image_frame(plot_input(data), ImageParams(**params)).limits

    def test_follow_the_data(self):
        assert self.limits(counts()) == (0.0, 11.0)

    def test_one_can_be_given(self):
        assert self.limits(counts(), high=5.0) == (0.0, 5.0)

    def test_log_begins_at_the_smallest_value_above_zero(self):
        assert self.limits(counts(), scale=Scale.LOG) == (1.0, 11.0)

    @pytest.mark.parametrize("scale", list(Scale))
    @pytest.mark.parametrize("value", [0.0, -1.0, 5.0, np.nan, np.inf])
    @pytest.mark.parametrize("given", [{}, {"low": 100.0}, {"high": 1e-3}])
    def test_are_in_order_whatever_the_data(self, scale, value, given):
        data = counts()
        data.values[...] = value
        low, high = self.limits(data, scale=scale, **given)
        assert low < high
        assert scale is Scale.LINEAR or low > 0

    def test_nan_does_not_count(self):
        data = counts()
        data.values[0, 0] = np.nan
        assert self.limits(data) == (1.0, 11.0)


def test_log_leaves_zeros_blank_and_keeps_their_values():
    element = draw(counts(), ImageParams(scale=Scale.LOG))
    plot = hv.renderer("bokeh").get_plot(element)
    mapper = plot.handles["color_mapper"]
    assert type(mapper).__name__ == "LogColorMapper"
    assert (mapper.low, mapper.low_color) == (1.0, "rgba(0, 0, 0, 0)")
    assert plot.handles["source"].data["image"][0][0, 0] == 0.0


def test_log_image_without_counts_is_drawn():
    hv.renderer("bokeh").get_plot(draw(counts() * 0.0, ImageParams(scale=Scale.LOG)))


def test_equal_aspect_keeps_both_axes_at_one_scale():
    element = draw(counts(), ImageParams(aspect=Aspect.EQUAL))
    assert hv.renderer("bokeh").get_plot(element).state.match_aspect


def test_plot_follows_the_size_of_its_cell():
    figure = hv.renderer("bokeh").get_plot(draw(counts())).state
    assert figure.sizing_mode == "stretch_both"
    assert (figure.width, figure.height) == (None, None)


def test_drawing_again_and_again_keeps_no_options():
    frame = image_frame(plot_input(counts()), ImageParams())
    gc.collect()
    kept = len(hv.Store._custom_options["bokeh"])
    for _ in range(20):
        draw_image(frame)
    gc.collect()
    assert len(hv.Store._custom_options["bokeh"]) <= kept


def test_other_than_two_dims_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="Panel cannot be shown as an image"):
        image_frame(plot_input(counts()["y", 0], title="Panel"), ImageParams())


def test_several_sources_are_refused_with_a_sentence():
    inputs = [plot_input(counts(), title=name) for name in ("Left", "Right")]
    with pytest.raises(ValueError, match="Left, Right"):
        ImagePlotter().compute(inputs, ImageParams(), OVERVIEW)
