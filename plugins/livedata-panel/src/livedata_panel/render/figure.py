"""What the shell decides about every figure: size, tools, no colours of its own.

Colours and sizes of text belong to the theme of each session; whatever HoloViews
writes explicitly would hide it, so those properties are given back to the theme here.
"""

from __future__ import annotations

from bokeh.model import Model
from bokeh.models import (
    Axis,
    BasicTickFormatter,
    BoxZoomTool,
    DatetimeTickFormatter,
    NoOverlap,
    Plot,
    Text,
    WheelZoomTool,
)
from bokeh.models.annotations import ColorBar, Legend, Title

from livedata_panel.render.recorder import PLAIN_TEXT, text_colour

__all__ = ["EQUAL_ASPECT", "prepare"]

EQUAL_ASPECT = "equal-aspect"
"""Tag of plots whose pixels are to be equal in size; the browser sees to it."""

_SMALL, _LARGE = -4, 7
"""Powers of ten from which ticks are written with one: counts of a shift are not."""

_LABELS = ("axis_label_text_font_size", "major_label_text_font_size")
_THEMED: dict[type[Model], tuple[str, ...]] = {
    Axis: _LABELS,
    Title: ("text_font_size",),
    ColorBar: (
        "bar_line_color",
        "major_label_text_font_size",
        "major_tick_line_color",
        "title_text_font_size",
    ),
    Legend: ("label_text_font_size",),
}


def prepare(root: Model) -> None:
    """Set the shell's properties on a plot's models, before they are serialised."""
    for model in root.references():
        if isinstance(model, Text) and text_colour(model) == PLAIN_TEXT:
            _unset(model, "text_color")
        if isinstance(model, Axis):
            model.major_label_policy = NoOverlap(min_distance=6)
        if isinstance(model, DatetimeTickFormatter):
            model.strip_leading_zeros = ["microseconds", "milliseconds"]
        if isinstance(model, BasicTickFormatter):
            model.update(power_limit_low=_SMALL, power_limit_high=_LARGE)
        for kind, names in _THEMED.items():
            if isinstance(model, kind):
                for name in names:
                    _unset(model, name)
    if isinstance(root, Plot):
        _prepare_plot(root)


def _unset(model: Model, name: str) -> None:
    setattr(model, name, model.lookup(name).class_default(type(model)))


def _prepare_plot(plot: Plot) -> None:
    if plot.aspect_ratio is not None and EQUAL_ASPECT not in plot.tags:
        plot.tags = [*plot.tags, EQUAL_ASPECT]
    plot.update(
        aspect_ratio=None,
        width=None,
        height=None,
        sizing_mode="stretch_both",
        toolbar_location=None,
        lod_threshold=None,
        output_backend="canvas",
    )
    tools = plot.toolbar.tools
    zoom = next((tool for tool in tools if isinstance(tool, BoxZoomTool)), None)
    wheel = next((tool for tool in tools if isinstance(tool, WheelZoomTool)), None)
    plot.toolbar.logo = None
    if zoom is not None:
        plot.toolbar.active_drag = zoom
    if wheel is not None:
        plot.toolbar.active_scroll = wheel
