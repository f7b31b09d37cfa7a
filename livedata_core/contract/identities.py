"""Who is who: workflows, jobs and the streams of results they publish.

Pure values without behaviour beyond their text and wire forms. The forms are
those of ``docs/reference/wire.md``.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

__all__ = [
    "DataKey",
    "IdentityError",
    "JobId",
    "JobIdField",
    "ResultKey",
    "StreamId",
    "WorkflowId",
    "WorkflowIdField",
]


class IdentityError(ValueError):
    """A text or object that should name a workflow, job or result does not."""


@dataclass(frozen=True, slots=True, order=True)
class WorkflowId:
    """The name of a kind of work: instrument, name and version.

    Examples
    --------
    >>> WorkflowId.parse("dummy/panel_0_xy/1")
    WorkflowId(instrument='dummy', name='panel_0_xy', version=1)
    >>> str(WorkflowId("dummy", "panel_0_xy", 1))
    'dummy/panel_0_xy/1'
    """

    instrument: str
    name: str
    version: int = 1

    def __str__(self) -> str:
        return f"{self.instrument}/{self.name}/{self.version}"

    @classmethod
    def parse(cls, value: object) -> WorkflowId:
        """Read the text form or the nested object of the wire.

        Raises
        ------
        IdentityError
            If the value is neither.
        """
        if isinstance(value, WorkflowId):
            return value
        if isinstance(value, str):
            parts = value.split("/")
            if len(parts) == 3 and all(parts) and parts[2].isdecimal():
                return cls(parts[0], parts[1], int(parts[2]))
        elif isinstance(value, Mapping):
            instrument, name = value.get("instrument"), value.get("name")
            version = value.get("version", 1)
            numbered = isinstance(version, int) and not isinstance(version, bool)
            if isinstance(instrument, str) and isinstance(name, str) and numbered:
                return cls(instrument, name, version)
        raise IdentityError(
            f"{value!r} is no workflow id; expected 'instrument/name/version'"
        )

    def to_wire(self) -> dict[str, Any]:
        """Return the nested object of the wire."""
        return {
            "instrument": self.instrument,
            "name": self.name,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True, order=True)
class JobId:
    """One running piece of work: a source and the generation it belongs to.

    All jobs of one commit share the ``job_number``.
    """

    source_name: str
    job_number: uuid.UUID

    def __str__(self) -> str:
        return f"{self.source_name}/{self.job_number}"

    @classmethod
    def parse(cls, value: object) -> JobId:
        """Read the text form or the nested object of the wire.

        Raises
        ------
        IdentityError
            If the value is neither.
        """
        if isinstance(value, JobId):
            return value
        source: object = None
        number: object = None
        if isinstance(value, str) and "/" in value:
            source, number = value.rsplit("/", 1)
        elif isinstance(value, Mapping):
            source, number = value.get("source_name"), value.get("job_number")
        if isinstance(source, str) and isinstance(number, str | uuid.UUID):
            try:
                return cls(source, uuid.UUID(str(number)))
            except ValueError as error:
                raise IdentityError(f"{number!r} is no job number (a UUID)") from error
        raise IdentityError(f"{value!r} is no job id; expected source name and UUID")

    def to_wire(self) -> dict[str, Any]:
        """Return the nested object of the wire."""
        return {"source_name": self.source_name, "job_number": str(self.job_number)}


@dataclass(frozen=True, slots=True, order=True)
class DataKey:
    """A stream of results whose identity survives restarts of its job."""

    workflow_id: WorkflowId
    source_name: str
    output_name: str

    def __str__(self) -> str:
        return f"{self.workflow_id}:{self.source_name}:{self.output_name}"


@dataclass(frozen=True, slots=True, order=True)
class ResultKey:
    """The wire key of one stream of results: a `DataKey` plus its generation.

    Examples
    --------
    >>> key = ResultKey(
    ...     WorkflowId("dummy", "panel_0_xy", 1),
    ...     JobId("panel_0", uuid.UUID("7f3c1a52-9d0e-4b6a-8a1c-2f4f0a9d3e11")),
    ...     "cumulative",
    ... )
    >>> ResultKey.parse(key.to_wire()) == key
    True
    >>> str(key.data_key)
    'dummy/panel_0_xy/1:panel_0:cumulative'
    """

    workflow_id: WorkflowId
    job_id: JobId
    output_name: str

    @property
    def data_key(self) -> DataKey:
        """The key without the job number."""
        return DataKey(self.workflow_id, self.job_id.source_name, self.output_name)

    @classmethod
    def parse(cls, text: str) -> ResultKey:
        """Read the JSON that a result message carries as its source name.

        Raises
        ------
        IdentityError
            If the text is no such JSON object.
        """
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise IdentityError(f"{text[:80]!r} is no result key: {error}") from error
        if not isinstance(value, dict):
            raise IdentityError(f"{text[:80]!r} is no result key: not an object")
        output = value.get("output_name")
        if not isinstance(output, str):
            raise IdentityError(f"{text[:80]!r} is no result key: no output_name")
        return cls(
            WorkflowId.parse(value.get("workflow_id")),
            JobId.parse(value.get("job_id")),
            output,
        )

    def to_wire(self) -> str:
        """Return the one-line JSON text without spaces."""
        return json.dumps(
            {
                "workflow_id": self.workflow_id.to_wire(),
                "job_id": self.job_id.to_wire(),
                "output_name": self.output_name,
            },
            separators=(",", ":"),
        )


@dataclass(frozen=True, slots=True, order=True)
class StreamId:
    """A raw stream: source names repeat across topics, the pair does not."""

    topic: str
    source_name: str

    def __str__(self) -> str:
        return f"{self.topic}:{self.source_name}"


WorkflowIdField = Annotated[
    WorkflowId,
    BeforeValidator(WorkflowId.parse),
    PlainSerializer(WorkflowId.to_wire, return_type=dict[str, Any], when_used="json"),
]
"""A pydantic field that accepts both forms and writes the nested object to JSON."""

JobIdField = Annotated[
    JobId,
    BeforeValidator(JobId.parse),
    PlainSerializer(JobId.to_wire, return_type=dict[str, Any], when_used="json"),
]
"""A pydantic field that accepts both forms and writes the nested object to JSON."""
