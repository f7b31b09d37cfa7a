"""What all records share: names, titles, immutability, origin."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = [
    "Frozen",
    "Name",
    "Origin",
    "Record",
    "SchemaName",
    "StoredParams",
    "Title",
]

Name = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.\-]*$", max_length=120)
]
SchemaName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.:\-]*$", max_length=120)
]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
StoredParams = dict[str, object]


class Frozen(BaseModel):
    """A validated value that never changes and takes no unknown fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, validate_default=True
    )


class Origin(Frozen):
    """The plugin a record came from; stamped by the plugin manager."""

    plugin: str
    distribution: str
    version: str

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}"


class Record(Frozen):
    """What every record has: a name, unique among its kind, and its origin.

    `origin` is set by the plugin manager; what a plugin writes there is replaced.
    """

    name: Name
    origin: Origin | None = Field(default=None, repr=False)

    @property
    def key(self) -> str:
        """The name by which conflicts are found."""
        return self.name
