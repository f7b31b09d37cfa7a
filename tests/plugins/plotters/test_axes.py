"""Labels, ticks and limits that users choose, and lines as they want them."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pytest
import scipp as sc
from bokeh.models import ColorBar, DatetimeTicker, Line, LogTicker
from pydantic import ValidationError

from livedata_core.contract import OVERVIEW, PlotInput
from livedata_plotters.axes import ZERO_WIDTH_SPACE
from livedata_plotters.axes_params import AxesLook, ImageAxes, ValueAxis
from livedata_plotters.bars import BarsPlotter
from livedata_plotters.image import ImagePlotter
from livedata_plotters.lines import LinesPlotter
from livedata_plotters.params import (
    Aspect,
    BarsParams,
    ImageParams,
    LineDash,
    LinesParams,
    Scale,
    TimeSeriesParams,
)
from livedata_plotters.timeseries import TimeSeriesPlotter
from tests.support.plot_inputs import plot_input


def figure(plotter: Any, params: Any, *inputs: PlotInput) -> Any:
    frame = plotter.compute(inputs, params, OVERVIEW)
    return hv.renderer("bokeh").get_plot(plotter.draw(frame)).state


def image() -> PlotInput:
    values = np.arange(1.0, 13.0).reshape(3, 4)
    return plot_input(sc.DataArray(sc.array(dims=["y", "x"], values=values)))


def curve(size: int = 5) -> PlotInput:
    values = np.arange(1.0, size + 1)
    data = sc.array(dims=["x"], values=values, variances=values, unit="counts")
    return plot_input(sc.DataArray(data))


def series() -> PlotInput:
    times = sc.datetimes(dims=["time"], values=np.arange(5), unit="s")
    data = sc.array(dims=["time"], values=np.arange(5.0), unit="K")
    return plot_input(sc.DataArray(data, coords={"time": times}))


def test_labels_and_ticks_of_an_image_are_those_asked_for() -> None:
    axes = ImageAxes(
        x_label="Across", y_label="Up", value_label="Hits", x_ticks=3, value_ticks=9
    )
    found = figure(ImagePlotter(), ImageParams(axes=axes, scale=Scale.LOG), image())
    (bar,) = found.select(ColorBar)
    assert [a.axis_label for a in (*found.below, *found.left)] == ["Across", "Up"]
    assert bar.title == "Hits"
    assert found.xaxis[0].ticker.desired_num_ticks == 3
    assert isinstance(bar.ticker, LogTicker)
    assert bar.ticker.desired_num_ticks == 9


def test_ticks_of_a_colour_bar_that_is_not_shown_are_no_error() -> None:
    params = ImageParams(axes=ImageAxes(value_ticks=9), colour_bar=False)
    assert not figure(ImagePlotter(), params, image()).select(ColorBar)


@pytest.mark.parametrize("aspect", list(Aspect))
def test_limits_of_an_image_are_those_asked_for(aspect: Aspect) -> None:
    axes = ImageAxes(x_low=1.0, x_high=2.5, y_high=9.0)
    found = figure(ImagePlotter(), ImageParams(axes=axes, aspect=aspect), image())
    x, y = found.x_range, found.y_range
    assert (x.start, x.end, y.start, y.end) == (1.0, 2.5, -0.5, 9.0)


def test_limit_beyond_the_data_leaves_an_axis_in_order() -> None:
    params = ImageParams(axes=ImageAxes(x_low=99.0))
    found = figure(ImagePlotter(), params, image())
    assert found.x_range.start < found.x_range.end


def test_limits_out_of_order_are_refused() -> None:
    with pytest.raises(ValidationError, match="end above where it begins"):
        ImageAxes(y_low=2.0, y_high=2.0)


def test_kinds_of_ticks_stay_what_their_axes_need() -> None:
    look = AxesLook(x_ticks=3, y_ticks=4, x_label="When", y_label="How warm")
    params = TimeSeriesParams(axes=look, scale=Scale.LOG)
    found = figure(TimeSeriesPlotter(), params, series())
    x, y = found.xaxis[0], found.yaxis[0]
    assert (x.axis_label, y.axis_label) == ("When", "How warm")
    assert isinstance(x.ticker, DatetimeTicker)
    assert isinstance(y.ticker, LogTicker)
    assert (x.ticker.desired_num_ticks, y.ticker.desired_num_ticks) == (3, 4)


@pytest.mark.parametrize("label", ["same", "Standard deviation"])
def test_labels_may_be_equal(label: str) -> None:
    look = AxesLook(x_label=label, y_label=label)
    params = LinesParams(axes=look, show_errors=True)
    found = figure(LinesPlotter(), params, curve())
    labels = [
        axis.axis_label.rstrip(ZERO_WIDTH_SPACE) for axis in (*found.below, *found.left)
    ]
    assert labels == [label, label]
    axes = ImageAxes(x_label=label, y_label=label, value_label=label)
    (bar,) = figure(ImagePlotter(), ImageParams(axes=axes), image()).select(ColorBar)
    assert bar.title.rstrip(ZERO_WIDTH_SPACE) == label


def test_bars_have_a_label_and_ticks() -> None:
    number = plot_input(sc.DataArray(sc.scalar(3.0, unit="counts")))
    params = BarsParams(axes=ValueAxis(y_label="Source", y_ticks=2))
    found = figure(BarsPlotter(), params, number)
    assert found.yaxis[0].axis_label == "Source"
    assert found.yaxis[0].ticker.desired_num_ticks == 2


def test_line_is_dashed_and_has_as_many_points_as_asked_for() -> None:
    params = LinesParams(line_dash=LineDash.DASHED, most_points=100)
    spiky = curve(10_000)
    spiky.data.values[1234] = 1e9
    found = figure(LinesPlotter(), params, spiky)
    (renderer,) = (r for r in found.renderers if isinstance(r.glyph, Line))
    assert renderer.glyph.line_dash == [6]
    y = renderer.data_source.data[renderer.glyph.y]
    assert len(y) <= 100
    assert max(y) == 1e9
