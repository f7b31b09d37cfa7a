"""Shapes over other data: marks that stand still, and regions that a worker uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import holoviews as hv
import numpy as np

from livedata_core.contract import PlotInput, View
from livedata_plotters.labels import axis_label
from livedata_plotters.options import BACKEND, COMMON, PALETTE, REGION_COLOURS
from livedata_plotters.shape_params import (
    HorizontalLinesParams,
    MarkColour,
    RectanglesParams,
    RegionParams,
    VerticalLinesParams,
)

__all__ = [
    "HorizontalLinesPlotter",
    "MarksFrame",
    "RectanglesPlotter",
    "RegionsFrame",
    "RegionsPlotter",
    "VerticalLinesPlotter",
]

_COLOURS: Final = {
    MarkColour.ORANGE: PALETTE[1],
    MarkColour.BLUE: PALETTE[0],
    MarkColour.GREEN: PALETTE[2],
    MarkColour.PINK: PALETTE[3],
    MarkColour.GREY: PALETTE[6],
}
_PIECES: Final = 16
"""Of each edge of a polygon."""

_QUIET: Final = {**COMMON, "tools": [], "padding": 0, "title": ""}


@dataclass(frozen=True, slots=True)
class MarksFrame:
    """Marks: numbers for each, as the parameters have them."""

    marks: tuple[tuple[float, ...], ...]
    colour: str
    width: float


class _Still:
    """What marks have in common: they show no data."""

    def shown(
        self, inputs: Sequence[PlotInput], params: object, view: View
    ) -> Sequence[PlotInput]:
        """Return nothing to be saved."""
        return ()


class RectanglesPlotter(_Still):
    """Draws rectangles that stand still; the data are not looked at."""

    def compute(
        self, inputs: Sequence[PlotInput], params: RectanglesParams, view: View
    ) -> MarksFrame:
        """Return the rectangles."""
        colour = _COLOURS[params.colour]
        return MarksFrame(params.rectangles, colour, params.line_width)

    def draw(self, frame: MarksFrame) -> hv.Rectangles:
        """Return the HoloViews element of a frame."""
        shown = hv.Rectangles(list(frame.marks))
        return shown.opts(
            clone=False,
            backend=BACKEND,
            **_QUIET,
            fill_alpha=0.08,
            fill_color=frame.colour,
            line_color=frame.colour,
            line_width=frame.width,
        )


class VerticalLinesPlotter(_Still):
    """Draws vertical lines that stand still; the data are not looked at."""

    def compute(
        self, inputs: Sequence[PlotInput], params: VerticalLinesParams, view: View
    ) -> MarksFrame:
        """Return the lines."""
        marks = tuple((place,) for place in params.positions)
        return MarksFrame(marks, _COLOURS[params.colour], params.line_width)

    def draw(self, frame: MarksFrame) -> hv.VLines:
        """Return the HoloViews element of a frame."""
        return _lines(hv.VLines, frame)


class HorizontalLinesPlotter(_Still):
    """Draws horizontal lines that stand still; the data are not looked at."""

    def compute(
        self, inputs: Sequence[PlotInput], params: HorizontalLinesParams, view: View
    ) -> MarksFrame:
        """Return the lines."""
        marks = tuple((place,) for place in params.positions)
        return MarksFrame(marks, _COLOURS[params.colour], params.line_width)

    def draw(self, frame: MarksFrame) -> hv.HLines:
        """Return the HoloViews element of a frame."""
        return _lines(hv.HLines, frame)


def _lines(kind: type[hv.VLines | hv.HLines], frame: MarksFrame) -> hv.Element:
    shown = kind(np.array([place for (place,) in frame.marks], dtype=np.float64))
    return shown.opts(
        clone=False,
        backend=BACKEND,
        **_QUIET,
        color=frame.colour,
        line_width=frame.width,
        line_dash="dashed",
    )


@dataclass(frozen=True, slots=True, eq=False)
class RegionsFrame:
    """Regions as outlines.

    Attributes
    ----------
    outlines:
        Vertices x and y of each, closed by the plot.
    numbers:
        Their index on the wire.
    x_label, y_label:
        Quantity and unit of the axes.
    names:
        What is written at each, if anything.
    """

    outlines: tuple[tuple[np.ndarray, np.ndarray], ...]
    numbers: tuple[int, ...]
    x_label: str
    y_label: str
    names: tuple[str, ...]


class RegionsPlotter:
    """Draws the regions that a worker has accepted: rectangles or polygons."""

    def compute(
        self, inputs: Sequence[PlotInput], params: RegionParams, view: View
    ) -> RegionsFrame:
        """Return the outlines of all inputs.

        Raises
        ------
        ValueError
            If the data are no regions.
        """
        if not inputs:
            raise ValueError("This layer has no data to draw.")
        outlines: list[tuple[np.ndarray, np.ndarray]] = []
        numbers: list[int] = []
        names: list[str] = []
        labels = ("x", "y")
        for entry in inputs:
            data = entry.data
            missing = {"x", "y", "roi_index"} - set(data.coords)
            if data.ndim != 1 or missing:
                raise ValueError(f"{entry.title} has no regions of interest.")
            labels = (
                axis_label("x", data.coords["x"].unit),
                axis_label("y", data.coords["y"].unit),
            )
            x, y, index = (data.coords[name].values for name in ("x", "y", "roi_index"))
            for number in np.unique(index).tolist():
                mine = index == number
                numbers.append(int(number))
                name = entry.regions.get(number, f"Region {number + 1}")
                names.append(name if params.show_names else "")
                outlines.append(_outline(data.dim, x[mine], y[mine]))
        return RegionsFrame(
            tuple(outlines), tuple(numbers), *labels, names=tuple(names)
        )

    def draw(self, frame: RegionsFrame) -> hv.Overlay:
        """Return the HoloViews overlay of a frame."""
        kdims = [hv.Dimension("x", label=frame.x_label)]
        kdims.append(hv.Dimension("y", label=frame.y_label))
        colours = [
            REGION_COLOURS[number % len(REGION_COLOURS)] for number in frame.numbers
        ]
        paths = [
            {"x": x, "y": y, "colour": colour}
            for (x, y), colour in zip(frame.outlines, colours, strict=True)
        ]
        shown = hv.Polygons(paths, kdims, ["colour"]).opts(
            clone=False,
            backend=BACKEND,
            **_QUIET,
            fill_alpha=0.0,
            line_color="colour",
            line_width=2,
        )
        corners = [(x.min(), y.max()) for x, y in frame.outlines]
        at_x, at_y = (
            (np.array(part, float) for part in zip(*corners, strict=True))
            if (corners)
            else (np.empty(0), np.empty(0))
        )
        labels = hv.Labels((at_x, at_y, list(frame.names)), kdims, ["Name"]).opts(
            clone=False,
            backend=BACKEND,
            **_QUIET,
            text_align="left",
            text_baseline="top",
            text_font_size="10pt",
            text_color="black",
        )
        overlay = shown * labels
        return overlay.opts(clone=False, backend=BACKEND, show_legend=False)


def _outline(dim: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices; a rectangle comes as its two limits."""
    if dim != "bounds" or len(x) != 2:
        return _pieces(x.astype(np.float64)), _pieces(y.astype(np.float64))
    (left, right), (low, high) = sorted(x.tolist()), sorted(y.tolist())
    return np.array([left, right, right, left]), np.array([low, low, high, high])


def _pieces(corners: np.ndarray) -> np.ndarray:
    """Return each edge in short pieces: on a logarithmic axis it is curved."""
    after = np.roll(corners, -1)
    parts = np.linspace(corners, after, _PIECES, endpoint=False)
    pieces: np.ndarray = parts.T.ravel()
    return pieces
