"""The number plotter: the latest value, large, over how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import holoviews as hv
import numpy as np

from livedata_core.contract import PlotInput, View
from livedata_plotters.arrays import Floats, plain_values
from livedata_plotters.labels import number, unit_text
from livedata_plotters.options import BACKEND, COMMON, PALETTE
from livedata_plotters.params import NumberParams
from livedata_plotters.rates import ShowsRates, per_second

__all__ = ["NumberFrame", "NumberPlotter"]

MOST_POINTS = 600
_GAP = np.array([np.nan])


@dataclass(frozen=True, slots=True, eq=False)
class NumberFrame:
    """Numbers in rows of equal height in a square from 0 to 1.

    Attributes
    ----------
    texts, names:
        The value with its unit and what it is, one for each row.
    middles:
        Heights of the middles of the rows.
    x, y:
        The history of all rows as one curve, a NaN between rows.
    size:
        Of the text, in points.
    """

    texts: tuple[str, ...]
    names: tuple[str, ...]
    middles: Floats
    x: Floats
    y: Floats
    size: int


class NumberPlotter(ShowsRates):
    """Shows the latest value of each input with a sparkline of its history."""

    def compute(
        self, inputs: Sequence[PlotInput], params: NumberParams, view: View
    ) -> NumberFrame:
        """Return the frame of all inputs.

        Raises
        ------
        ValueError
            If there is no input or one is no number over time.
        """
        if not inputs:
            raise ValueError("This layer has no data to show.")
        inputs = per_second(inputs, wanted=params.rate)
        rows = len(inputs)
        height = 1.0 / rows
        xs: list[Floats] = []
        ys: list[Floats] = []
        texts: list[str] = []
        for row, entry in enumerate(inputs):
            values = _values(entry)
            texts.append(_text(values, entry, params))
            bottom = 1.0 - (row + 1) * height
            x, y = _spark(values if params.sparkline else values[:0])
            xs.extend((x, _GAP))
            ys.extend((bottom + height * (0.04 + 0.32 * y), _GAP))
        several = rows > 1
        return NumberFrame(
            texts=tuple(texts),
            names=tuple(entry.title if several else "" for entry in inputs),
            middles=1.0 - height * (np.arange(rows, dtype=np.float64) + 0.36),
            x=np.concatenate(xs),
            y=np.concatenate(ys),
            size=_size(rows, max(map(len, texts))),
        )

    def draw(self, frame: NumberFrame) -> hv.Overlay:
        """Return the HoloViews overlay of a frame."""
        rows = len(frame.texts)
        kdims = [hv.Dimension("x", range=(0, 1)), hv.Dimension("y", range=(0, 1))]
        curve = hv.Curve((frame.x, frame.y), kdims[:1], kdims[1:])
        middle = np.full(rows, 0.5)
        below = frame.middles + 0.28 / rows
        sizes = [f"{frame.size}pt"] * rows
        columns = (middle, frame.middles, list(frame.texts), sizes)
        value = hv.Labels(columns, kdims, ["Value", "Size"])
        name = hv.Labels((middle, below, list(frame.names)), kdims, ["Name"])
        plain = {**COMMON, "tools": [], "default_tools": []}
        shared = {
            **plain,
            "xaxis": None,
            "yaxis": None,
            "xlim": (0, 1),
            "ylim": (0, 1),
            "padding": 0,
            "title": "",
        }
        options = {"clone": False, "backend": BACKEND, **shared}
        overlay = (
            curve.opts(**options, color=PALETTE[0], line_width=1.5)
            * value.opts(
                **options,
                text_font_size=hv.dim("Size"),
                text_font_style="bold",
                text_color="black",
            )
            * name.opts(**options, text_font_size="11pt", text_color="black")
        )
        return overlay.opts(clone=False, backend=BACKEND, show_legend=False)


_SIZES = ((6, 44), (10, 34), (14, 26), (20, 20))
"""Characters that fit at a size; few steps, so that a reading seldom jumps."""


def _size(rows: int, characters: int) -> int:
    size = next((size for most, size in _SIZES if characters <= most), 14)
    return max(12, min(size, 60 // rows))


def _values(entry: PlotInput) -> Floats:
    if entry.data.ndim > 1 or (entry.data.ndim == 1 and entry.data.dim != "time"):
        raise ValueError(
            f"{entry.title} is no single number: it has the dimensions "
            f"{', '.join(entry.data.dims)}."
        )
    return np.atleast_1d(plain_values(entry.data)).astype(np.float64)


def _text(values: Floats, entry: PlotInput, params: NumberParams) -> str:
    if not len(values) or not np.isfinite(values[-1]):
        return "–"
    value, unit = float(values[-1]), unit_text(entry.data.unit)
    digits = params.digits
    shown = number(value) if digits is None else f"{value:,.{digits}f}"
    return f"{shown} {unit}".strip()


def _spark(values: Floats) -> tuple[Floats, Floats]:
    """Return a curve in the square from 0 to 1; a constant lies in the middle."""
    shown = values[-MOST_POINTS:]
    if len(shown) < 2 or not np.isfinite(shown).any():
        return np.empty(0), np.empty(0)
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    span = high - low
    y = (shown - low) / span if span > 0 else np.where(np.isfinite(shown), 0.5, np.nan)
    return np.linspace(0.04, 0.96, len(shown)), y
