"""Images that are copies of one another look as if each were made on its own."""

from __future__ import annotations

import holoviews as hv
import numpy as np

from livedata_plotters.axes import ZERO_WIDTH_SPACE
from livedata_plotters.copied import image_of
from tests.support.equality import differences, fresh_figure, picture

LABELS = ("x [mm]", "y [mm]", "counts")
BOUNDS = (0.0, -1.0, 4.0, 2.0)


def values(scale: float) -> np.ndarray:
    return np.float32(scale) * np.arange(12, dtype=np.float32).reshape(3, 4)


def made(scale: float) -> hv.Image:
    x, y, value = LABELS
    dims = {"kdims": [hv.Dimension(x, label=x), hv.Dimension(y, label=y)]}
    return hv.Image(values(scale)[::-1], bounds=BOUNDS, vdims=[value], **dims)


def test_each_copy_is_drawn_as_an_image_made_anew():
    for scale in (1.0, 2.0):
        options = {"clone": False, "backend": "bokeh", "clim": (0.0, 11 * scale)}
        copied = image_of(values(scale), BOUNDS, LABELS).opts(**options)
        theirs = picture(fresh_figure(made(scale).opts(**options)))
        assert not [*differences(picture(fresh_figure(copied)), theirs)]


def test_values_that_are_no_numbers_are_drawn_without_a_warning():
    nothing = np.full((3, 4), np.nan, np.float32)
    element = image_of(nothing, BOUNDS, LABELS)
    fresh_figure(element.opts(clone=False, backend="bokeh", clim=(0.0, 1.0)))


def test_copies_share_neither_values_nor_options_nor_identity():
    one, two = (image_of(values(scale), BOUNDS, LABELS) for scale in (1.0, 2.0))
    one.opts(clone=False, backend="bokeh", title="one")
    assert hv.Store.lookup_options("bokeh", two, "plot").kwargs.get("title") is None
    np.testing.assert_array_equal(one.dimension_values(2, flat=False), values(1.0))
    np.testing.assert_array_equal(two.dimension_values(2, flat=False), values(2.0))
    pipe = hv.streams.Pipe(data=one)
    plot = hv.renderer("bokeh").get_plot(
        hv.DynamicMap(lambda data: data, streams=[pipe])
    )
    pipe.send(two)
    np.testing.assert_array_equal(plot.handles["source"].data["image"][0], values(2.0))


def test_equal_labels_and_other_shapes_have_their_own():
    image = image_of(values(1.0), BOUNDS, ("pixel", "pixel", "counts"))
    assert [dim.label.strip(ZERO_WIDTH_SPACE) for dim in image.kdims] == ["pixel"] * 2
    assert (image.range(0), image.range(1)) == ((0.0, 4.0), (-1.0, 2.0))
    wide = image_of(np.zeros((3, 8), np.float32), BOUNDS, LABELS)
    assert wide.xdensity == 2 * image.xdensity
