"""How figures look in light and dark: Bokeh themes, one object each per process.

Backgrounds are transparent, the page's own colours shine through. The page's colours
are in ``static/css/tokens.css``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from bokeh.model import Model
from bokeh.themes import Theme

__all__ = ["THEME_NAMES", "Themed", "figure_theme", "themed_values"]

THEME_NAMES = ("light", "dark")

FONT = "system-ui, sans-serif"
_TEXT = {"light": "#1c2127", "dark": "#e6e9ee"}
TEXT_COLOURS = frozenset(_TEXT.values())
"""Of text in all themes."""
_MUTED = {"light": "#525c69", "dark": "#a3adba"}
_LINE = {"light": "#9aa4b1", "dark": "#5c6773"}
_GRID = {"light": "#e3e7ec", "dark": "#2c333c"}


@cache
def figure_theme(name: str, *, large: bool = False) -> Theme:
    """Return the Bokeh theme of that name, ``light`` or ``dark``.

    With `large`, text is for very large screens.
    """
    return Theme(json={"attrs": _values(name, large)})


class Themed(NamedTuple):
    """What a theme makes of a property, and what it is without one."""

    value: Any
    default: Any


@cache
def themed_values(name: str, large: bool, model: str) -> Mapping[str, Themed]:
    """Return what a theme sets of models of one kind, by property.

    Parameters
    ----------
    name, large:
        The theme, as for `figure_theme`.
    model:
        Name of the kind, as it is serialised.
    """
    kind = Model.model_class_reverse_map.get(model)
    if kind is None:
        return {}
    values, merged = _values(name, large), dict[str, Any]()
    for base in reversed(kind.__mro__):
        merged |= values.get(base.__name__, {})
    return {
        key: Themed(value, kind.lookup(key).class_default(kind))
        for key, value in merged.items()
    }


_LEGEND = {
    "background_fill_alpha": 0,
    "border_line_color": None,
    "margin": 0,
    "padding": 4,
    "spacing": 12,
    "glyph_height": 14,
    "glyph_width": 18,
    "label_height": 14,
    "label_standoff": 5,
}
"""What is the same in each theme."""


@cache
def _values(name: str, large: bool) -> dict[str, dict[str, Any]]:
    text, muted, line, grid = _TEXT[name], _MUTED[name], _LINE[name], _GRID[name]
    label, tick = ("19px", "17px") if large else ("14px", "12px")
    bar = {
        "title_text_color": text,
        "title_text_font": FONT,
        "title_text_font_style": "normal",
        "title_text_font_size": label,
        "major_label_text_color": muted,
        "major_label_text_font": FONT,
        "major_label_text_font_size": tick,
        "major_tick_line_color": None,
        "bar_line_color": None,
        "background_fill_alpha": 0,
        "width": 20 if large else 14,
        "padding": 6,
        "label_standoff": 6,
    }
    return {
        "Plot": {
            "background_fill_alpha": 0,
            "border_fill_alpha": 0,
            "outline_line_color": None,
            "min_border": 6,
        },
        "Axis": {
            "axis_label_text_color": text,
            "axis_label_text_font": FONT,
            "axis_label_text_font_size": label,
            "axis_label_text_font_style": "normal",
            "major_label_text_color": muted,
            "major_label_text_font": FONT,
            "major_label_text_font_size": tick,
            "axis_line_color": line,
            "major_tick_line_color": line,
            "minor_tick_line_color": None,
            "major_tick_in": 0,
            "major_tick_out": 4,
        },
        "Text": {"text_color": text},
        "Grid": {"grid_line_color": grid},
        "Title": {
            "text_color": muted,
            "text_font": FONT,
            "text_font_size": label,
            "text_font_style": "normal",
        },
        "ColorBar": bar,
        "BaseColorBar": bar,
        "Legend": {
            "label_text_color": text,
            "label_text_font": FONT,
            "label_text_font_size": tick,
            **_LEGEND,
        },
    }
