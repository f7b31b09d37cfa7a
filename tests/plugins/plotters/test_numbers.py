"""Numbers, bars, tables, rates and thinned curves show what scipp has."""

from __future__ import annotations

import numpy as np
import pytest
import scipp as sc

from livedata_core.contract import OVERVIEW
from livedata_plotters.bars import BarsPlotter
from livedata_plotters.big_number import NumberPlotter
from livedata_plotters.curves import MOST_POINTS, thinned
from livedata_plotters.image import ImagePlotter
from livedata_plotters.lines import LinesPlotter
from livedata_plotters.params import (
    BarsParams,
    ImageParams,
    LinesParams,
    NumberParams,
    TableParams,
)
from livedata_plotters.rates import per_second
from livedata_plotters.shape_params import RectanglesParams, RegionParams
from livedata_plotters.shapes import RegionsPlotter
from livedata_plotters.table import TablePlotter
from tests.support.plot_inputs import plot_input


def counted(data: sc.DataArray, seconds: float) -> sc.DataArray:
    """Return data as counted for so long."""
    start = 1_000_000_000
    return data.assign_coords(
        start_time=sc.scalar(start, unit="ns"),
        time=sc.scalar(start + int(seconds * 1e9), unit="ns"),
    )


def number(value: float, unit: str = "counts") -> sc.DataArray:
    return sc.DataArray(sc.scalar(value, unit=unit))


def over_time(values: list[float], unit: str = "counts") -> sc.DataArray:
    times = 1_000_000_000 * np.arange(len(values))
    return sc.DataArray(
        sc.array(dims=["time"], values=values, unit=unit),
        coords={"time": sc.datetimes(dims=["time"], values=times, unit="ns")},
    )


def test_rate_is_counts_by_seconds():
    (entry,) = per_second([plot_input(counted(number(10.0), 2.5))])
    assert sc.identical(entry.data.data, sc.scalar(4.0, unit="counts/s"))


def test_rate_of_each_update_has_its_own_duration():
    data = over_time([6.0, 6.0, 6.0])
    data.coords["start_time"] = data.coords["time"] - sc.array(
        dims=["time"], values=[1, 2, 0], unit="s"
    ).to(unit="ns", dtype="int64")
    (entry,) = per_second([plot_input(data)])
    np.testing.assert_array_equal(entry.data.values, [6.0, 3.0, np.nan])


def test_rate_leaves_other_quantities_and_refuses_counts_without_duration():
    (entry,) = per_second([plot_input(number(3.0, "K"))])
    assert sc.identical(entry.data, number(3.0, "K"))
    with pytest.raises(ValueError, match="how long"):
        per_second([plot_input(number(3.0))])


def test_image_and_lines_show_rates_with_their_unit():
    pixels = sc.DataArray(sc.ones(dims=["y", "x"], shape=[2, 2], unit="counts"))
    image = ImagePlotter().compute(
        [plot_input(counted(pixels, 4.0))], ImageParams(rate=True), OVERVIEW
    )
    assert image.values.tolist() == [[0.25, 0.25], [0.25, 0.25]]
    assert image.value_label.endswith("[counts/s]")
    lines = LinesPlotter().compute(
        [plot_input(counted(pixels["y", 0], 4.0))], LinesParams(rate=True), OVERVIEW
    )
    assert lines.y_label.endswith("[counts/s]")
    assert lines.curves[0].y.tolist() == [0.25, 0.25]


def test_log_axis_begins_where_the_data_are_above_zero():
    data = sc.DataArray(
        sc.array(dims=["q"], values=[1.0, 2.0]),
        coords={"q": sc.array(dims=["q"], values=[0.0, 1.0, 10.0], unit="1/angstrom")},
    )
    frame = LinesPlotter().compute(
        [plot_input(data)], LinesParams(x_scale="log"), OVERVIEW
    )
    assert frame.x_limits == (1.0, 10.0)
    assert frame.curves[0].x.tolist() == [1.0, 1.0, 1.0, 10.0]


def test_number_says_value_and_unit_of_the_latest():
    frame = NumberPlotter().compute(
        [plot_input(over_time([1.0, 5.0, 1234567.0]))], NumberParams(), OVERVIEW
    )
    assert frame.texts == ("1,234,567 counts",)
    precise = NumberPlotter().compute(
        [plot_input(over_time([0.5], "K"))], NumberParams(digits=2), OVERVIEW
    )
    assert precise.texts == ("0.50 K",)


def test_sparkline_has_its_ends_where_the_history_has():
    frame = NumberPlotter().compute(
        [plot_input(over_time([2.0, 8.0, np.nan, 5.0]))], NumberParams(), OVERVIEW
    )
    curve = frame.y[:-1]
    assert np.nanargmin(curve) == 0
    assert np.nanargmax(curve) == 1
    assert np.isnan(curve[2])


def test_bars_have_one_for_each_source_and_start_at_zero():
    inputs = [plot_input(number(value), "Same") for value in (3.0, 8.0)]
    frame = BarsPlotter().compute(inputs, BarsParams(), OVERVIEW)
    assert frame.names == ("Same (1)", "Same (2)")
    assert frame.values.tolist() == [3.0, 8.0]
    assert frame.limits[0] == 0.0


def test_table_has_numbers_with_units_and_says_what_it_leaves_out():
    inputs = [plot_input(number(3.0), "Left"), plot_input(number(0.5, "K"), "Right")]
    frame = TablePlotter().compute(inputs, TableParams(), OVERVIEW)
    assert frame.rows[1:] == (("Left", "3 counts"), ("Right", "0.5 K"))
    row = sc.DataArray(sc.arange("x", 5.0, unit="mm"))
    short = TablePlotter().compute([plot_input(row)], TableParams(rows=2), OVERVIEW)
    assert short.rows[1:] == (
        ("x [pixel] 0", "0 mm"),
        ("x [pixel] 1", "1 mm"),
        ("… and 3 more", ""),
    )


def test_thinned_curve_keeps_a_single_spike_and_the_gaps():
    values = np.zeros(50_000)
    values[12_345], values[40_001] = 7.0, -3.0
    values[20_000:30_000] = np.nan
    x, y = thinned(np.arange(50_000.0), values)
    assert len(y) <= MOST_POINTS
    assert (x[np.nanargmax(y)], np.nanmax(y)) == (12_345.0, 7.0)
    assert (x[np.nanargmin(y)], np.nanmin(y)) == (40_001.0, -3.0)
    assert np.isnan(y[(x > 20_100) & (x < 29_900)]).all()
    assert (np.diff(x) > 0).all()


def test_regions_are_outlined_in_units_of_the_axes():
    data = sc.DataArray(
        sc.ones(dims=["bounds"], shape=[4], dtype="int32"),
        coords={
            "x": sc.array(dims=["bounds"], values=[1.0, 3.0, 5.0, 6.0], unit="mm"),
            "y": sc.array(dims=["bounds"], values=[2.0, 4.0, 0.0, 9.0], unit="mm"),
            "roi_index": sc.array(dims=["bounds"], values=[0, 0, 2, 2]),
        },
    )
    frame = RegionsPlotter().compute([plot_input(data)], RegionParams(), OVERVIEW)
    assert frame.numbers == (0, 2)
    assert frame.outlines[0][0].tolist() == [1.0, 3.0, 3.0, 1.0]
    assert frame.outlines[0][1].tolist() == [2.0, 2.0, 4.0, 4.0]
    assert frame.x_label == "x [mm]"


def test_rectangle_without_area_is_refused():
    with pytest.raises(ValueError, match="needs its left below"):
        RectanglesParams(rectangles=((3.0, 0.0, 3.0, 1.0),))
