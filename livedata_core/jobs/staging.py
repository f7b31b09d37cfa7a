"""Parameters that wait for a commit, and how parameters are checked.

A commit consumes what is staged; what was used last is kept by
`livedata_core.config.ConfigurationStates`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from livedata_core.contract import Instrument, WorkflowId, WorkflowSpec

__all__ = ["JobSettings", "Staging", "checked_aux", "checked_sources", "validated"]

_Settings = TypeVar("_Settings")


@dataclass(frozen=True, slots=True)
class JobSettings:
    """What a job is started with, in the JSON form of the wire.

    `aux_sources` has those auxiliary sources that were chosen; others are the
    workflow's own.
    """

    params: Mapping[str, Any]
    aux_sources: Mapping[str, str] = field(default_factory=dict)


class Staging(Generic[_Settings]):
    """Validated settings by workflow and source."""

    def __init__(self) -> None:
        self._staged: dict[WorkflowId, dict[str, _Settings]] = {}
        self._version = 0

    @property
    def version(self) -> int:
        """Rises with every change."""
        return self._version

    def put(
        self, workflow_id: WorkflowId, source_name: str, settings: _Settings
    ) -> None:
        """Stage the settings of one source in place of earlier ones."""
        staged = self._staged.get(workflow_id, {})
        self._staged[workflow_id] = {**staged, source_name: settings}
        self._version += 1

    def get(self, workflow_id: WorkflowId) -> Mapping[str, _Settings]:
        """Return what is staged for a workflow, by source."""
        return MappingProxyType(self._staged.get(workflow_id, {}))

    def consume(self, workflow_id: WorkflowId, sources: Iterable[str]) -> None:
        """Forget what was staged for those sources."""
        gone = set(sources)
        self._version += 1
        left = {
            source: settings
            for source, settings in self._staged.pop(workflow_id, {}).items()
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


def checked_aux(
    spec: WorkflowSpec, aux_sources: Mapping[str, str], instrument: Instrument
) -> dict[str, str]:
    """Return the chosen auxiliary sources without those that are the usual ones.

    Raises
    ------
    ValueError
        If the workflow has none of that name, or the source cannot take its place.
    """
    chosen: dict[str, str] = {}
    for name, source in aux_sources.items():
        usual = spec.aux_sources.get(name)
        if usual is None:
            known = ", ".join(spec.aux_sources) or "none"
            raise ValueError(
                f"{spec.title} ({spec.id}) has no auxiliary source {name!r}; it has "
                f"{known}."
            )
        if source == usual:
            continue
        fitting = [other.name for other in instrument.alike(usual)]
        if source not in fitting:
            raise ValueError(
                f"{spec.title} ({spec.id}): {source!r} cannot be its {name}; choose "
                f"one of {', '.join(fitting) or usual}."
            )
        chosen[name] = source
    return chosen


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
