"""Notes which properties of a plot's models an update changes. Compute thread only."""

from __future__ import annotations

from bokeh.core.types import ID
from bokeh.document import Document
from bokeh.document.events import DocumentChangedEvent, ModelChangedEvent
from bokeh.model import Model

__all__ = ["ModelRecorder"]

SHELL_OWNED = frozenset(
    {
        "active_drag",
        "active_inspect",
        "active_scroll",
        "active_tap",
        "aspect_ratio",
        "axis_label_text_font_size",
        "height",
        "hold_render",
        "label_text_font_size",
        "lod_threshold",
        "major_label_text_font_size",
        "output_backend",
        "sizing_mode",
        "text_font_size",
        "title_text_font_size",
        "toolbar_location",
        "width",
    }
)
"""Properties that the shell or a session's theme sets; HoloViews is not heeded."""


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
            if name not in SHELL_OWNED:
                self._touched[(model.id, name)] = None

    def take(self) -> tuple[tuple[str, str], ...]:
        """Return what was touched since the last call, each once, in order."""
        touched = tuple(self._touched)
        self._touched.clear()
        return touched

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
