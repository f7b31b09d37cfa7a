"""What is stored about workflows: the parameters each was last started with.

`ConfigurationState` is a pure value with its file form, `ConfigurationStates` holds
the current one. Where and when it is written lives in `livedata_core.config.stores`
and `livedata_core.config.writer`; layouts are stored by the plots.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from livedata_core.config.migrations import Migration, migrated
from livedata_core.config.writer import SettingsWriter
from livedata_core.contract import WorkflowId

__all__ = [
    "DOCUMENT",
    "SCHEMA_VERSION",
    "ConfigurationState",
    "ConfigurationStates",
]

DOCUMENT = "workflows"
"""The name of the stored document."""

SCHEMA_VERSION = 1

NOTHING: Mapping[str, Mapping[str, str]] = MappingProxyType({})
"""No auxiliary sources."""

MIGRATIONS: Mapping[int, Migration] = {}
"""By schema version, what makes a document of the next one."""


class ConfigurationState(BaseModel):
    """Parameters by workflow and source.

    Entries are kept as they were read, so that what a newer version or an absent
    plugin wrote is written back unchanged, and one bad entry costs no other.

    Attributes
    ----------
    schema_version:
        Of the document; a newer one than ours is kept.
    workflows:
        By the text form of the workflow id, then source: ``{"params": {…}}``, and
        ``"staged"`` beside it where parameters wait for the next start. Auxiliary
        sources that were chosen are ``"aux_sources"`` and ``"staged_aux_sources"``.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    schema_version: int = Field(default=SCHEMA_VERSION, ge=1)
    workflows: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def from_document(cls, document: Mapping[str, Any] | None) -> ConfigurationState:
        """Read the file form, migrating it forward; None gives the empty state.

        Raises
        ------
        ValueError
            If the document is not one of ours, in one line.
        """
        if not document:
            return cls()
        try:
            return cls.model_validate(
                migrated(
                    document, "stored workflow settings", MIGRATIONS, SCHEMA_VERSION
                )
            )
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise ValueError(
                f"stored workflow settings: {place}: {first['msg']}; correct the "
                "entry or move the file away to begin anew"
            ) from error

    def to_document(self) -> dict[str, Any]:
        """Return the file form."""
        return self.model_dump(mode="json")

    def params(self, workflow_id: WorkflowId) -> dict[str, dict[str, Any]]:
        """Return the parameters of a workflow by source; bad entries are left out."""
        return self._values(workflow_id, "params")

    def staged(self, workflow_id: WorkflowId) -> dict[str, dict[str, Any]]:
        """Return what is staged of a workflow by source; bad entries are left out."""
        return self._values(workflow_id, "staged")

    def aux_sources(
        self, workflow_id: WorkflowId, *, staged: bool = False
    ) -> dict[str, dict[str, Any]]:
        """Return the auxiliary sources that were chosen, or are staged, by source."""
        return self._values(workflow_id, f"{'staged_' * staged}aux_sources")

    def _values(self, workflow_id: WorkflowId, key: str) -> dict[str, dict[str, Any]]:
        entries = self.workflows.get(str(workflow_id))
        if not isinstance(entries, Mapping):
            return {}
        return {
            str(source): dict(entry[key])
            for source, entry in entries.items()
            if isinstance(entry, Mapping) and isinstance(entry.get(key), Mapping)
        }

    def with_staged(
        self,
        workflow_id: WorkflowId,
        staged: Mapping[str, Mapping[str, Any] | None],
        aux_sources: Mapping[str, Mapping[str, str]] = NOTHING,
    ) -> ConfigurationState:
        """Return the state with what is staged for some sources; None: nothing."""
        key = str(workflow_id)
        stored = self.workflows.get(key)
        entries = dict(stored) if isinstance(stored, Mapping) else {}
        for source, values in staged.items():
            old = entries.get(source)
            kept = dict(old) if isinstance(old, Mapping) else {}
            had = kept.pop("staged", None) is not None
            kept.pop("staged_aux_sources", None)
            if values is not None:
                kept["staged"] = dict(values)
                if aux_sources.get(source):
                    kept["staged_aux_sources"] = dict(aux_sources[source])
            if values is not None or had:
                entries[source] = kept
        return self.model_copy(update={"workflows": {**self.workflows, key: entries}})

    def with_params(
        self,
        workflow_id: WorkflowId,
        params: Mapping[str, Mapping[str, Any]],
        aux_sources: Mapping[str, Mapping[str, str]] = NOTHING,
    ) -> ConfigurationState:
        """Return the state with the parameters of some sources replaced."""
        key = str(workflow_id)
        stored = self.workflows.get(key)
        entries = dict(stored) if isinstance(stored, Mapping) else {}
        for source, values in params.items():
            old = entries.get(source)
            kept = dict(old) if isinstance(old, Mapping) else {}
            kept.pop("aux_sources", None)
            if aux_sources.get(source):
                kept["aux_sources"] = dict(aux_sources[source])
            entries[source] = {**kept, "params": dict(values)}
        return self.model_copy(update={"workflows": {**self.workflows, key: entries}})


class ConfigurationStates:
    """Remembers the parameters that workflows were started with. Any thread.

    Each change makes a new immutable state and hands its document to the writer.
    """

    def __init__(
        self, writer: SettingsWriter, state: ConfigurationState | None = None
    ) -> None:
        self._writer = writer
        self._lock = threading.Lock()
        self._state = state or ConfigurationState()

    @property
    def state(self) -> ConfigurationState:
        """The current state."""
        return self._state

    def params(self, workflow_id: WorkflowId) -> dict[str, dict[str, Any]]:
        """Return the parameters last used for a workflow, by source."""
        return self._state.params(workflow_id)

    def staged(self, workflow_id: WorkflowId) -> dict[str, dict[str, Any]]:
        """Return what is staged of a workflow, by source."""
        return self._state.staged(workflow_id)

    def aux_sources(
        self, workflow_id: WorkflowId, *, staged: bool = False
    ) -> dict[str, dict[str, Any]]:
        """Return the auxiliary sources last used, or staged, by source."""
        return self._state.aux_sources(workflow_id, staged=staged)

    def stage(
        self,
        workflow_id: WorkflowId,
        staged: Mapping[str, Mapping[str, Any] | None],
        aux_sources: Mapping[str, Mapping[str, str]] = NOTHING,
    ) -> None:
        """Keep what is staged for some sources (None: nothing); returns at once."""
        with self._lock:
            self._state = self._state.with_staged(workflow_id, staged, aux_sources)
            self._writer.save(DOCUMENT, self._state.to_document())

    def remember(
        self,
        workflow_id: WorkflowId,
        params: Mapping[str, Mapping[str, Any]],
        aux_sources: Mapping[str, Mapping[str, str]] = NOTHING,
    ) -> None:
        """Keep parameters and auxiliary sources of some sources; returns at once."""
        with self._lock:
            self._state = self._state.with_params(workflow_id, params, aux_sources)
            # Inside the lock, so that documents reach the writer in order.
            self._writer.save(DOCUMENT, self._state.to_document())
