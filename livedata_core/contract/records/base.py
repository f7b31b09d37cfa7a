"""What all records share: names, titles, immutability, origin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

__all__ = [
    "Frozen",
    "Name",
    "Origin",
    "Record",
    "SchemaName",
    "StoredParams",
    "Title",
]


def _without_cycle(params: dict[str, object]) -> dict[str, object]:
    _walk(params, ())
    return params


def _walk(value: object, around: tuple[int, ...]) -> None:
    """Go through what is nested.

    Raises
    ------
    ValueError
        If something is within itself.
    """
    if not isinstance(value, Mapping | list | tuple):
        return
    if id(value) in around:
        raise ValueError("params contain themselves, so they cannot be stored")
    inner = value.values() if isinstance(value, Mapping) else value
    for item in inner:
        _walk(item, (*around, id(value)))


Name = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.\-]*$", max_length=120)
]
SchemaName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.:\-]*$", max_length=120)
]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
StoredParams = Annotated[dict[str, object], AfterValidator(_without_cycle)]
"""Parameters by name, as a document can hold them: nothing contains itself."""


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
