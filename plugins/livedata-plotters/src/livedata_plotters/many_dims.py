"""Plotters of data with many dims: a slice, a flat image, one curve for each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import holoviews as hv
import numpy as np

from livedata_core.contract import PlotInput, Slider, View
from livedata_plotters.curves import Curve, CurvesFrame, draw_curves
from livedata_plotters.image import ImageFrame, draw_image, image_frame, only_input
from livedata_plotters.labels import humanise
from livedata_plotters.lines import curves_frame
from livedata_plotters.options import PALETTE, REGION_COLOURS
from livedata_plotters.params import FlattenParams, OverlayParams, Scale, SlicerParams
from livedata_plotters.rates import ShowsRates, per_second
from livedata_plotters.splitting import flattened, place_text, rows_of, sliced

__all__ = ["FlattenPlotter", "OverlayPlotter", "SlicerPlotter"]

MOST_CURVES = 20
"""Nobody tells more of them apart."""


class SlicerPlotter:
    """Shows one slice of 3-D data, or their sum, as an image.

    Each session moves its own slider; the parameters say where it begins.
    """

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
        if params.sum_all:
            frame = image_frame(sliced(entry, params.dim, None), params, view)
            dim = params.dim or entry.data.dims[0]
            return _headed(frame, f"{humanise(dim)}: sum of all")
        slider = _slider(entry, params, view)
        chosen = sliced(entry, slider.dim, slider.position)
        frame = replace(image_frame(chosen, params, view), sliders=(slider,))
        place = f"{slider.position} of 0 to {slider.size - 1}"
        where = f"{slider.text} ({place})" if slider.text else place
        return _headed(frame, f"{slider.title}: {where}")

    def draw(self, frame: ImageFrame) -> hv.Image | hv.QuadMesh:
        """Return the HoloViews element of a frame."""
        return draw_image(frame)

    def shown(
        self, inputs: Sequence[PlotInput], params: SlicerParams, view: View
    ) -> Sequence[PlotInput]:
        """Return the slice or the sum, for whoever saves it."""
        entry = only_input(inputs, "A slice")
        if params.sum_all:
            chosen = sliced(entry, params.dim, None)
        else:
            slider = _slider(entry, params, view)
            chosen = sliced(entry, slider.dim, slider.position)
        return per_second([chosen], wanted=params.rate)


def _slider(entry: PlotInput, params: SlicerParams, view: View) -> Slider:
    """Return where a session is along the dim that is sliced.

    Raises
    ------
    ValueError
        If the data have no such dim, or nothing along it.
    """
    data = entry.data
    dim = params.dim or "".join(data.dims[:1])
    size = data.sizes.get(dim, 0)
    if dim not in data.dims:
        sliced(entry, dim, 0)  # says which dims there are
    if size == 0:
        raise ValueError(f"{entry.title} has nothing along {dim!r} to be sliced.")
    default = min(params.position, size - 1)
    position = min(dict(view.sliders).get(dim, default), size - 1)
    text = place_text(data, dim, position)
    return Slider(dim, humanise(dim), size, position, default, text)


def _headed(frame: ImageFrame, text: str) -> ImageFrame:
    summary = f"{text} · {frame.summary}" if frame.summary else text
    return replace(frame, summary=summary)


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

    def shown(
        self, inputs: Sequence[PlotInput], params: FlattenParams, view: View
    ) -> Sequence[PlotInput]:
        """Return the flat data, for whoever saves them."""
        entry = flattened(only_input(inputs, "An image"), params.keep)
        return per_second([entry], wanted=params.rate)


class OverlayPlotter(ShowsRates):
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
            for number, where, data in rows_of(entry.data, entry.regions):
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
        frame = curves_frame(_told_apart(rows), params)
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


def _told_apart(rows: Sequence[PlotInput]) -> list[PlotInput]:
    """Return rows of which no two have one title: regions may have equal names."""
    titles = [row.title for row in rows]
    return [
        row
        if titles.count(row.title) == 1
        else replace(row, title=f"{row.title} ({number})")
        for number, row in enumerate(rows, start=1)
    ]


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
