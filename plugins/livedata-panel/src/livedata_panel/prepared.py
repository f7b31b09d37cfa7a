"""What was prepared for the next start, compared with what runs. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from livedata_core.api import SourceView, WorkflowView
from livedata_core.contract import WorkflowSpec

__all__ = ["prepared_view"]

MOST = 12
"""Changes that are listed for one source."""


def prepared_view(workflow: WorkflowView) -> list[dict[str, Any]]:
    """Return the sources with prepared parameters and what would change."""
    return [
        {"source": source.title, "changes": _changes(source, workflow.spec)}
        for source in workflow.sources
        if source.staged is not None
    ]


def _changes(source: SourceView, spec: WorkflowSpec) -> list[str]:
    aux_now = {**spec.aux_sources, **source.aux_sources}
    aux_new = {**spec.aux_sources, **(source.staged_aux_sources or {})}
    now = dict(_flat({**(source.params or _defaults(spec)), **aux_now}))
    new = dict(_flat({**(source.staged or {}), **aux_new}))
    changed = [
        f"{name}: {now[name]} → {value}" if name in now else f"{name}: {value}"
        for name, value in new.items()
        if now.get(name) != value
    ]
    if len(changed) > MOST:
        changed = [*changed[:MOST], f"and {len(changed) - MOST} more"]
    return changed or ["as it runs" if source.params else "the defaults"]


def _defaults(spec: WorkflowSpec) -> Mapping[str, Any]:
    try:
        model = None if spec.params is None else spec.params()
    except ValidationError:
        return {}  # something has to be entered
    return {} if model is None else model.model_dump(mode="json", by_alias=True)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield names, with dots, and texts of all values."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", "empty" if value is None else str(value)[:80]
