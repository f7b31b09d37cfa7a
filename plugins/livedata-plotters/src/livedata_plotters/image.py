"""The image plotter: values over two axes as colours.

Public, for plotters that draw on top of an image: `image_frame` and `draw_image`.
Rows run upwards: the first row is at the bottom unless its coordinate descends. An
image of more pixels than a screen is reduced to blocks; its tiles show single pixels.
On a logarithmic axis, pixels that are not above zero are left out, and it says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import holoviews as hv
import numpy as np
import numpy.typing as npt
import scipp as sc
from holoviews.core.util import dimension_sanitizer

from livedata_core.contract import OVERVIEW, PlotAxis, PlotInput, Slider, View
from livedata_plotters.arrays import Floats, axis_of, limits, plain_values
from livedata_plotters.axes import dimensions, tick_options
from livedata_plotters.copied import Bounds, image_of
from livedata_plotters.image_axes import ImageAxis, image_axis, is_uniform, taken
from livedata_plotters.labels import number, quantity_label
from livedata_plotters.options import BACKEND, COMMON, colours
from livedata_plotters.params import Aspect, ImageParams, Reduction, Scale
from livedata_plotters.rates import ShowsRates, per_second
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

_X_PLACE, _Y_PLACE = "Place along x", "Place along y"


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
    mesh:
        Whether pixels are drawn one by one: they differ in size, or look as if.
    places:
        Where the pixels shown were measured along x and y; None: in their middle.
    sliders:
        The dims of which it shows one position.
    axes:
        What the axes are, whatever they are called.
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
    mesh: bool
    places: tuple[Floats | None, Floats | None] = (None, None)
    sliders: tuple[Slider, ...] = ()
    axes: tuple[PlotAxis, PlotAxis] | None = None

    def tile_for(
        self, x: tuple[float, float], y: tuple[float, float]
    ) -> tuple[int, ...] | None:
        """Return the tile that shows a region in more detail; None: the whole does.

        Parameters
        ----------
        x, y:
            The limits of both axes, in their units.
        """
        side = _side(mesh=self.mesh)
        row, column = positions(self.tile)
        height, width = len(self.full_y) - 1, len(self.full_x) - 1
        rows = choose(_pixels(self.full_y, y), height, side, row)
        columns = choose(_pixels(self.full_x, x), width, side, column)
        tile = (*rows, *columns)
        whole = _Part.of((height, width), side, None)
        finer = _Part.of((height, width), side, tile).block != whole.block
        return tile if finer else None


@dataclass(frozen=True, slots=True)
class _Part:
    """Pixels that are shown, half open, and how many are joined."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    block: Block

    @property
    def slices(self) -> tuple[slice, slice]:
        """Its rows and columns."""
        return slice(*self.rows), slice(*self.columns)

    @classmethod
    def of(cls, whole: tuple[int, int], side: int, tile: Tile | None) -> _Part:
        """Return the part of a tile, grown to whole blocks of the image's grid."""
        height, width = whole
        row, column = positions(tile)
        rows = span(height, side, *row)
        columns = span(width, side, *column)
        shape = (rows[1] - rows[0], columns[1] - columns[0])
        n, m = block = block_for(shape, MAX_SIDE, side * side)
        return cls(_grown(rows, n, height), _grown(columns, m, width), block)


def _grown(part: tuple[int, int], block: int, size: int) -> tuple[int, int]:
    return part[0] // block * block, min(-(-part[1] // block) * block, size)


def _side(*, mesh: bool) -> int:
    return MESH_SIDE if mesh else MAX_SIDE


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
    x, y = image_axis(column, params.x_scale), image_axis(row, params.y_scale)
    linear = params.x_scale is params.y_scale is Scale.LINEAR
    mesh = not (linear and is_uniform(x.edges) and is_uniform(y.edges))
    shown = taken(exact, y, x)
    part = _Part.of((shown.shape[0], shown.shape[1]), _side(mesh=mesh), view.tile)
    how = _reduction(data, params.reduction)
    reduced = reduce_blocks(shown[part.slices], part.block, how)
    values = np.ascontiguousarray(reduced, dtype=np.float32)
    total = _total(exact, data.unit) if params.show_total else ""
    summary = [total, _left_out(x, "column"), _left_out(y, "row")]
    return ImageFrame(
        values=values,
        x=block_edges(x.edges[part.columns[0] : part.columns[1] + 1], part.block[1]),
        y=block_edges(y.edges[part.rows[0] : part.rows[1] + 1], part.block[0]),
        x_label=params.axes.x_label or column.label,
        y_label=params.axes.y_label or row.label,
        value_label=_value_label(entry, part.block, how, params.axes.value_label),
        limits=limits(values, params.scale, params.low, params.high),
        summary=" · ".join(filter(None, summary)),
        params=params,
        full_x=x.edges,
        full_y=y.edges,
        block=part.block,
        tile=view.tile,
        mesh=mesh,
        places=_places(x, y, part),
        axes=(column.of_plot, row.of_plot),
    )


def _left_out(axis: ImageAxis, what: str) -> str:
    """Return in words what a logarithmic axis cannot show; empty: nothing."""
    if axis.empty:
        return f"no {what}s above zero"
    many = "" if axis.left_out == 1 else "s"
    return f"{axis.left_out} {what}{many} not above zero" if axis.left_out else ""


def _places(
    x: ImageAxis, y: ImageAxis, part: _Part
) -> tuple[Floats | None, Floats | None]:
    """Return where pixels were measured; of blocks, their middle has to do."""
    if part.block != (1, 1):
        return None, None
    along_x = None if x.places is None else x.places[slice(*part.columns)]
    along_y = None if y.places is None else y.places[slice(*part.rows)]
    return along_x, along_y


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


def _total(values: npt.NDArray[np.generic], unit: sc.Unit | None) -> str:
    if unit != sc.units.counts:
        return ""
    return f"Total {number(float(np.nansum(values)))} counts"


def draw_image(frame: ImageFrame) -> hv.Image | hv.QuadMesh:
    """Return the element of a frame: a QuadMesh where pixels differ in size."""
    if frame.mesh:
        return _draw_mesh(frame)
    labels = (frame.x_label, frame.y_label, frame.value_label)
    element = image_of(frame.values, _bounds(frame), labels)
    return element.opts(clone=False, backend=BACKEND, **_options(frame))


def _draw_mesh(frame: ImageFrame) -> hv.QuadMesh:
    """Return a mesh, which tells where pixels were measured if not in their middle."""
    along_x, along_y = frame.places
    shape = frame.values.shape
    hovered = {
        _X_PLACE: None if along_x is None else np.broadcast_to(along_x, shape),
        _Y_PLACE: None if along_y is None else np.broadcast_to(along_y[:, None], shape),
    }
    known = {name: places for name, places in hovered.items() if places is not None}
    x, y, value, *others = dimensions(
        (frame.x_label, None),
        (frame.y_label, None),
        (frame.value_label, frame.limits),
        *((name, None) for name in known),
    )
    columns = (frame.x, frame.y, frame.values, *known.values())
    element = hv.QuadMesh(columns, kdims=[x, y], vdims=[value, *others])
    options = _options(frame)
    if known:
        places = dict(zip(known, others, strict=True))
        shown = (places.get(_X_PLACE, x), places.get(_Y_PLACE, y), value)
        labels = (frame.x_label, frame.y_label, frame.value_label)
        options["hover_tooltips"] = [
            (label, f"@{{{dimension_sanitizer(dim.name)}}}")
            for label, dim in zip(labels, shown, strict=True)
        ]
    return element.opts(clone=False, backend=BACKEND, **options)


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
    scales = params.x_scale, params.y_scale
    log = Scale.LOG in scales
    if asked or log or frame.block != (1, 1) or frame.tile is not None:
        options["xlim"] = limits(frame.full_x[[0, -1]], scales[0], *given[0])
        options["ylim"] = limits(frame.full_y[[0, -1]], scales[1], *given[1])
    if log:
        options["logx"], options["logy"] = (scale is Scale.LOG for scale in scales)
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


class ImagePlotter(ShowsRates):
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
