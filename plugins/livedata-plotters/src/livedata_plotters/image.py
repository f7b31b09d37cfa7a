"""The image plotter: values over two axes as colours.

Public, for plotters that draw on top of an image: `image_frame` and `draw_image`.
Rows run upwards: the first row is at the bottom unless its coordinate descends. An
image of more pixels than a screen is reduced to blocks; its tiles show single pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import holoviews as hv
import numpy as np
import numpy.typing as npt
import scipp as sc

from livedata_core.contract import OVERVIEW, PlotInput, Slider, View
from livedata_plotters.arrays import Axis, Floats, axis_of, limits, plain_values
from livedata_plotters.axes import dimensions, tick_options
from livedata_plotters.copied import Bounds, image_of
from livedata_plotters.labels import number, quantity_label
from livedata_plotters.options import BACKEND, COMMON, colours
from livedata_plotters.params import Aspect, ImageParams, Reduction, Scale
from livedata_plotters.rates import per_second
from livedata_plotters.reduction import Block, block_edges, block_for, reduce_blocks
from livedata_plotters.tiles import Tile, choose, positions, span

__all__ = [
    "MAX_SIDE",
    "MESH_SIDE",
    "ImageFrame",
    "ImagePlotter",
    "draw_image",
    "image_frame",
    "only_input",
]

MAX_SIDE = 1024
"""The most rows and columns of a frame: about those of a plot on a large screen."""

MESH_SIDE = 256
"""The same, squared, where pixels differ in size: browsers draw those one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageFrame:
    """An image, ready to be drawn.

    Attributes
    ----------
    values:
        float32 [row, column], columns to the right and rows upwards. Whole numbers
        are exact up to 2**24 (16,777,216); larger ones keep 7 digits.
    x, y:
        Ascending edges of columns [column + 1] and rows [row + 1]. Blocks at the far
        borders may be smaller.
    x_label, y_label, value_label:
        Quantity and unit; of blocks, also of how many pixels a value is made.
    limits:
        Values at both ends of the colour scale.
    summary:
        The total of all data in words, empty if it is not asked for or the values
        are not counts. Summed before the conversion to float32.
    params:
        As given.
    full_x, full_y:
        The edges of all pixels, shown or not.
    block:
        Rows and columns of pixels that make one value.
    tile:
        The part that is shown; None: all.
    sliders:
        The dims of which it shows one position.
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
    full_x: Floats
    full_y: Floats
    block: Block
    tile: Tile | None
    sliders: tuple[Slider, ...] = ()

    def tile_for(
        self, x: tuple[float, float], y: tuple[float, float]
    ) -> tuple[int, ...] | None:
        """Return the tile that shows a region in more detail; None: the whole does.

        Parameters
        ----------
        x, y:
            The limits of both axes, in their units.
        """
        side = _side(self.full_x, self.full_y)
        row, column = positions(self.tile)
        height, width = len(self.full_y) - 1, len(self.full_x) - 1
        rows = choose(_pixels(self.full_y, y), height, side, row)
        columns = choose(_pixels(self.full_x, x), width, side, column)
        tile = (*rows, *columns)
        whole = _Part.of(self.full_x, self.full_y, None)
        finer = _Part.of(self.full_x, self.full_y, tile).block != whole.block
        return tile if finer else None


@dataclass(frozen=True, slots=True)
class _Part:
    """Pixels that are shown, half open, and how many are joined."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    block: Block

    @classmethod
    def of(cls, x: Floats, y: Floats, tile: Tile | None) -> _Part:
        """Return the part of a tile, grown to whole blocks of the image's grid."""
        side = _side(x, y)
        height, width = len(y) - 1, len(x) - 1
        row, column = positions(tile)
        rows = span(height, side, *row)
        columns = span(width, side, *column)
        shape = (rows[1] - rows[0], columns[1] - columns[0])
        n, m = block = block_for(shape, MAX_SIDE, side * side)
        return cls(_grown(rows, n, height), _grown(columns, m, width), block)


def _grown(part: tuple[int, int], block: int, size: int) -> tuple[int, int]:
    return part[0] // block * block, min(-(-part[1] // block) * block, size)


def _side(x: Floats, y: Floats) -> int:
    return MAX_SIDE if _uniform(x) and _uniform(y) else MESH_SIDE


def _pixels(edges: Floats, limits: tuple[float, float]) -> tuple[float, float]:
    """Return where limits lie, in pixels, rounded outwards."""
    low, high = sorted(limits)
    first = int(np.searchsorted(edges, low, side="right")) - 1
    after = int(np.searchsorted(edges, high, side="left"))
    return float(first), float(after)


def image_frame(
    entry: PlotInput, params: ImageParams, view: View = OVERVIEW
) -> ImageFrame:
    """Return the frame of a 2-D input: its last dim runs to the right.

    It has at most `MAX_SIDE` rows and columns, and at most `MESH_SIDE` squared values
    where pixels differ in size; larger images are reduced to blocks. A tile of blocks
    may have one row and column more, so that its blocks are those of the whole.

    Raises
    ------
    ValueError
        If the data do not have two dims or have no pixels.
    """
    (entry,) = per_second([entry], wanted=params.rate)
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
    part = _Part.of(x, y, view.tile)
    how = _reduction(data, params.reduction)
    shown = exact[rows, columns][slice(*part.rows), slice(*part.columns)]
    reduced = reduce_blocks(shown, part.block, how)
    values = np.ascontiguousarray(reduced, dtype=np.float32)
    return ImageFrame(
        values=values,
        x=block_edges(x[part.columns[0] : part.columns[1] + 1], part.block[1]),
        y=block_edges(y[part.rows[0] : part.rows[1] + 1], part.block[0]),
        x_label=params.axes.x_label or column.label,
        y_label=params.axes.y_label or row.label,
        value_label=_value_label(entry, part.block, how, params.axes.value_label),
        limits=limits(values, params.scale, params.low, params.high),
        summary=_total(exact, data.unit) if params.show_total else "",
        params=params,
        full_x=x,
        full_y=y,
        block=part.block,
        tile=view.tile,
    )


def _reduction(data: sc.DataArray, asked: Reduction) -> Reduction:
    """Return how pixels are joined: counts are summed, peaks of all else are kept."""
    if asked is not Reduction.AUTO:
        return asked
    whole = data.dtype in (sc.DType.int64, sc.DType.int32)
    bare = data.unit is None or data.unit == sc.units.one
    counts = data.unit == sc.units.counts or (bare and whole)
    return Reduction.SUM if counts else Reduction.MAX


_JOINED = {
    Reduction.SUM: "sum of",
    Reduction.MAX: "largest of",
    Reduction.MEAN: "mean of",
}


def _value_label(entry: PlotInput, block: Block, how: Reduction, own: str) -> str:
    """Return quantity and unit, or an own text, and what a block is, columns first."""
    label = own or quantity_label([entry])
    if block == (1, 1):
        return label
    rows, columns = block
    return f"{label}, {_JOINED[how]} {columns} × {rows} pixels"


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
    if _uniform(frame.full_x) and _uniform(frame.full_y):
        labels = (frame.x_label, frame.y_label, frame.value_label)
        element = image_of(frame.values, _bounds(frame), labels)
    else:
        *kdims, vdim = dimensions(
            (frame.x_label, None),
            (frame.y_label, None),
            (frame.value_label, frame.limits),
        )
        columns = (frame.x, frame.y, frame.values)
        element = hv.QuadMesh(columns, kdims=kdims, vdims=[vdim])
    return element.opts(clone=False, backend=BACKEND, **_options(frame))


def _bounds(frame: ImageFrame) -> Bounds:
    """Return left, bottom, right and top of equal blocks.

    A smaller block at the border is drawn whole; the limits of the axes cut it.
    """
    right, top = float(frame.x[-1]), float(frame.y[-1])
    rows, columns = frame.block
    if columns > 1:
        pixel = (frame.full_x[-1] - frame.full_x[0]) / (len(frame.full_x) - 1)
        right = float(frame.x[0] + pixel * columns * (len(frame.x) - 1))
    if rows > 1:
        pixel = (frame.full_y[-1] - frame.full_y[0]) / (len(frame.full_y) - 1)
        top = float(frame.y[0] + pixel * rows * (len(frame.y) - 1))
    return float(frame.x[0]), float(frame.y[0]), right, top


def _uniform(edges: Floats) -> bool:
    steps = np.diff(edges)
    return bool(np.allclose(steps, steps[0], rtol=1e-6, atol=0.0))


def _options(frame: ImageFrame) -> dict[str, object]:
    params = frame.params
    options: dict[str, object] = {
        **COMMON,
        "cmap": colours(params.colour_map.value),
        "clim": frame.limits,
        "cnorm": params.scale.value,
        "colorbar": params.colour_bar,
        "title": frame.summary,
        "clabel": frame.value_label,
        **_ticks(params),
    }
    axes = params.axes
    given = (axes.x_low, axes.x_high), (axes.y_low, axes.y_high)
    asked = any(end is not None for pair in given for end in pair)
    if asked or frame.block != (1, 1) or frame.tile is not None:
        options["xlim"] = limits(frame.full_x[[0, -1]], Scale.LINEAR, *given[0])
        options["ylim"] = limits(frame.full_y[[0, -1]], Scale.LINEAR, *given[1])
    if params.scale is Scale.LOG:
        options["clipping_colors"] = {"min": "transparent", "NaN": "transparent"}
    if params.aspect is Aspect.EQUAL:
        options["data_aspect"] = 1
    return options


def _ticks(params: ImageParams) -> dict[str, object]:
    axes = params.axes
    bar = [("colorbar", axes.value_ticks)] if params.colour_bar else []
    return tick_options([("xaxis", axes.x_ticks), ("yaxis", axes.y_ticks), *bar])


def only_input(inputs: Sequence[PlotInput], what: str) -> PlotInput:
    """Return the only input.

    Raises
    ------
    ValueError
        If there is not exactly one.
    """
    if len(inputs) != 1:
        names = ", ".join(entry.title for entry in inputs) or "nothing"
        raise ValueError(
            f"{what} shows one source, but this layer has {names}. "
            "Give each source its own cell."
        )
    return inputs[0]


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
        return image_frame(only_input(inputs, "An image"), params, view)

    def draw(self, frame: ImageFrame) -> hv.Image | hv.QuadMesh:
        """Return the HoloViews element of a frame."""
        return draw_image(frame)
