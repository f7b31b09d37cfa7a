"""Slices, flat images and curves of rows show what scipp has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import OVERVIEW, SlicedFrame, Slider, View
from livedata_plotters.many_dims import (
    MOST_CURVES,
    FlattenPlotter,
    OverlayPlotter,
    SlicerPlotter,
)
from livedata_plotters.options import REGION_COLOURS
from livedata_plotters.params import FlattenParams, OverlayParams, SlicerParams
from tests.support.plot_inputs import plot_input


def cube() -> sc.DataArray:
    values = np.arange(24.0).reshape(2, 3, 4)
    return sc.DataArray(sc.array(dims=["z", "y", "x"], values=values, unit="counts"))


def test_slice_is_that_of_scipp():
    frame = SlicerPlotter().compute(
        [plot_input(cube())], SlicerParams(dim="y", position=1), OVERVIEW
    )
    np.testing.assert_array_equal(frame.values, cube()["y", 1].values)
    assert frame.summary == "y: 1 of 0 to 2 · Total 92 counts"


def test_slice_beyond_the_last_is_the_last_and_says_so():
    frame = SlicerPlotter().compute(
        [plot_input(cube())], SlicerParams(position=9), OVERVIEW
    )
    np.testing.assert_array_equal(frame.values, cube()["z", -1].values)
    assert frame.summary.startswith("z: 1 of 0 to 1")


def test_view_moves_the_slice_and_says_where_it_is():
    data = cube()
    data.coords["y"] = sc.array(dims=["y"], values=[0.0, 1.5, 2.0, 4.0], unit="mm")
    frame = SlicerPlotter().compute(
        [plot_input(data)],
        SlicerParams(dim="y", position=1),
        View(sliders=(("y", 2),)),
    )
    np.testing.assert_array_equal(frame.values, cube()["y", 2].values)
    assert isinstance(frame, SlicedFrame)
    assert frame.sliders == (Slider("y", "y", 3, 2, 1, "2 to 4 mm"),)
    assert frame.summary.startswith("y: 2 to 4 mm (2 of 0 to 2)")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (sc.array(dims=["z"], values=["in", "out"]), "out"),
        (sc.datetimes(dims=["z"], values=[0, 1], unit="s"), "1970-01-01T00:00:01"),
        (sc.array(dims=["z"], values=[1, 25], unit="K"), "25 K"),
    ],
)
def test_place_of_a_slice_may_be_a_word_or_a_time(values, text):
    data = cube()
    data.coords["z"] = values
    frame = SlicerPlotter().compute(
        [plot_input(data)], SlicerParams(position=1), OVERVIEW
    )
    assert frame.sliders[0].text == text


def test_nothing_along_the_dim_is_said_in_words():
    with pytest.raises(ValueError, match="nothing along 'z'"):
        SlicerPlotter().compute(
            [plot_input(cube()["z", :0].copy())], SlicerParams(), OVERVIEW
        )


def test_sum_of_slices_is_that_of_scipp():
    frame = SlicerPlotter().compute(
        [plot_input(cube())], SlicerParams(sum_all=True), OVERVIEW
    )
    np.testing.assert_array_equal(frame.values, cube().sum("z").values)


def test_unknown_dim_names_those_that_there_are():
    with pytest.raises(ValueError, match="no dimension 'q'; it has z, y, x"):
        SlicerPlotter().compute([plot_input(cube())], SlicerParams(dim="q"), OVERVIEW)


def test_flat_image_keeps_every_value_in_its_place():
    frame = FlattenPlotter().compute([plot_input(cube())], FlattenParams(), OVERVIEW)
    np.testing.assert_array_equal(frame.values, cube().values.reshape(6, 4))
    turned = FlattenPlotter().compute(
        [plot_input(cube())], FlattenParams(keep="z"), OVERVIEW
    )
    np.testing.assert_array_equal(
        turned.values, cube().transpose(["y", "x", "z"]).values.reshape(12, 2)
    )


def test_masked_pixels_of_a_flat_image_are_blank():
    data = cube()
    data.masks["dead"] = sc.array(dims=["y"], values=[False, True, False])
    frame = FlattenPlotter().compute([plot_input(data)], FlattenParams(), OVERVIEW)
    np.testing.assert_array_equal(
        np.isnan(frame.values[:, 0]), [False, True, False] * 2
    )


def spectra(indices: list[int]) -> sc.DataArray:
    values = np.arange(3.0 * len(indices)).reshape(len(indices), 3)
    return sc.DataArray(
        sc.array(dims=["roi", "toa"], values=values, unit="counts"),
        coords={
            "roi": sc.array(dims=["roi"], values=indices, unit="dimensionless"),
            "toa": sc.linspace("toa", 0.0, 3.0, 4, unit="ms"),
        },
    )


def test_spectrum_of_a_region_has_the_regions_name_and_colour():
    frame = OverlayPlotter().compute(
        [plot_input(spectra([1, 4]))], OverlayParams(style="line"), OVERVIEW
    )
    assert [curve.label for curve in frame.curves] == ["Region 2", "Region 5"]
    assert [curve.colour for curve in frame.curves] == [
        REGION_COLOURS[1],
        REGION_COLOURS[4],
    ]
    np.testing.assert_array_equal(frame.curves[1].y, spectra([1, 4])["roi", 1].values)


def test_regions_have_their_names_told_apart():
    entry = replace(plot_input(spectra([1, 4, 6])), regions={1: "Peak", 6: "Peak"})
    frame = OverlayPlotter().compute([entry], OverlayParams(), OVERVIEW)
    labels = [curve.label for curve in frame.curves]
    assert labels == ["Peak (1)", "Region 5", "Peak (3)"]


def test_no_regions_are_no_error():
    frame = OverlayPlotter().compute(
        [plot_input(spectra([]))], OverlayParams(), OVERVIEW
    )
    assert [curve.label for curve in frame.curves] == ["No regions drawn"]


def test_more_rows_than_can_be_told_apart_are_refused():
    data = spectra(list(range(MOST_CURVES + 1)))
    with pytest.raises(ValueError, match="Show an image"):
        OverlayPlotter().compute([plot_input(data)], OverlayParams(), OVERVIEW)
