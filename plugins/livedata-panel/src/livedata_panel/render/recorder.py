"""Notes which properties of a plot's models an update changes. Compute thread only."""

from __future__ import annotations

from bokeh.core.property.vectorization import Value
from bokeh.core.types import ID
from bokeh.document import Document
from bokeh.document.events import DocumentChangedEvent, ModelChangedEvent
from bokeh.model import Model
from bokeh.models import Axis, Plot, Text, Toolbar
from bokeh.models.annotations import ColorBar, Legend, Title

from livedata_panel.figure_theme import TEXT_COLOURS
from livedata_panel.render.patch import plain

__all__ = ["PLAIN_TEXT", "ModelRecorder", "is_shell_owned", "text_colour"]

PLAIN_TEXT = "black"
"""Text that a plotter draws in it has the theme's colour in its place."""

_THEMES_TEXT = TEXT_COLOURS | {
    PLAIN_TEXT,
    Text.lookup("text_color").class_default(Text),
}

_SHELL_OWNED: dict[type[Model], frozenset[str]] = {
    Plot: frozenset(
        {
            "aspect_ratio",
            "height",
            "hold_render",
            "lod_threshold",
            "output_backend",
            "sizing_mode",
            "toolbar_location",
            "width",
        }
    ),
    Toolbar: frozenset(
        {"active_drag", "active_inspect", "active_scroll", "active_tap"}
    ),
    Axis: frozenset({"axis_label_text_font_size", "major_label_text_font_size"}),
    Title: frozenset({"text_font_size"}),
    ColorBar: frozenset({"major_label_text_font_size", "title_text_font_size"}),
    Legend: frozenset({"label_text_font_size"}),
}


def is_shell_owned(model: Model, name: str) -> bool:
    """Return whether the shell or a session's theme sets a property.

    What HoloViews makes of it is not heeded. Properties of the same name elsewhere,
    such as the width of bars, are part of the picture.
    """
    if isinstance(model, Text) and name == "text_color":
        return text_colour(model) in _THEMES_TEXT
    return any(
        name in names for kind, names in _SHELL_OWNED.items() if isinstance(model, kind)
    )


def text_colour(model: Text) -> str:
    """Return the one colour of a text; empty where it follows from data."""
    colour = model.text_color
    value = colour.value if isinstance(colour, Value) else colour
    return value if isinstance(value, str) else ""


class ModelRecorder:
    """Holds a plot's models in a document of their own and listens to it."""

    def __init__(self, root: Model, document: Document) -> None:
        self.document = document
        self.document.add_root(root)
        self.document.on_change(self._note)
        self._touched: dict[tuple[str, str], None] = {}

    def _note(self, event: DocumentChangedEvent) -> None:
        model = getattr(event, "model", None)
        # Every event about a property names its model; a column update is one too.
        if isinstance(model, Model):
            name = event.attr if isinstance(event, ModelChangedEvent) else "data"
            if not is_shell_owned(model, name):
                self._touched[(model.id, name)] = None

    def take(self) -> tuple[tuple[str, str], ...]:
        """Return what was touched since the last call, each once, in order."""
        touched = tuple(self._touched)
        self._touched.clear()
        return touched

    def values(self) -> dict[tuple[str, str], object]:
        """Return what is set of all models, by model and property, detached."""
        return {
            (model.id, name): plain(value)
            for model in self.document.models
            for name, value in model.properties_with_values(
                include_defaults=False
            ).items()
        }

    def model_ids(self) -> frozenset[str]:
        """Return the ids of all models that the plot has now."""
        return frozenset(model.id for model in self.document.models)

    def model(self, model_id: str) -> Model:
        """Return the model of that id.

        Raises
        ------
        KeyError
            If the plot does not have it any more.
        """
        return self.document.models[ID(model_id)]
