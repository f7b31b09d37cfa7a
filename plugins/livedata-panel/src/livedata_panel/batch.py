"""Many changes of a document as one: a hold around a freeze."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bokeh.document import Document

__all__ = ["batched"]


@contextmanager
def batched(document: Document) -> Iterator[None]:
    """Send the changes made inside together, and look for new models once.

    The freeze ends before the hold: models that are new get the document's theme when
    the freeze ends, and have to have it when they are serialised.
    """
    if document.callbacks.hold_value is not None:
        yield
        return
    document.hold("combine")
    try:
        with document.models.freeze():
            yield
    finally:
        document.unhold()
