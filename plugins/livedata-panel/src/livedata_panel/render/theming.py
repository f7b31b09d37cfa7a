"""A theme applied to a figure's serialised form, without making its models again.

Themes reach models through their document; giving a copy of a plot's models to a
document, only to write down what it looks like, takes a hundred times as long.
"""

from __future__ import annotations

from typing import Any

from livedata_panel.figure_theme import themed_values

__all__ = ["themed"]


def themed(content: Any, theme: str, *, large: bool) -> Any:
    """Return serialised models as they are in a document of a theme.

    What a model sets itself stays, unless it is the default. `content` is not changed.

    Parameters
    ----------
    content:
        What Bokeh's serialiser made of a model.
    theme, large:
        The theme, as for `livedata_panel.figure_theme.figure_theme`.
    """
    if isinstance(content, list):
        return [themed(item, theme, large=large) for item in content]
    if not isinstance(content, dict):
        return content
    copy = {key: themed(item, theme, large=large) for key, item in content.items()}
    if copy.get("type") == "object" and "id" in copy:
        own = copy.setdefault("attributes", {})
        for name, value in themed_values(theme, large, copy["name"]).items():
            # Bokeh does not tell a default from a default that was set.
            if _plain(own.get(name, value.default)) == value.default:
                own[name] = value.value
    return copy


def _plain(value: Any) -> Any:
    """Return a value of a glyph that is the same for all data as it is elsewhere."""
    if isinstance(value, dict) and value.get("type") == "value":
        return value.get("value")
    return value
