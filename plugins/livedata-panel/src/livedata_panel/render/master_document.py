"""The document of a master plot: it looks for models only where they may have changed.

Bokeh walks all models whenever a freeze ends, which HoloViews' updates do each time. It
costs a third of an update, and nearly all of them change values alone.
"""

from __future__ import annotations

from typing import Any

from bokeh.document import Document
from bokeh.document.models import DocumentModelManager
from bokeh.model import Model

__all__ = ["MasterDocument"]


class MasterDocument(Document):
    """A document that belongs to no session. Compute thread only."""

    def __init__(self) -> None:
        super().__init__()
        self.models = _LazyModels(self)

    def add_root(self, model: Model, setter: Any = None) -> None:
        """Add a root; its models are known at once."""
        super().add_root(model, setter)
        self.models.recompute()


class _LazyModels(DocumentModelManager):
    """Recomputes at the end of a freeze only what was invalidated during it."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._is_stale = False

    def invalidate(self) -> None:
        self._is_stale = True
        super().invalidate()

    def recompute(self) -> None:
        self._is_stale = False
        super().recompute()
        # Bokeh remembers new models, and with them those that are gone, until they have
        # been sent; nothing is ever sent from here.
        self.flush_synced()

    def _pop_freeze(self) -> None:
        self._freeze_count -= 1
        if self._freeze_count == 0 and self._is_stale:
            self.recompute()
