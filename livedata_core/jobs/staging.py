"""Parameters that wait for a commit, and how parameters are checked.

A commit consumes what is staged; what was used last is kept by
`livedata_core.config.ConfigurationStates`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from livedata_core.contract import WorkflowId, WorkflowSpec

__all__ = ["Staging", "checked_sources", "validated"]


class Staging:
    """Validated parameters by workflow and source, in the JSON form of the wire."""

    def __init__(self) -> None:
        self._staged: dict[WorkflowId, dict[str, dict[str, Any]]] = {}
        self._version = 0

    @property
    def version(self) -> int:
        """Rises with every change."""
        return self._version

    def put(
        self, workflow_id: WorkflowId, source_name: str, params: dict[str, Any]
    ) -> None:
        """Stage the parameters of one source in place of earlier ones."""
        staged = self._staged.get(workflow_id, {})
        self._staged[workflow_id] = {**staged, source_name: params}
        self._version += 1

    def get(self, workflow_id: WorkflowId) -> Mapping[str, Mapping[str, Any]]:
        """Return what is staged for a workflow, by source."""
        return MappingProxyType(self._staged.get(workflow_id, {}))

    def consume(self, workflow_id: WorkflowId, sources: Iterable[str]) -> None:
        """Forget what was staged for those sources."""
        gone = set(sources)
        self._version += 1
        left = {
            source: params
            for source, params in self._staged.pop(workflow_id, {}).items()
            if source not in gone
        }
        if left:
            self._staged[workflow_id] = left


def validated(
    spec: WorkflowSpec, params: BaseModel | Mapping[str, Any]
) -> dict[str, Any]:
    """Check parameters against the workflow's model; return their JSON form.

    Raises
    ------
    ValueError
        With a sentence that names each parameter that does not fit.
    """
    values = params.model_dump() if isinstance(params, BaseModel) else params
    if spec.params is None:
        if values:
            raise ValueError(
                f"{spec.title} ({spec.id}) has no parameters, but got "
                f"{', '.join(sorted(values))}."
            )
        return {}
    try:
        same = isinstance(params, spec.params)
        model = spec.params.model_validate(params if same else values)
    except ValidationError as error:
        reasons = "; ".join(_reason(detail) for detail in error.errors())
        raise ValueError(
            f"The parameters of {spec.title} ({spec.id}) do not fit: {reasons}."
        ) from error
    return model.model_dump(mode="json", by_alias=True)


def checked_sources(spec: WorkflowSpec, sources: Iterable[str]) -> tuple[str, ...]:
    """Return the sources, each once.

    Raises
    ------
    ValueError
        If there is none, or the workflow does not run on one of them.
    """
    chosen = tuple(dict.fromkeys(sources))
    unknown = [source for source in chosen if source not in spec.sources]
    known = ", ".join(spec.sources)
    if unknown:
        raise ValueError(
            f"{spec.title} ({spec.id}) does not run on {', '.join(unknown)}; "
            f"it runs on {known}."
        )
    if not chosen:
        raise ValueError(
            f"{spec.title} ({spec.id}): choose at least one source of {known}."
        )
    return chosen


def _reason(detail: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    return f"{place}: {detail['msg']}" if place else str(detail["msg"])
