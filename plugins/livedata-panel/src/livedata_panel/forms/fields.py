"""What a form has: the fields of a pydantic model, nested models as groups."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

__all__ = ["Choice", "Field", "Group", "Kind", "Path", "form_of"]

Path = tuple[str, ...]
"""Names of fields from the outermost model to the value."""


class Kind(StrEnum):
    """How a value is entered."""

    NUMBER = "number"
    INTEGER = "integer"
    BOOL = "bool"
    SELECT = "select"
    TEXT = "text"
    JSON = "json"
    """Anything a form has no widget for, as JSON text."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a select."""

    value: object
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a form.

    Attributes
    ----------
    default:
        As the model has it; None also where there is none.
    required:
        Whether the model has no default.
    nullable:
        Whether it may be left empty.
    low, high:
        Limits in words of a number, e.g. ``1`` or ``> 0``; empty: none.
    """

    path: Path
    label: str
    kind: Kind
    description: str = ""
    unit: str = ""
    default: object = None
    required: bool = False
    nullable: bool = False
    low: str = ""
    high: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one model; nested models are groups of their own.

    Attributes
    ----------
    switch:
        Of a nested model that may be left out: whether it is there.
    """

    path: Path
    title: str
    description: str
    fields: tuple[Field, ...]
    groups: tuple[Group, ...]
    switch: Field | None = None

    def all_fields(self) -> Iterator[Field]:
        """Yield the fields of this group with its switch, and of those within."""
        if self.switch is not None:
            yield self.switch
        yield from self.fields
        for group in self.groups:
            yield from group.all_fields()

    def all_groups(self) -> Iterator[Group]:
        """Yield this group and those within."""
        yield self
        for group in self.groups:
            yield from group.all_groups()


def form_of(
    model: type[BaseModel],
    path: Path = (),
    title: str = "",
    defaults: BaseModel | None = None,
    around: tuple[type[BaseModel], ...] = (),
) -> Group:
    """Return the form of a model.

    A model within itself is entered as JSON. ``json_schema_extra`` of a field may have
    its ``unit``, and ``labels`` of choices by their value.

    Parameters
    ----------
    path, title:
        Of a nested model: where it is.
    defaults:
        Of a nested model: what it is by default, where its own fields may differ.
    around:
        The models that contain it.

    Examples
    --------
    >>> from pydantic import BaseModel, Field
    >>> class Edges(BaseModel):
    ...     num_bins: int = Field(100, ge=1, title="Bins")
    >>> [(field.label, field.kind.value, field.low) for field in form_of(Edges).fields]
    [('Bins', 'integer', '1')]
    """
    fields: list[Field] = []
    groups: list[Group] = []
    for name, info in model.model_fields.items():
        kind, nullable = _unwrap(info.annotation)
        # Values are stored and validated under the alias, where there is one.
        inner = (*path, info.alias or name)
        nested = isinstance(kind, type) and issubclass(kind, BaseModel)
        if nested and kind not in (*around, model):
            default = getattr(defaults, name) if defaults else _default(info)
            own = default if isinstance(default, BaseModel) else None
            inside = (*around, model)
            group = form_of(kind, inner, info.title or _words(name), own, inside)
            if nullable:
                group = replace(group, switch=_switch(group, own is not None))
            groups.append(_described(group, info))
        else:
            field = _field(inner, name, info)
            if defaults is not None:
                field = replace(field, default=getattr(defaults, name), required=False)
            fields.append(field)
    return Group(path, title, _summary(model), tuple(fields), tuple(groups))


def _described(group: Group, info: FieldInfo) -> Group:
    return replace(group, description=info.description or group.description)


def _switch(group: Group, there: bool) -> Field:
    return Field(path=group.path, label=group.title, kind=Kind.BOOL, default=there)


def _default(info: FieldInfo) -> object:
    """Return the default of a field, None also where there is none."""
    default = info.get_default(call_default_factory=True, validated_data={})
    return None if default is PydanticUndefined else default


def _summary(model: type[BaseModel]) -> str:
    lines = (model.__dict__.get("__doc__") or "").strip().splitlines()
    return lines[0] if lines else ""


def _words(name: str) -> str:
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def _unwrap(annotation: Any) -> tuple[Any, bool]:
    """Return the type without ``Annotated`` and ``None``, and whether None is taken."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _unwrap(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        members = [arg for arg in get_args(annotation) if arg is not types.NoneType]
        if len(members) == 1:
            inner, _ = _unwrap(members[0])
            return inner, True
    return annotation, False


def _field(path: Path, name: str, info: FieldInfo) -> Field:
    inner, nullable = _unwrap(info.annotation)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    unit = extra.get("unit", "")
    labels = extra.get("labels")
    named = labels if isinstance(labels, Mapping) else {}
    choices = _YES_NO if inner is bool and nullable else _choices(inner, named)
    low, high = _limits(info)
    return Field(
        path=path,
        label=info.title or _words(name),
        kind=Kind.SELECT if choices else _KINDS.get(inner, Kind.JSON),
        description=info.description or "",
        unit=str(unit),
        default=_default(info),
        required=info.is_required(),
        nullable=nullable,
        low=low,
        high=high,
        choices=choices,
    )


_KINDS = {
    bool: Kind.BOOL,
    int: Kind.INTEGER,
    float: Kind.NUMBER,
    str: Kind.TEXT,
}


_YES_NO = (Choice(True, "Yes"), Choice(False, "No"))
"""For what may also be left open; a tick could not say so."""


def _choices(annotation: Any, named: Mapping[str, object]) -> tuple[Choice, ...]:
    """Return what can be chosen; `named` has labels by value, in place of words."""
    values: tuple[object, ...] = ()
    if get_origin(annotation) is Literal:
        values = get_args(annotation)
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        values = tuple(annotation)
    texts = [str(v.value if isinstance(v, Enum) else v) for v in values]
    words = _SHORT_WORDS | ({"min"} if "max" in texts else set())
    return tuple(
        Choice(value, str(named.get(text) or _label(text, words)))
        for value, text in zip(values, texts, strict=True)
    )


_SHORT_WORDS = frozenset(
    [
        "all",
        "any",
        "fit",
        "log",
        "low",
        "max",
        "mid",
        "no",
        "off",
        "on",
        "raw",
        "sum",
        "top",
        "yes",
    ]
)
"""What is no symbol, however short; ``min`` is minutes, but beside ``max``."""


def _label(text: str, words: Set[str]) -> str:
    """Return a choice as people read it; symbols of units stay as they are."""
    return _words(text) if len(text) > 3 or text in words else text


def _limits(info: FieldInfo) -> tuple[str, str]:
    low = high = ""
    for item in info.metadata:
        if isinstance(item, annotated_types.Ge):
            low = f"{item.ge}"
        elif isinstance(item, annotated_types.Gt):
            low = f"> {item.gt}"
        elif isinstance(item, annotated_types.Le):
            high = f"{item.le}"
        elif isinstance(item, annotated_types.Lt):
            high = f"< {item.lt}"
    return low, high
