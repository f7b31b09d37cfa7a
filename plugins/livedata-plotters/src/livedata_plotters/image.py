"""The image plotter: values over two axes as colours.

Public, for plotters that draw on top of an image: `image_frame` and `draw_image`.
Rows run upwards: the first row is at the bottom unless its coordinate descends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import holoviews as hv
import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import PlotInput, View
from livedata_plotters.arrays import Axis, Floats, axis_of, limits, plain_values
from livedata_plotters.labels import number, quantity_label
from livedata_plotters.options import BACKEND, COMMON
from livedata_plotters.params import Aspect, ImageParams, Scale

__all__ = ["ImageFrame", "ImagePlotter", "draw_image", "image_frame"]


@dataclass(frozen=True, slots=True, eq=False)
class ImageFrame:
    """An image, ready to be drawn.

    Attributes
    ----------
    values:
        float32 [row, column], columns to the right and rows upwards. Whole numbers
        are exact up to 2**24 (16,777,216); larger ones keep 7 digits.
    x, y:
        Ascending edges of columns [column + 1] and rows [row + 1].
    x_label, y_label, value_label:
        Quantity and unit.
    limits:
        Values at both ends of the colour scale.
    summary:
        The total in words, empty if it is not asked for or the values are not
        counts. Summed before the conversion to float32.
    params:
        As given.
    """

    values: npt.NDArray[np.float32]
    x: Floats
    y: Floats
    x_label: str
    y_label: str
    value_label: str
    limits: tuple[float, float]
    summary: str
    params: ImageParams


def image_frame(entry: PlotInput, params: ImageParams) -> ImageFrame:
    """Return the frame of a 2-D input: its last dim runs to the right.

    Raises
    ------
    ValueError
        If the data do not have two dims or have no pixels.
    """
    data = entry.data
    if data.ndim != 2 or 0 in data.shape:
        raise ValueError(
            f"{entry.title} cannot be shown as an image: it has "
            f"{data.ndim} dimensions with sizes {tuple(data.shape)}."
        )
    exact = plain_values(data)
    row, column = (axis_of(data, dim) for dim in data.dims)
    x, columns = _ascending(column)
    y, rows = _ascending(row)
    values = np.ascontiguousarray(exact[rows, columns], dtype=np.float32)
    return ImageFrame(
        values=values,
        x=x,
        y=y,
        x_label=column.label,
        y_label=row.label,
        value_label=quantity_label([entry]),
        limits=limits(values, params.scale, params.low, params.high),
        summary=_total(exact, data.unit) if params.show_total else "",
        params=params,
    )


def _ascending(axis: Axis) -> tuple[Floats, slice]:
    """Return ascending edges and the slice that puts the values in their order."""
    edges = axis.bounds
    if edges[0] <= edges[-1]:
        return edges, slice(None)
    return edges[::-1], slice(None, None, -1)


def _total(values: npt.NDArray[np.generic], unit: sc.Unit | None) -> str:
    if unit != sc.units.counts:
        return ""
    return f"Total {number(float(np.nansum(values)))} counts"


def draw_image(frame: ImageFrame) -> hv.Image | hv.QuadMesh:
    """Return the element of a frame: a QuadMesh where pixels differ in size."""
    kdims = [_dimension(frame.x_label), _dimension(frame.y_label, frame.x_label)]
    vdim = hv.Dimension(frame.value_label, range=frame.limits)
    if _uniform(frame.x) and _uniform(frame.y):
        bounds = (frame.x[0], frame.y[0], frame.x[-1], frame.y[-1])
        # HoloViews takes the first row of a bare array to be the top one.
        element = hv.Image(frame.values[::-1], bounds=bounds, kdims=kdims, vdims=[vdim])
    else:
        columns = (frame.x, frame.y, frame.values)
        element = hv.QuadMesh(columns, kdims=kdims, vdims=[vdim])
    return element.opts(clone=False, backend=BACKEND, **_options(frame))


def _dimension(label: str, other: str = "") -> hv.Dimension:
    """Return the dimension of an axis; equal labels get different names."""
    return hv.Dimension(f"{label} " if label == other else label, label=label)


def _uniform(edges: Floats) -> bool:
    steps = np.diff(edges)
    return bool(np.allclose(steps, steps[0], rtol=1e-6, atol=0.0))


def _options(frame: ImageFrame) -> dict[str, object]:
    params = frame.params
    options: dict[str, object] = {
        **COMMON,
        "cmap": params.colour_map.value,
        "clim": frame.limits,
        "cnorm": params.scale.value,
        "colorbar": params.colour_bar,
        "title": frame.summary,
        "clabel": frame.value_label,
    }
    if params.scale is Scale.LOG:
        options["clipping_colors"] = {"min": "transparent", "NaN": "transparent"}
    if params.aspect is Aspect.EQUAL:
        options["data_aspect"] = 1
    return options


class ImagePlotter:
    """Shows one 2-D input as an image."""

    def compute(
        self, inputs: Sequence[PlotInput], params: ImageParams, view: View
    ) -> ImageFrame:
        """Return the frame of the only input.

        Raises
        ------
        ValueError
            If there is not exactly one input, or it has not two dims.
        """
        if len(inputs) != 1:
            names = ", ".join(entry.title for entry in inputs) or "nothing"
            raise ValueError(
                f"An image shows one source, but this layer has {names}. "
                "Give each source its own cell."
            )
        return image_frame(inputs[0], params)

    def draw(self, frame: ImageFrame) -> hv.Image | hv.QuadMesh:
        """Return the HoloViews element of a frame."""
        return draw_image(frame)
