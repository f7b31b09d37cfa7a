"""Many changes of a document as one: a hold, with a freeze where models change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bokeh.document import Document

__all__ = ["batched", "held"]


@contextmanager
def held(document: Document) -> Iterator[None]:
    """Send the changes made inside together."""
    if document.callbacks.hold_value is not None:
        yield
        return
    document.hold("combine")
    try:
        yield
    finally:
        document.unhold()


@contextmanager
def batched(document: Document) -> Iterator[None]:
    """Send the changes made inside together, and look for new models once.

    Looking walks over all models, tens of ms for a grid: only where models change. The
    freeze ends before the hold: models that are new get the document's theme when
    the freeze ends, and have to have it when they are serialised.
    """
    with held(document), document.models.freeze():
        yield
