"""Images with logarithmic axes show scipp's numbers in their places."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pytest
import scipp as sc
from bokeh.models import LogScale

from livedata_core.contract import View
from livedata_panel.render.elements import compose
from livedata_plotters.image import MESH_SIDE, ImageFrame, draw_image, image_frame
from livedata_plotters.params import Aspect, ImageParams, Scale
from livedata_plotters.shape_params import RectanglesParams
from livedata_plotters.shapes import RectanglesPlotter
from tests.support.plot_inputs import plot_input

LOG = {"x_scale": Scale.LOG, "y_scale": Scale.LOG}


def counts(x: sc.Variable, y: sc.Variable, shape: tuple[int, int]) -> sc.DataArray:
    values = np.arange(1.0, shape[0] * shape[1] + 1).reshape(shape)
    data = sc.array(dims=["y", "x"], values=values, unit="counts")
    return sc.DataArray(data, coords={"x": x, "y": y})


def along(dim: str, *values: float) -> sc.Variable:
    return sc.array(dims=[dim], values=values, unit="angstrom")


def frame_of(data: sc.DataArray, view: View | None = None, **params) -> ImageFrame:
    return image_frame(plot_input(data), ImageParams(**params), view or View())


def figure(frame: ImageFrame):
    return hv.renderer("bokeh").get_plot(draw_image(frame))


def test_bins_are_between_their_edges():
    data = counts(along("x", 1, 10, 100, 1000), along("y", 2, 4, 8), (2, 3))
    plot = figure(frame_of(data, **LOG))
    state, columns = plot.state, plot.handles["source"].data
    assert isinstance(state.x_scale, LogScale)
    assert isinstance(state.y_scale, LogScale)
    assert (state.x_range.start, state.x_range.end) == (1.0, 1000.0)
    assert (state.y_range.reset_start, state.y_range.reset_end) == (2.0, 8.0)
    for left, bottom, value in zip(
        columns["left"], columns["bottom"], columns["Counts"], strict=True
    ):
        at = data["x", left * sc.Unit("angstrom") : (left + 1) * sc.Unit("angstrom")]
        at = at["y", bottom * sc.Unit("angstrom") : (bottom + 1) * sc.Unit("angstrom")]
        assert at.sum().value == value


def test_equal_bins_are_drawn_one_by_one():
    """An image of equal pixels is one picture: no logarithm can stretch it."""
    data = counts(along("x", 1, 2, 3), along("y", 1, 2, 3), (2, 2))
    assert type(draw_image(frame_of(data))) is hv.Image
    assert type(draw_image(frame_of(data, y_scale=Scale.LOG))) is hv.QuadMesh


def test_one_axis_alone_may_be_logarithmic():
    data = counts(along("x", 1, 2, 3), along("y", -1, 0, 1), (2, 2))
    state = figure(frame_of(data, x_scale=Scale.LOG)).state
    assert isinstance(state.x_scale, LogScale)
    assert not isinstance(state.y_scale, LogScale)
    assert (state.y_range.start, state.y_range.end) == (-1.0, 1.0)


@pytest.mark.parametrize("descends", [False, True])
def test_bins_that_reach_down_to_zero_are_left_out_and_counted(descends):
    x = along("x", -1, 0, 2, 5)
    data = counts(x, along("y", 0, 1, 2), (2, 3))
    if descends:
        data.coords["x"] = sc.array(dims=["x"], values=x.values[::-1], unit=x.unit)
    frame = frame_of(data, **LOG)
    kept = data["x", :1] if descends else data["x", 2:]
    np.testing.assert_array_equal(frame.values, kept["y", 1:].values)
    assert frame.x.tolist() == [2.0, 5.0]
    assert frame.summary == (
        "Total 21 counts · 2 columns not above zero · 1 row not above zero"
    )


def test_axis_without_anything_above_zero_says_so():
    data = counts(along("x", -3, -2, -1), along("y", 1, 2, 3), (2, 2))
    frame = frame_of(data, show_total=False, **LOG)
    assert frame.summary == "no columns above zero"
    assert np.isnan(frame.values).all()
    figure(frame)


def test_positions_keep_their_place_between_edges_and_under_the_pointer():
    data = counts(along("x", 1, 10, 100), along("y", 1, 2, 4), (3, 3))
    plot = figure(frame_of(data, **LOG))
    columns = plot.handles["source"].data
    tooltips = dict(plot.handles["hover"].tooltips)
    hovered = {label: columns[name[2:-1]] for label, name in tooltips.items()}
    assert sorted(set(hovered["x [Å]"])) == [1.0, 10.0, 100.0]
    assert sorted(set(hovered["y [Å]"])) == [1.0, 2.0, 4.0]
    at = {(x, y): value for x, y, value in zip(*hovered.values(), strict=True)}
    assert at[10.0, 4.0] == data["y", 2]["x", 1].value
    np.testing.assert_allclose(
        sorted(set(columns["left"])), [10**-0.5, 10**0.5, 10**1.5]
    )


def test_uneven_positions_on_a_linear_axis_are_shown_under_the_pointer():
    data = counts(along("x", 1, 10, 100), along("y", 1, 2, 3), (3, 3))
    plot = figure(frame_of(data))
    names = dict(plot.handles["hover"].tooltips)
    places = plot.handles["source"].data[names["x [Å]"][2:-1]]
    assert sorted(set(places)) == [1.0, 10.0, 100.0]


def test_large_images_are_reduced_and_zoom_to_single_bins():
    x = sc.geomspace("x", 0.1, 1e3, 2001, unit="angstrom")
    data = counts(x, sc.linspace("y", 0.0, 1.0, 401, unit="angstrom"), (400, 2000))
    frame = frame_of(data, **LOG)
    assert frame.values.size <= MESH_SIDE**2
    assert frame.values.sum(dtype=float) == data["y", 1:].sum().value
    tile = frame.tile_for((1.0, 1.2), (0.5, 0.6))
    part = frame_of(data, View(tile=tile), **LOG)
    assert part.block == (1, 1)
    first = int(np.searchsorted(x.values, part.x[0]))
    assert part.x[0] == x.values[first]
    np.testing.assert_array_equal(
        part.values[0],
        data["y", np.searchsorted(data.coords["y"].values, part.y[0])]
        .values[first : first + part.values.shape[1]]
        .astype("float32"),
    )


def test_marks_lie_on_the_same_axes():
    data = counts(along("x", 1, 10, 100), along("y", 1, 2, 3), (2, 2))
    marks = RectanglesPlotter()
    params = RectanglesParams(rectangles=((2.0, 1.0, 20.0, 2.0),))
    element = compose(
        [
            draw_image(frame_of(data, **LOG)),
            marks.draw(marks.compute([], params, View())),
        ]
    )
    state = hv.renderer("bokeh").get_plot(element).state
    assert isinstance(state.x_scale, LogScale)
    assert (state.x_range.start, state.x_range.end) == (1.0, 100.0)


def test_ends_that_are_given_are_kept_and_checked():
    data = counts(along("x", 0, 10, 100), along("y", 1, 2, 3), (2, 2))
    state = figure(frame_of(data, **LOG, axes={"x_low": 0.5})).state
    assert state.x_range.start == 0.5
    with pytest.raises(ValueError, match="must be above zero"):
        ImageParams(x_scale=Scale.LOG, axes={"x_low": 0.0})


def test_equal_aspect_needs_linear_axes():
    with pytest.raises(ValueError, match="choose the aspect 'fill'"):
        ImageParams(y_scale=Scale.LOG, aspect=Aspect.EQUAL)
