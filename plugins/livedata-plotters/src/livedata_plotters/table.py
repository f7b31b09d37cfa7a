"""The table plotter: numbers in rows, one for each source or position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import holoviews as hv
import numpy as np

from livedata_core.contract import PlotInput, View
from livedata_plotters.arrays import axis_of, plain_values
from livedata_plotters.labels import number, unit_text
from livedata_plotters.options import BACKEND, COMMON
from livedata_plotters.params import TableParams
from livedata_plotters.rates import ShowsRates, per_second

__all__ = ["TableFrame", "TablePlotter"]


@dataclass(frozen=True, slots=True)
class TableFrame:
    """A table in words.

    Attributes
    ----------
    rows:
        Name and value of each row, the headings first.
    room:
        So many rows have room; what is beyond is told in the last.
    """

    rows: tuple[tuple[str, str], ...]
    room: int


class TablePlotter(ShowsRates):
    """Shows inputs as rows of name and value."""

    def compute(
        self, inputs: Sequence[PlotInput], params: TableParams, view: View
    ) -> TableFrame:
        """Return the table of all inputs.

        Raises
        ------
        ValueError
            If there is no input or one has more than one dim.
        """
        if not inputs:
            raise ValueError("This layer has no data to show.")
        rows: list[tuple[str, str]] = []
        for entry in per_second(inputs, wanted=params.rate):
            rows.extend(_rows(entry, len(inputs) > 1))
        left_out = len(rows) - params.rows
        if left_out > 0:
            rows = [*rows[: params.rows], (f"… and {left_out} more", "")]
        return TableFrame((("Name", "Value"), *rows), params.rows)

    def draw(self, frame: TableFrame) -> hv.Overlay:
        """Return the HoloViews overlay of a table."""
        kdims = [hv.Dimension("x", range=(0, 1)), hv.Dimension("y", range=(0, 1))]
        lines = max(len(frame.rows), min(frame.room, 8))
        heights = 1.0 - (np.arange(len(frame.rows)) + 0.5) / lines
        columns = zip(*frame.rows, strict=True)
        overlay = hv.Overlay(
            [
                _column(kdims, place, heights, list(texts), align)
                for place, texts, align in zip(
                    (0.03, 0.97), columns, ("left", "right"), strict=True
                )
            ]
        )
        return overlay.opts(clone=False, backend=BACKEND, show_legend=False)


def _column(
    kdims: list[hv.Dimension],
    place: float,
    heights: np.ndarray,
    texts: list[str],
    align: str,
) -> hv.Labels:
    places = np.full(len(texts), place)
    labels = hv.Labels((places, heights, texts), kdims, [f"Text {align}"])
    options = {**COMMON, "tools": [], "default_tools": []}
    return labels.opts(
        clone=False,
        backend=BACKEND,
        **options,
        text_align=align,
        text_font_size="11pt",
        text_color="black",
        xaxis=None,
        yaxis=None,
        xlim=(0, 1),
        ylim=(0, 1),
        padding=0,
        title="",
    )


def _rows(entry: PlotInput, several: bool) -> Iterator[tuple[str, str]]:
    data = entry.data
    unit = unit_text(data.unit)
    values = plain_values(data)
    if data.ndim == 0:
        yield entry.title, _value(float(values), unit)
        return
    if data.ndim > 1:
        raise ValueError(
            f"{entry.title} has {data.ndim} dimensions: a table shows one at most."
        )
    axis = axis_of(data, data.dim)
    for place, value in zip(axis.midpoints, values, strict=True):
        where = f"{axis.label} {place:.6g}"
        name = f"{entry.title}, {where}" if several else where
        yield name, _value(float(value), unit)


def _value(value: float, unit: str) -> str:
    return f"{number(value)} {unit}".strip() if np.isfinite(value) else "–"
