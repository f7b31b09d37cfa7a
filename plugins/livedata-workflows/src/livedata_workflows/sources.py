"""The source a workflow runs on, as the kind of thing it needs."""

from __future__ import annotations

from typing import TypeVar

from livedata_core.contract import (
    AreaDetector,
    Detector,
    Log,
    Monitor,
    WorkflowContext,
)

__all__ = ["source_of"]

S = TypeVar("S", Detector, AreaDetector, Monitor, Log)


def source_of(context: WorkflowContext, kind: type[S]) -> S:
    """Return the context's source.

    Raises
    ------
    KeyError
        If the instrument has no such source.
    ValueError
        If it is of another kind.
    """
    source = context.instrument.source(context.source_name)
    if isinstance(source, kind):
        return source
    raise ValueError(
        f"{source.name!r} of {context.instrument.name} is a {type(source).__name__}; "
        f"workflow {context.spec.id} needs a {kind.__name__}"
    )
