"""Plotters of data with many dims: a slice, a flat image, one curve for each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import holoviews as hv
import numpy as np

from livedata_core.contract import PlotInput, View
from livedata_plotters.curves import Curve, CurvesFrame, draw_curves
from livedata_plotters.image import ImageFrame, draw_image, image_frame, only_input
from livedata_plotters.labels import humanise
from livedata_plotters.lines import curves_frame
from livedata_plotters.options import PALETTE, REGION_COLOURS
from livedata_plotters.params import FlattenParams, OverlayParams, Scale, SlicerParams
from livedata_plotters.rates import per_second
from livedata_plotters.splitting import flattened, rows_of, sliced

__all__ = ["FlattenPlotter", "OverlayPlotter", "SlicerPlotter"]

MOST_CURVES = 20
"""Nobody tells more of them apart."""


class SlicerPlotter:
    """Shows one slice of 3-D data, or their sum, as an image."""

    def compute(
        self, inputs: Sequence[PlotInput], params: SlicerParams, view: View
    ) -> ImageFrame:
        """Return the frame of the slice.

        Raises
        ------
        ValueError
            If there is not exactly one input or no such dim.
        """
        entry = only_input(inputs, "A slice")
        index = None if params.sum_all else params.position
        chosen = sliced(entry, params.dim, index)
        frame = image_frame(chosen, params, view)
        dim = params.dim or entry.data.dims[0]
        last = entry.data.sizes[dim] - 1
        where = "sum of all" if index is None else f"{min(index, last)} of 0 to {last}"
        text = f"{humanise(dim)}: {where}"
        return replace(
            frame, summary=f"{text} · {frame.summary}" if frame.summary else text
        )

    def draw(self, frame: ImageFrame) -> hv.Image | hv.QuadMesh:
        """Return the HoloViews element of a frame."""
        return draw_image(frame)


class FlattenPlotter:
    """Shows data of two or more dims as one image, dims joined row by row."""

    def compute(
        self, inputs: Sequence[PlotInput], params: FlattenParams, view: View
    ) -> ImageFrame:
        """Return the frame of the flat image.

        Raises
        ------
        ValueError
            If there is not exactly one input or it has not such dims.
        """
        entry = only_input(inputs, "An image")
        return image_frame(flattened(entry, params.keep), params, view)

    def draw(self, frame: ImageFrame) -> hv.Image | hv.QuadMesh:
        """Return the HoloViews element of a frame."""
        return draw_image(frame)


class OverlayPlotter:
    """Shows each row of 2-D data as a curve, such as spectra of regions."""

    def compute(
        self, inputs: Sequence[PlotInput], params: OverlayParams, view: View
    ) -> CurvesFrame:
        """Return the frame of all rows.

        Raises
        ------
        ValueError
            If an input is not 2-D, they do not share an axis or a unit, or there are
            too many rows.
        """
        inputs = per_second(inputs, wanted=params.rate)
        numbers: list[int] = []
        rows: list[PlotInput] = []
        for entry in inputs:
            if entry.data.ndim != 2:
                raise ValueError(
                    f"{entry.title} has {entry.data.ndim} dimensions: it has no rows "
                    "that could be shown as curves."
                )
            for number, where, data in rows_of(entry.data):
                title = where if len(inputs) == 1 else f"{entry.title}, {where}"
                numbers.append(number)
                rows.append(replace(entry, data=data, title=title))
        if len(rows) > MOST_CURVES:
            raise ValueError(
                f"There are {len(rows)} curves; no more than {MOST_CURVES} can be told "
                "apart. Show an image in their place."
            )
        if not rows:
            return _nothing(inputs)
        frame = curves_frame(rows, params)
        regions = inputs[0].data.dims[0] == "roi"
        palette = REGION_COLOURS if regions else PALETTE
        curves = tuple(
            replace(curve, colour=palette[number % len(palette)])
            for number, curve in zip(numbers, frame.curves, strict=True)
        )
        return replace(frame, curves=curves)

    def draw(self, frame: CurvesFrame) -> hv.Overlay:
        """Return the HoloViews overlay of a frame."""
        return draw_curves(frame)


def _nothing(inputs: Sequence[PlotInput]) -> CurvesFrame:
    """Return empty axes: regions, for example, may be drawn at any time."""
    data = inputs[0].data if inputs else None
    dims = data.dims if data is not None else ("", "")
    name = "regions drawn" if dims[0] == "roi" else "data"
    empty = np.empty(0)
    return CurvesFrame(
        curves=(Curve(f"No {name}", empty, empty),),
        x_label=humanise(dims[-1]) or "x",
        y_label="Value",
        x_limits=(0.0, 1.0),
        y_limits=(0.0, 1.0),
        scale=Scale.LINEAR,
    )
