"""The source and the parameters of a workflow, as the kinds of thing it needs."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from livedata_core.contract import (
    AreaDetector,
    Detector,
    Log,
    Monitor,
    WorkflowContext,
)

__all__ = ["params_of", "source_of"]

S = TypeVar("S", Detector, AreaDetector, Monitor, Log)
P = TypeVar("P", bound=BaseModel)


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


def params_of(context: WorkflowContext, model: type[P]) -> P:
    """Return the context's parameters; the defaults where it has none.

    Raises
    ------
    TypeError
        If they are of another model.
    """
    if context.params is None:
        return model()
    if isinstance(context.params, model):
        return context.params
    raise TypeError(
        f"workflow {context.spec.id} takes {model.__name__}, "
        f"not {type(context.params).__name__}"
    )
